//! Conventions as tests: import directions, places of SQL and Tauri, sizes and heads of files, what must stand nowhere.
//!
//! A rule that only people remember is forgotten. Each test lists every place that breaks it, so that one run is enough to mend them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Lines of one file, a Rust file's own tests aside. Longer files are listed with the reason why they are one thing.
const MOST_LINES: usize = 420;
const LONG: &[(&str, &str)] = &[
    ("ui/src/api/gen.ts", "generated from that list"),
    ("src/work/import/merge.rs", "one merge of what was said with what is visible, for every table"),
    ("src/work/import/reading.rs", "one receiver: a branch for each kind of fact"),
    ("tests/it/graph.rs", "one list of cases"),
    ("tests/it/how_to_export.rs", "the stand-in of Graph and the runs against it"),
    ("tests/it/import.rs", "one list of cases"),
    ("tests/it/pipeline.rs", "one list of cases: every command"),
];

/// Where the tests of a Rust file begin.
const OWN_TESTS: &str = "#[cfg(test)]\nmod ";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every file of the project below a folder, by its path with forward slashes, sorted; without what is built or fetched.
fn files(folder: &str) -> Vec<(String, PathBuf)> {
    let mut found = Vec::new();
    let mut open = vec![root().join(folder)];
    while let Some(next) = open.pop() {
        let Ok(entries) = fs::read_dir(&next) else { continue };
        for entry in entries {
            let path = entry.expect("a listed entry can be read").path();
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if path.is_dir() {
                if !matches!(name.as_str(), ".git" | "target" | "node_modules" | "dist" | "out" | "gen" | "test-results") {
                    open.push(path);
                }
            } else {
                let short = path.strip_prefix(root()).expect("it was found below the root").to_string_lossy().replace('\\', "/");
                found.push((short, path));
            }
        }
    }
    found.sort();
    found
}

/// Text files below a folder that end in one of these.
fn texts(folder: &str, endings: &[&str]) -> Vec<(String, String)> {
    files(folder)
        .into_iter()
        .filter(|(name, _)| endings.iter().any(|ending| name.ends_with(ending)))
        .filter_map(|(name, path)| Some((name, String::from_utf8(fs::read(path).ok()?).ok()?)))
        .collect()
}

/// Rust code without comments and without the file's own tests, which may reach anywhere for their data.
fn code(text: &str) -> String {
    let text = text.split(OWN_TESTS).next().unwrap_or_default();
    text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

fn none(rule: &str, broken: &[String]) {
    assert!(broken.is_empty(), "{rule}; broken here:\n  {}", broken.join("\n  "));
}

/// Module -> what it may import, from the table in docs/ARCHITECTURE.md.
fn directions() -> Vec<(String, BTreeSet<String>)> {
    let page = fs::read_to_string(root().join("docs/ARCHITECTURE.md")).expect("the map of the project is there");
    let quoted = |cell: &str| -> Vec<String> { cell.split('`').skip(1).step_by(2).map(str::to_owned).collect() };
    let mut table: Vec<(String, BTreeSet<String>)> = Vec::new();
    for line in page.lines() {
        let cells: Vec<&str> = line.trim().trim_matches('|').split('|').collect();
        if !line.starts_with("| `") || cells.len() != 3 {
            continue;
        }
        let above: BTreeSet<String> = table.iter().map(|(name, _)| name.clone()).collect();
        let allowed = if cells[2].contains("all above") { above } else { quoted(cells[2]).into_iter().collect() };
        for name in quoted(cells[0]) {
            table.push((name, allowed.clone()));
        }
    }
    table
}

/// The first words after `crate::` or `bulkhead::` in a text, also inside braces.
fn imported(code: &str, head: &str) -> BTreeSet<String> {
    let word = |text: &str| text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    let mut found = BTreeSet::new();
    for (at, _) in code.match_indices(head) {
        let stands_alone = !code[..at].chars().next_back().is_some_and(|c| c.is_alphanumeric() || c == '_' || c == ':');
        let rest = &code[at + head.len()..];
        if !stands_alone {
            continue;
        }
        match rest.strip_prefix('{') {
            None => drop(found.insert(word(rest))),
            Some(group) => {
                let mut depth = 0;
                let mut fresh = true;
                for (i, c) in group.char_indices() {
                    match c {
                        '{' => depth += 1,
                        '}' if depth == 0 => break,
                        '}' => depth -= 1,
                        ',' if depth == 0 => fresh = true,
                        c if fresh && !c.is_whitespace() => {
                            found.insert(word(&group[i..]));
                            fresh = false;
                        }
                        _ => {}
                    }
                }
            }
        }
    }
    found
}

#[test]
fn modules_import_downwards_only() {
    let table = directions();
    let allowed: BTreeMap<&str, &BTreeSet<String>> = table.iter().map(|(name, allowed)| (name.as_str(), allowed)).collect();
    assert!(allowed.len() >= 14, "the table of docs/ARCHITECTURE.md was understood: {:?}", allowed.keys());

    let mut broken = Vec::new();
    for (folder, head) in [("src", "crate::"), ("src/bin", "bulkhead::"), ("src-tauri/src", "bulkhead::"), ("xtask/src", "bulkhead::")] {
        for (name, text) in texts(folder, &[".rs"]) {
            let module = match name.split('/').collect::<Vec<_>>()[..] {
                ["src", "bin", ..] => "cli",
                ["src", "lib.rs"] => continue,
                ["src", module, ..] => module.trim_end_matches(".rs"),
                [other, ..] => other,
                [] => continue,
            };
            let Some(may) = allowed.get(module) else {
                broken.push(format!("{name}: module {module} is not in the table"));
                continue;
            };
            for used in imported(&code(&text), head) {
                if used != module && allowed.contains_key(used.as_str()) && !may.contains(&used) {
                    broken.push(format!("{name}: {module} must not know {used}"));
                }
            }
        }
    }
    none("imports follow the table of docs/ARCHITECTURE.md", &broken);
}

#[test]
fn the_import_reader_sees_every_form() {
    let seen =
        imported("use crate::{model::{id, rows}, error::Told};\nlet a = crate::store::Store;\nuse super::x; other::crate::y;", "crate::");
    assert_eq!(seen.into_iter().collect::<Vec<_>>(), ["error", "model", "store"], "or a wrong import would pass unseen");
}

#[test]
fn sql_stands_in_the_store_only() {
    let mut broken = Vec::new();
    for folder in ["src", "src-tauri/src", "xtask/src"] {
        for (name, text) in texts(folder, &[".rs"]) {
            if !name.starts_with("src/store/") && code(&text).contains("sqlx") {
                broken.push(name);
            }
        }
    }
    none("only src/store knows that there is SQLite", &broken);
}

#[test]
fn the_toolkit_stays_in_the_shell_and_the_platform_door() {
    let mut broken = Vec::new();
    for folder in ["src", "xtask/src"] {
        for (name, text) in texts(folder, &[".rs"]) {
            if code(&text).contains("tauri::") {
                broken.push(name);
            }
        }
    }
    for (name, text) in texts("ui/src", &[".ts", ".svelte"]) {
        // A test of the window may name what it forbids; it is not shipped.
        if !name.starts_with("ui/src/platform/") && !name.ends_with(".test.ts") && text.contains("@tauri-apps") {
            broken.push(name);
        }
    }
    none("Tauri appears only in src-tauri and ui/src/platform", &broken);
}

#[test]
fn files_hold_one_thing() {
    let mut broken = Vec::new();
    for folder in ["src", "src-tauri/src", "xtask/src", "tests", "ui/src"] {
        for (name, text) in texts(folder, &[".rs", ".ts", ".svelte", ".mjs", ".css"]) {
            let lines = text.split(OWN_TESTS).next().unwrap_or_default().lines().count();
            if lines > MOST_LINES && !LONG.iter().any(|(long, _)| *long == name) && !name.contains("/fixtures/") {
                broken.push(format!("{name}: {lines} lines"));
            }
            let stem = Path::new(&name).file_stem().unwrap_or_default().to_string_lossy().to_lowercase();
            if ["util", "helper", "manager", "misc", "service"].iter().any(|word| stem.contains(word)) {
                broken.push(format!("{name}: the name does not say what it is"));
            }
        }
    }
    none(&format!("a file has one subject, {MOST_LINES} lines at most and a name that says it"), &broken);
}

#[test]
fn every_file_says_what_it_is_for() {
    let mut broken = Vec::new();
    for folder in ["src", "src-tauri", "xtask/src", "tests/it"] {
        for (name, text) in texts(folder, &[".rs"]) {
            if !text.starts_with("//!") {
                broken.push(name);
            }
        }
    }
    for (name, text) in texts("ui/src", &[".ts"]).into_iter().chain(texts("tests/e2e", &[".mjs"])) {
        // A test says it in its names, and a page's declaration is one object of names.
        let speaks_for_itself = name.ends_with(".test.ts") || name.ends_with("/page.ts");
        if !speaks_for_itself && !text.starts_with("//") && !text.starts_with("/*") {
            broken.push(name);
        }
    }
    none("the first lines say what the file is for", &broken);
}

#[test]
fn nothing_is_left_for_later() {
    // Put together here, so that this file does not find itself.
    let marks =
        [["TO", "DO"], ["FIX", "ME"], ["todo", "!("], ["unimplemented", "!("], ["#[ign", "ore"], ["test.sk", "ip("], [".on", "ly("]]
            .map(|parts| parts.concat());
    let mut broken = Vec::new();
    for folder in ["src", "src-tauri", "xtask", "tests", "ui/src", "migrations", ".ci"] {
        for (name, text) in texts(folder, &[".rs", ".ts", ".svelte", ".mjs", ".css", ".sql", ".toml", "run"]) {
            for mark in &marks {
                if text.contains(mark.as_str()) {
                    broken.push(format!("{name}: {mark}"));
                }
            }
        }
    }
    none("unfinished work and switched-off tests are not committed", &broken);
}

#[test]
fn the_project_names_no_machine() {
    let places = [["/ro", "ot/"], ["/ho", "me/"], ["/wo", "rk/"], ["/tm", "p/"], ["/Us", "ers/"]].map(|parts| parts.concat());
    let mut broken = Vec::new();
    for (name, text) in texts(".", &[".rs", ".ts", ".svelte", ".mjs", ".css", ".sql", ".toml", ".json", ".md", ".html", "run", ".yml"]) {
        for place in &places {
            for (at, _) in text.match_indices(place.as_str()) {
                // `src/work/…` and `https://host/home/` are no machine's folders: only a path that begins there is one.
                let begins = text[..at].chars().next_back().is_none_or(|c| c.is_whitespace() || "\"'`(=<>[,".contains(c));
                if begins {
                    broken.push(format!("{name}: {place}"));
                }
            }
        }
    }
    none("no absolute path of anybody's machine", &broken);
}

#[test]
fn colours_are_tokens() {
    let mut broken = Vec::new();
    for (name, text) in texts("ui/src", &[".ts", ".svelte", ".css"]) {
        if name.starts_with("ui/src/styles/") {
            continue;
        }
        for (number, line) in text.lines().enumerate() {
            if raw_colour(line) {
                broken.push(format!("{name}:{}: {}", number + 1, line.trim()));
            }
        }
    }
    none("raw colours stand in ui/src/styles only", &broken);
}

/// `#a1b2c3`, `rgb(…)` and their like; not `{#each`, a private field or a character reference.
fn raw_colour(line: &str) -> bool {
    if ["rgb(", "rgba(", "hsl(", "hsla(", "oklch(", "oklab("].iter().any(|form| line.contains(form)) {
        return true;
    }
    line.match_indices('#').any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let word: String = line[at + 1..].chars().take_while(|c| c.is_alphanumeric() || *c == '_' || *c == '-').collect();
        matches!(word.len(), 3 | 4 | 6 | 8)
            && word.chars().all(|c| c.is_ascii_hexdigit())
            && matches!(before, None | Some(' ' | ':' | '\'' | '"' | '(' | ',' | '`'))
    })
}

#[test]
fn the_colour_reader_tells_colours_from_code() {
    for colour in ["color: #fff;", "fill=\"#1f7fae\"", "background: rgb(0 0 0 / 10%)"] {
        assert!(raw_colour(colour), "{colour}");
    }
    for code in ["{#each rows as row}", "this.#fade()", "&#039;", "var(--ink)", "href=\"#main\""] {
        assert!(!raw_colour(code), "{code}");
    }
}

#[test]
fn imported_text_never_becomes_markup() {
    let mut broken = Vec::new();
    // A test of the window may name what it forbids; it is not shipped.
    for (name, text) in texts("ui/src", &[".ts", ".svelte"]).into_iter().filter(|(name, _)| !name.ends_with(".test.ts")) {
        for mark in ["{@html", "innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", " style=\""] {
            if text.contains(mark) {
                broken.push(format!("{name}: {mark}"));
            }
        }
    }
    none("names from imports are text nodes, and the content policy forbids inline styles", &broken);
}

#[test]
fn the_licence_and_its_notice_are_there() {
    let licence = fs::read_to_string(root().join("LICENSE")).unwrap_or_default();
    assert!(licence.contains("Apache License") && licence.contains("Version 2.0, January 2004"), "LICENSE holds the Apache License 2.0");
    let notice = fs::read_to_string(root().join("NOTICE")).unwrap_or_default();
    assert!(notice.starts_with("Bulkhead\n"), "NOTICE begins with the name of the work");
}

#[test]
fn the_release_check_runs_one_command() {
    let script = fs::read_to_string(root().join(".ci/run")).expect(".ci/run is there");
    let calls: Vec<&str> = script.lines().filter(|line| line.contains("cargo")).collect();
    assert_eq!(calls, ["cargo xtask test"], "everything that is checked is in that command, for everybody");
}

#[test]
fn the_page_may_call_one_command() {
    let file = fs::read_to_string(root().join("src-tauri/capabilities/main.json")).expect("the capability file is there");
    let capability: serde_json::Value = serde_json::from_str(&file).expect("it is JSON");
    assert_eq!(capability["permissions"], serde_json::json!(["allow-rpc", "core:event:default"]), "a compromised page gets nothing else");
    assert_eq!(capability["windows"], serde_json::json!(["main"]));
    assert!(capability.get("remote").is_none(), "no other origin may call in");
    let config = fs::read_to_string(root().join("src-tauri/tauri.conf.json")).expect("the configuration is there");
    let config: serde_json::Value = serde_json::from_str(&config).expect("it is JSON");
    let security = &config["app"]["security"];
    assert_eq!(security["freezePrototype"], true);
    assert_eq!(config["app"]["withGlobalTauri"], false);
    let policy = security["csp"].as_str().expect("the content policy is one text");
    assert!(policy.starts_with("default-src 'none';") && !policy.contains("unsafe") && !policy.contains('*'), "{policy}");
}
