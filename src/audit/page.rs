//! The pages of a pack that people read: index and statement as HTML without scripts, README and VERIFY as text.
//!
//! Every value is escaped here; nothing in a pack may run (OWASP ASVS 1.2.1).

use std::fmt::Write as _;

/// Text as HTML.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c if (c.is_control() && c != '\n')
                || matches!(c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}') =>
            {
                let _ = write!(out, "[U+{:04X}]", c as u32);
            }
            c => out.push(c),
        }
    }
    out
}

/// A page: title, sections of heading and rows of two cells.
pub fn html(title: &str, sections: &[(String, Vec<(String, String)>)]) -> String {
    let mut out = String::new();
    let title = escape(title);
    let _ = write!(
        out,
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n<meta name=\"viewport\" content=\"width=device-width\">\n<title>{title}</title>\n<style>\nbody{{font:14px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#14181d;background:#fff}}\nh1{{font-size:20px}}h2{{font-size:14px;border-bottom:1px solid #c4cad1;padding-bottom:4px;margin-top:24px}}\ntable{{border-collapse:collapse;width:100%}}td{{padding:4px 8px;border-bottom:1px solid #dee2e6;vertical-align:top;overflow-wrap:anywhere}}td:first-child{{width:16rem;color:#414a54}}\n</style>\n</head>\n<body>\n<h1>{title}</h1>\n"
    );
    for (heading, rows) in sections {
        let _ = write!(out, "<h2>{}</h2>\n<table>\n", escape(heading));
        for (name, value) in rows {
            let _ = writeln!(out, "<tr><td><bdi>{}</bdi></td><td><bdi>{}</bdi></td></tr>", escape(name), escape(value));
        }
        out.push_str("</table>\n");
    }
    out.push_str("</body>\n</html>\n");
    out
}

/// How to check a pack without this program.
pub const VERIFY: &str = "# How to check this pack without Bulkhead

1. Unpack it. Every file is as it was sealed:

       sha256sum -c SHA256SUMS

2. SHA256SUMS was signed by the holder of the key (OpenSSL 3 or newer; skip this if the pack has no signature, then
   anybody could have made it):

       openssl pkeyutl -verify -pubin -inkey signer.pub.pem -rawin -in SHA256SUMS -sigfile SHA256SUMS.sig

3. The key is the right one: compare this fingerprint with the one that you received by another channel.

       openssl pkey -pubin -in signer.pub.pem -outform DER | sha256sum

4. The log is a chain: in 15_audit_log/events.jsonl the hash of each line is
   SHA-256(\"bulkhead.audit.v1\" LF hash of the line before LF event), and the last one is the hash in head.json.

5. Any score can be computed again from 06_blast/explanations.jsonl and 06_blast/weights.json.

With Bulkhead: `bulkhead pack verify FILE` does 1, 2 and 4 and checks the container too.

What this proves: the pack is unchanged since it was signed with this key. What it does not: when it was signed, who held
the key, and that the source systems said the truth.
";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_text_stays_text() {
        let page =
            html("<script>alert(1)</script>", &[("a\u{202e}b".to_owned(), vec![("\"x\"".to_owned(), "'<img onerror=1>".to_owned())])]);
        assert!(!page.contains("<script") && !page.contains("<img"), "imported text never becomes markup");
        assert!(page.contains("[U+202E]"), "hidden characters are shown");
    }
}
