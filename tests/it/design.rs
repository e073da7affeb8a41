//! The written design language holds exactly the tokens that the window has, with their values.

use std::collections::BTreeMap;

fn text(name: &str) -> String {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// Name and value of every token of a rule.
fn tokens(css: &str, selector: &str) -> BTreeMap<String, String> {
    let rule = css.split_once(&format!("{selector} {{")).unwrap_or_else(|| panic!("no rule {selector}")).1;
    let rule = rule.split_once("\n}").expect("the rule ends").0;
    rule.lines()
        .filter_map(|line| line.trim().strip_prefix("--")?.strip_suffix(';')?.split_once(": "))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

#[test]
fn every_token_is_written_down_with_its_value() {
    let (css, page) = (text("ui/src/styles/tokens.css"), text("docs/DESIGN.md"));
    let themes = ["light", "dark", "hc-light", "hc-dark"].map(|theme| tokens(&css, &format!(":root[data-theme=\"{theme}\"]")));
    assert!(themes[0].len() > 25, "the rule was read");
    let words = ["basic", "read", "write", "admin", "impersonate", "escalate"];
    for name in themes[0].keys() {
        let row = match name.strip_prefix("ramp-") {
            Some("6-ink") => "| text on escalate |".to_owned(),
            Some(step) => format!("| {} |", words[step.parse::<usize>().expect("a step") - 1]),
            None => format!("| `{name}`"),
        };
        let row = page.lines().find(|line| line.starts_with(&row)).unwrap_or_else(|| panic!("{name} is not written down"));
        for theme in themes.iter().filter_map(|theme| theme.get(name)) {
            assert!(row.contains(&format!("`{theme}`")), "{name}: {theme} is not in its row: {row}");
        }
    }
    for (name, value) in tokens(&css, ":root") {
        let said = value.split(" var(").next().unwrap_or_default();
        let written = match name.as_str() {
            "sans" | "mono" => format!("`--{name}`"),
            _ if name.starts_with("font-") => format!("| `{name}` | `{said}` |"),
            _ => format!("`{name}` {said}"),
        };
        assert!(page.contains(&written), "{written} is not written down");
    }
}
