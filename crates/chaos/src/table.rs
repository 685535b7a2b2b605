//! The table of what the faults cost, and its place in docs/reliability.md.

use anyhow::{Context, Result};

use crate::audit::Cost;

const BEGIN: &str = "<!-- chaos:begin -->";
const END: &str = "<!-- chaos:end -->";

const HEAD: &str = "| fault | times | acknowledged | lost | twice | out of order | holes | error 30 | silences | connections | slowest return |\n|---|---|---|---|---|---|---|---|---|---|---|";

/// A table of rows by [`row`].
pub fn table(rows: &[String]) -> String {
    format!("{HEAD}\n{}", rows.join("\n"))
}

/// One fault's row.
pub fn row(fault: &str, times: u32, cost: &Cost) -> String {
    let Cost {
        acknowledged, lost, twice, out_of_order, holes, refused, silences, reconnects, ..
    } = cost;
    let slowest = match cost.slowest.as_secs_f64() {
        0.0 => "–".to_owned(),
        seconds => format!("{seconds:.2} s"),
    };
    format!(
        "| {fault} | {times} | {acknowledged} | {lost} | {twice} | {out_of_order} | {holes} | {refused} | {silences} | {reconnects} | {slowest} |"
    )
}

/// The page with this between its two markers.
pub fn insert(page: &str, text: &str) -> Result<String> {
    let (before, rest) = page.split_once(BEGIN).context("the page has no chaos:begin")?;
    let (_, after) = rest.split_once(END).context("the page has no chaos:end")?;
    Ok(format!("{before}{BEGIN}\n{}\n{END}{after}", text.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_between_the_markers_is_replaced() {
        let page = format!("before\n{BEGIN}\nold\n{END}\nafter\n");
        let new = insert(&page, "new\n").unwrap();
        assert_eq!(new, format!("before\n{BEGIN}\nnew\n{END}\nafter\n"));
        assert!(insert("nothing", "new").is_err());
    }

    #[test]
    fn a_row_has_as_many_cells_as_the_head() {
        let cells = |row: &str| row.matches('|').count();
        let head = HEAD.lines().next().unwrap();
        assert_eq!(cells(&row("a", 1, &Cost::default())), cells(head));
    }
}
