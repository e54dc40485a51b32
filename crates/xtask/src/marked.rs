//! Figures in a page, between `<!-- name begins -->` and `<!-- name ends -->`.

use std::path::Path;

use anyhow::{Context, Result};

/// Puts `content` between the marks of `name`.
pub(crate) fn replace(page: &Path, name: &str, content: &str) -> Result<()> {
    let text = std::fs::read_to_string(page)
        .with_context(|| format!("{} cannot be read", page.display()))?;
    let replaced = between(&text, name, content)
        .with_context(|| format!("{} has no place for {name}", page.display()))?;
    std::fs::write(page, replaced).with_context(|| format!("{} is not written", page.display()))
}

fn between(text: &str, name: &str, content: &str) -> Option<String> {
    let (begins, ends) = (
        format!("<!-- {name} begins -->"),
        format!("<!-- {name} ends -->"),
    );
    let (before, rest) = text.split_once(&begins)?;
    let (_, after) = rest.split_once(&ends)?;
    let content = content.trim_end();
    Some(format!("{before}{begins}\n{content}\n{ends}{after}"))
}

#[cfg(test)]
mod tests {
    use super::between;

    #[test]
    fn only_what_stands_between_the_marks_is_replaced() {
        let page = "a\n<!-- x begins -->\nold\n<!-- x ends -->\nb\n";
        let expected = "a\n<!-- x begins -->\nnew\n<!-- x ends -->\nb\n";
        assert_eq!(between(page, "x", "new\n").as_deref(), Some(expected));
        assert_eq!(between(expected, "x", "new").as_deref(), Some(expected));
        assert_eq!(between(page, "y", "new"), None);
        assert_eq!(between("<!-- x begins -->", "x", "new"), None);
    }
}
