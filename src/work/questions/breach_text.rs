//! The breach of a vendor as a file: one HTML page without scripts, Markdown, or JSON. Same revision, same bytes.
//!
//! Every value is escaped; nothing in the file may run or load anything.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;

use anyhow::Result;

use crate::audit::page::escape;
use crate::error::Told;
use crate::work::cell::decimal;
use crate::work::figures::thousands;
use crate::work::wire::Breach;

/// Form of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// One self-contained page.
    Html,
    /// Text for a ticket or a wiki.
    Markdown,
    /// The answer as it is.
    Json,
}

impl Format {
    /// By its word or the ending of a file name.
    pub fn parse(word: &str) -> Option<Self> {
        match word.to_lowercase().as_str() {
            "html" | "htm" => Some(Self::Html),
            "md" | "markdown" => Some(Self::Markdown),
            "json" => Some(Self::Json),
            _ => None,
        }
    }
}

/// The whole file.
///
/// # Errors
/// The answer cannot be written as JSON.
pub fn render(breach: &Breach, format: Format) -> Result<String> {
    Ok(match format {
        Format::Json => serde_json::to_string_pretty(breach)? + "\n",
        Format::Html => html(breach),
        Format::Markdown => markdown(breach),
    })
}

/// Writes the file under its name at the end only, so that a full disk leaves no half of it.
///
/// # Errors
/// The folder cannot be written.
pub fn write(path: &Path, text: &str) -> Result<()> {
    let told = |error: std::io::Error| {
        Told::failure(
            "BH-QUE-007",
            "The file could not be written.",
            "Your inventory was not changed.",
            "Choose another folder or make room.",
        )
        .details(error.to_string())
    };
    let folder = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(told)?;
    file.write_all(text.as_bytes()).map_err(told)?;
    file.persist(path).map_err(|error| told(error.error))?;
    Ok(())
}

/// A table of the page: heading, a note, column titles, rows.
struct Part {
    title: String,
    note: String,
    columns: Vec<&'static str>,
    rows: Vec<Vec<String>>,
}

fn parts(breach: &Breach) -> Vec<Part> {
    let part = |title: &str, note: String, columns: &[&'static str], rows: Vec<Vec<String>>| Part {
        title: title.to_owned(),
        note,
        columns: columns.to_vec(),
        rows,
    };
    let unknown = |text: &Option<String>| text.clone().unwrap_or_else(|| "unknown".to_owned());
    let number = |n: u32| thousands(u64::from(n));
    let mut list = vec![
        part(
            "Figures",
            String::new(),
            &["Figure", "Value", "Note"],
            breach
                .figures
                .iter()
                .map(|f| vec![f.label.clone(), format!("{} {}", f.value, f.population).trim().to_owned(), f.note.clone()])
                .collect(),
        ),
        part(
            "Whom to call",
            format!("{} clients of this vendor have no known owner.", number(breach.without_owner)),
            &["Name", "Contact", "Role", "Clients"],
            breach.people.iter().map(|p| vec![p.name.clone(), unknown(&p.contact), p.roles.join(", "), number(p.clients)]).collect(),
        ),
        part(
            "What to revoke, in this order",
            breach.order_note.clone(),
            &[
                "Step",
                "Client",
                "Identifier",
                "Source",
                "Enabled",
                "Credentials",
                "Grants",
                "Owner",
                "Load of its own",
                "Reach that remains",
            ],
            breach
                .revocations
                .iter()
                .map(|step| {
                    vec![
                        number(step.number),
                        step.name.clone(),
                        step.client_id.clone(),
                        format!("{}, {}", step.source, step.instance),
                        if step.enabled { "yes" } else { "no" }.to_owned(),
                        number(step.credentials),
                        number(step.grants),
                        step.owner.clone().unwrap_or_else(|| "none known".to_owned()),
                        decimal(step.alone, 4),
                        step.remaining.map_or_else(|| "not computed".to_owned(), |units| decimal(units, 4)),
                    ]
                })
                .collect(),
        ),
    ];
    for source in &breach.instructions {
        list.push(part(
            &format!("How to revoke at {}, {} ({})", source.source, source.instance, number(source.clients)),
            String::new(),
            &["Step", "What to do"],
            source.steps.iter().zip(1..).map(|(step, n): (&String, u32)| vec![n.to_string(), step.clone()]).collect(),
        ));
    }
    list.extend([
        part(
            "What lives on after revoking",
            String::new(),
            &["Source", "Access tokens"],
            breach.tails.iter().map(|tail| vec![format!("{}, {}", tail.source, tail.instance), tail.text.clone()]).collect(),
        ),
        part(
            "What must be rotated afterwards",
            "Credentials of others that lie in data within reach, or that hold the same value.".to_owned(),
            &["Client", "Credentials", "Why", "Owner"],
            breach
                .rotations
                .iter()
                .map(|r| {
                    vec![
                        r.name.clone(),
                        number(r.credentials),
                        r.reason.clone(),
                        r.owner.clone().unwrap_or_else(|| "none known".to_owned()),
                    ]
                })
                .collect(),
        ),
        part(
            "Data classes within reach",
            String::new(),
            &["Data class", "Sensitivity", "Highest privilege", "APIs"],
            breach
                .data_classes
                .iter()
                .map(|c| vec![c.name.clone(), unknown(&c.sensitivity), c.privilege.clone(), number(c.audiences)])
                .collect(),
        ),
        part(
            "Business functions within reach",
            String::new(),
            &["Function", "Impact", "Highest privilege"],
            breach.functions.iter().map(|f| vec![f.name.clone(), unknown(&f.impact), f.privilege.clone()]).collect(),
        ),
        part(
            "APIs within reach",
            String::new(),
            &["API", "Trust boundary", "Highest privilege", "Way", "Load"],
            breach
                .audiences
                .iter()
                .map(|a| {
                    vec![
                        a.name.clone(),
                        a.boundary.clone(),
                        a.privilege.clone(),
                        if a.direct { "own grants" } else { "over other ways" }.to_owned(),
                        decimal(a.load, 4),
                    ]
                })
                .collect(),
        ),
        part("What is not known", String::new(), &["Fact"], breach.unknowns.iter().map(|fact| vec![fact.clone()]).collect()),
    ]);
    list
}

fn title(breach: &Breach) -> String {
    format!("Assume breached: {}", breach.name)
}

fn scope(breach: &Breach) -> String {
    format!(
        "Revision {}, as of {}. Computed from exported files; nothing was revoked anywhere.",
        breach.revision,
        breach.as_of.as_deref().unwrap_or("unknown")
    )
}

const STYLE: &str = "body{font:14px/1.5 system-ui,sans-serif;max-width:76rem;margin:2rem auto;padding:0 1rem;color:#14181d;background:#fff}h1{font-size:20px;margin-bottom:4px}h2{font-size:14px;border-bottom:1px solid #c4cad1;padding-bottom:4px;margin-top:28px}p{margin:4px 0}.scope{color:#414a54}table{border-collapse:collapse;width:100%;font-size:13px}th{text-align:left;color:#414a54;font-weight:500}td,th{padding:4px 12px 4px 0;border-bottom:1px solid #dee2e6;vertical-align:top;overflow-wrap:anywhere}@media print{h2{break-after:avoid}tr{break-inside:avoid}}";

fn html(breach: &Breach) -> String {
    let title = escape(&title(breach));
    let mut out = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n<meta name=\"viewport\" content=\"width=device-width\">\n<title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<h1><bdi>{title}</bdi></h1>\n<p class=\"scope\">{}</p>\n<p><bdi>{}</bdi></p>\n",
        escape(&scope(breach)),
        escape(&breach.sentence)
    );
    for part in parts(breach) {
        let _ = writeln!(out, "<h2><bdi>{}</bdi></h2>", escape(&part.title));
        if !part.note.is_empty() {
            let _ = writeln!(out, "<p class=\"scope\">{}</p>", escape(&part.note));
        }
        if part.rows.is_empty() {
            out.push_str("<p>None.</p>\n");
            continue;
        }
        out.push_str("<table>\n<thead><tr>");
        for column in &part.columns {
            let _ = write!(out, "<th scope=\"col\">{}</th>", escape(column));
        }
        out.push_str("</tr></thead>\n<tbody>\n");
        for row in &part.rows {
            out.push_str("<tr>");
            for cell in row {
                let _ = write!(out, "<td><bdi>{}</bdi></td>", escape(cell));
            }
            out.push_str("</tr>\n");
        }
        out.push_str("</tbody>\n</table>\n");
    }
    out.push_str("</body>\n</html>\n");
    out
}

fn markdown(breach: &Breach) -> String {
    let mut out = format!("# {}\n\n{}\n\n{}\n", inline(&title(breach)), inline(&scope(breach)), inline(&breach.sentence));
    for part in parts(breach) {
        let _ = write!(out, "\n## {}\n\n", inline(&part.title));
        if !part.note.is_empty() {
            let _ = write!(out, "{}\n\n", inline(&part.note));
        }
        if part.rows.is_empty() {
            out.push_str("None.\n");
            continue;
        }
        let _ = writeln!(out, "| {} |\n|{}", part.columns.join(" | "), "---|".repeat(part.columns.len()));
        for row in &part.rows {
            let cells: Vec<String> = row.iter().map(|cell| inline(cell)).collect();
            let _ = writeln!(out, "| {} |", cells.join(" | "));
        }
    }
    out
}

/// Text that Markdown shows as it is: no markup, no HTML, no new line. Hidden characters are shown by their numbers.
pub(in crate::work) fn inline(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '#' | '|' | '~' | '!' | '$' => {
                out.push('\\');
                out.push(c);
            }
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            // A bare address would become a link.
            ':' if rest.peek() == Some(&'/') => out.push_str("&#58;"),
            '@' => out.push_str("&#64;"),
            c if c.is_control()
                || matches!(c, '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}') =>
            {
                let _ = write!(out, "\\[U+{:04X}\\]", c as u32);
            }
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::inline;

    #[test]
    fn hostile_names_are_text_in_markdown() {
        let shown = inline("[x](javascript:alert(1)) <img src=x> | a\nb https://x.example \u{202e}");
        assert!(!shown.contains('<') && !shown.contains('\n') && !shown.contains("://"), "{shown}");
        assert!(shown.contains("\\[x\\]") && shown.contains("\\|") && shown.contains("U+202E"), "{shown}");
    }
}
