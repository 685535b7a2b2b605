//! Web addresses in messages, which the terminal opens by a click (OSC 8), also where they go on in the next line.

use std::num::NonZeroU16;
use std::ops::Range;
use std::sync::Arc;

use ratatui::buffer::{Buffer, CellDiffOption};
use ratatui::layout::Position;
use unicode_width::UnicodeWidthStr;

/// Longer ones are not opened by most terminals.
const LONGEST: usize = 2_000;

/// A part of a line that belongs to an address.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Link {
    /// The columns.
    pub columns: Range<u16>,
    /// The whole address, of visible ASCII characters alone.
    pub address: Arc<str>,
}

/// The links of each line of a text that was wrapped, which changes nothing but its white space.
pub fn links(text: &str, lines: &[String]) -> Vec<Vec<Link>> {
    let mut of_lines = vec![Vec::new(); lines.len()];
    let found = addresses(text);
    if found.is_empty() {
        return of_lines;
    }
    let visible = |text: &str| text.chars().filter(|it| !it.is_whitespace()).count();
    let mut start = 0;
    for (line, links) in lines.iter().zip(&mut of_lines) {
        let end = start + visible(line);
        for range in &found {
            let first = visible(&text[..range.start]);
            let part = first.max(start)..(first + range.len()).min(end);
            if !part.is_empty() {
                let column = |nth| column(line, nth - start);
                let columns = column(part.start)..column(part.end - 1) + 1;
                links.push(Link { columns, address: text[range.clone()].into() });
            }
        }
        start = end;
    }
    of_lines
}

/// The column of the character that is the nth of the line without white space.
fn column(line: &str, nth: usize) -> u16 {
    let mut visible = line.char_indices().filter(|(_, it)| !it.is_whitespace());
    let at = visible.nth(nth).map_or(line.len(), |(at, _)| at);
    u16::try_from(line[..at].width()).unwrap_or(u16::MAX)
}

/// The addresses in a text, without the punctuation of the sentence around them.
fn addresses(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(start) = text[from..].find("http").map(|at| from + at) {
        let end = text[start..]
            .find(|it: char| !it.is_ascii_graphic() || matches!(it, '<' | '>' | '"' | '`'))
            .map_or(text.len(), |length| start + length);
        from = end.max(start + 1);
        let address = trimmed(&text[start..end]);
        let host = address.strip_prefix("https://").or_else(|| address.strip_prefix("http://"));
        let begins = text[..start].chars().next_back().is_none_or(|it| !it.is_alphanumeric());
        if begins && address.len() <= LONGEST && host.is_some_and(|host| !host.is_empty()) {
            found.push(start..start + address.len());
        } else {
            from = start + 1;
        }
    }
    found
}

fn trimmed(mut address: &str) -> &str {
    loop {
        let unopened = address.matches(')').count() > address.matches('(').count();
        let end =
            |it| matches!(it, '.' | ',' | ';' | ':' | '!' | '?' | '\'' | ']' | '}' | '*' | '_');
        match address.strip_suffix(|it| end(it) || it == ')' && unopened) {
            Some(rest) => address = rest,
            None => return address,
        }
    }
}

/// Makes the cells of a line a link. They are drawn in one go, as what the first one holds.
pub fn draw(buffer: &mut Buffer, line: Position, link: &Link) {
    let at = |column| Position { x: line.x + column, y: line.y };
    let text: String = link.columns.clone().map(|column| buffer[at(column)].symbol()).collect();
    for column in link.columns.clone().skip(1) {
        // Unlike any text, so that it is drawn again when the link has gone.
        buffer[at(column)].set_symbol("");
    }
    if let Some(width) = NonZeroU16::new(link.columns.len().try_into().unwrap_or(u16::MAX)) {
        let opened = format!("\u{1b}]8;;{}\u{1b}\\{text}\u{1b}]8;;\u{1b}\\", link.address);
        let first = &mut buffer[at(link.columns.start)];
        first.set_symbol(&opened).set_diff_option(CellDiffOption::ForcedWidth(width));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<&str> {
        addresses(text).into_iter().map(|range| &text[range]).collect()
    }

    #[test]
    fn an_address_ends_before_the_punctuation_of_the_sentence() {
        assert_eq!(found("See https://a.example/x?y=1#z, please."), ["https://a.example/x?y=1#z"]);
        assert_eq!(found("(http://a.example/b_(c))"), ["http://a.example/b_(c)"]);
        assert_eq!(found("「https://a.example/」"), ["https://a.example/"]);
        assert_eq!(
            found("<https://a.example> https://b.example!"),
            ["https://a.example", "https://b.example"]
        );
        assert_eq!(found("http http:// xhttps://a.example httpshttp://b.example ftp://c"), [""; 0]);
        assert_eq!(found(&format!("https://a.example/{}", "x".repeat(LONGEST))), [""; 0]);
        assert_eq!(found("https://a.example/\u{1b}\\x"), ["https://a.example/"]);
    }

    #[test]
    fn every_line_of_an_address_leads_to_all_of_it() {
        let text = "漢字 see https://a.example/long or https://b.example";
        let lines = ["漢字 see https://", "a.example/long or", "https://b.example"];
        let links = links(text, &lines.map(String::from));
        let [a, b] = ["https://a.example/long", "https://b.example"];
        let link = |columns, address: &str| Link { columns, address: address.into() };
        assert_eq!(links, [vec![link(9..17, a)], vec![link(0..14, a)], vec![link(0..17, b)]]);
    }
}
