//! Tables in Markdown, and their place in a page.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

/// A table; its first row is the head.
#[must_use]
pub fn markdown<Cell: AsRef<str>>(rows: &[Vec<Cell>]) -> String {
    let mut table = String::new();
    for (number, row) in rows.iter().enumerate() {
        let cells: Vec<_> = row.iter().map(|cell| cell.as_ref().replace('|', "\\|")).collect();
        table.extend(["| ", &cells.join(" | "), " |\n"]);
        if number == 0 {
            table.extend(["|", &"---|".repeat(row.len()), "\n"]);
        }
    }
    table
}

/// Writes this text into a page, between its markers `<!-- name:begin -->` and `<!-- name:end -->`.
pub fn write(page: &Path, name: &str, text: &str) -> Result<()> {
    let shown = page.display();
    let old = fs::read_to_string(page).with_context(|| format!("failed to read {shown}"))?;
    let new = insert(&old, name, text)?;
    fs::write(page, new).with_context(|| format!("failed to write {shown}"))
}

fn insert(page: &str, name: &str, text: &str) -> Result<String> {
    let [begin, end] = ["begin", "end"].map(|edge| format!("<!-- {name}:{edge} -->"));
    let missing = |marker: &str| format!("the page has no {marker}");
    let (before, rest) = page.split_once(&begin).with_context(|| missing(&begin))?;
    let (_, after) = rest.split_once(&end).with_context(|| missing(&end))?;
    Ok(format!("{before}{begin}\n{}\n{end}{after}", text.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_has_a_rule_below_its_head() {
        let table = markdown(&[vec!["a", "b"], vec!["1|2", "3"]]);
        assert_eq!(table, "| a | b |\n|---|---|\n| 1\\|2 | 3 |\n");
    }

    #[test]
    fn only_what_is_between_the_markers_is_replaced() {
        let page = "before\n<!-- it:begin -->\nold\n<!-- it:end -->\nafter\n";
        let new = insert(page, "it", "new\n").unwrap();
        assert_eq!(new, page.replace("old", "new"));
        assert_eq!(insert(&new, "it", "new\n").unwrap(), new);
        assert!(insert(page, "other", "new").is_err());
    }
}
