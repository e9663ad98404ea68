//! One page of HTML that needs nothing beside it.

use crate::plot::Plot;

const STYLE: &str = include_str!("style.css");

/// A page with the common style.
pub(crate) fn page(title: &str, body: &str) -> String {
    let (title, version) = (escape(title), env!("CARGO_PKG_VERSION"));
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<title>{title}</title>\n<style>\n{STYLE}</style>\n</head>\n\
         <body>\n<main>\n{body}</main>\n<footer>openentropy {version}</footer>\n</body>\n</html>\n"
    )
}

/// A plot with its title and caption.
pub(crate) fn figure(plot: &dyn Plot) -> String {
    let (title, caption) = (escape(plot.title()), escape(&plot.caption()));
    format!("<figure>\n<h3>{title}</h3>\n{}<figcaption>{caption}</figcaption>\n</figure>\n", plot.svg())
}

/// Text as it stands in a page.
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped += "&amp;",
            '<' => escaped += "&lt;",
            '>' => escaped += "&gt;",
            '"' => escaped += "&quot;",
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::{escape, page};

    #[test]
    fn names_cannot_become_marks() {
        assert_eq!(escape("<a href=\"x\">&</a>"), "&lt;a href=&quot;x&quot;&gt;&amp;&lt;/a&gt;");
        assert!(page("<script>", "").contains("<title>&lt;script&gt;</title>"));
    }
}
