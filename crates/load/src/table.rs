//! Tables in Markdown, and their place in a page.

use anyhow::{Context, Result};

/// Between these a page holds what a bench writes.
const BEGIN: &str = "<!-- bench:begin -->";
const END: &str = "<!-- bench:end -->";

/// A table; its first row is the head.
pub fn markdown(rows: &[Vec<String>]) -> String {
    let mut table = String::new();
    for (number, row) in rows.iter().enumerate() {
        let cells: Vec<_> = row.iter().map(|cell| cell.replace('|', "\\|")).collect();
        table.extend(["| ", &cells.join(" | "), " |\n"]);
        if number == 0 {
            table.extend(["|", &"---|".repeat(row.len()), "\n"]);
        }
    }
    table
}

/// The page with this between its two markers.
pub fn insert(page: &str, text: &str) -> Result<String> {
    let (before, rest) = page.split_once(BEGIN).with_context(|| missing(BEGIN))?;
    let (_, after) = rest.split_once(END).with_context(|| missing(END))?;
    Ok(format!("{before}{BEGIN}\n{}\n{END}{after}", text.trim()))
}

fn missing(marker: &str) -> String {
    format!("the page has no {marker}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_has_a_rule_below_its_head() {
        let row = |cells: [&str; 2]| cells.map(str::to_owned).to_vec();
        let table = markdown(&[row(["a", "b"]), row(["1|2", "3"])]);
        assert_eq!(table, "| a | b |\n|---|---|\n| 1\\|2 | 3 |\n");
    }

    #[test]
    fn only_what_is_between_the_markers_is_replaced() {
        let page = format!("before\n{BEGIN}\nold\n{END}\nafter\n");
        let new = insert(&page, "new\n").unwrap();
        assert_eq!(new, format!("before\n{BEGIN}\nnew\n{END}\nafter\n"));
        assert_eq!(insert(&new, "new\n").unwrap(), new);
        assert!(insert("nothing", "new").is_err());
    }
}
