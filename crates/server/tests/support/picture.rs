//! A terminal's screen as a picture.

use std::fmt::Write;

use vt100::{Cell, Color, Screen};

/// A cell, in the units of the picture.
const WIDTH: u32 = 9;
const HEIGHT: u32 = 19;
const MARGIN: u32 = 12;

/// The colours of a usual dark terminal: its own two, then the first eight.
const PAPER: &str = "#1b1f27";
const INK: &str = "#d7dae0";
const PALETTE: [&str; 8] =
    ["#1b1f27", "#e06c75", "#98c379", "#e5c07b", "#61afef", "#c678dd", "#56b6c2", "#d7dae0"];

/// The screen as SVG: one piece of text for each run of like cells.
pub fn svg(screen: &Screen) -> String {
    let (rows, columns) = screen.size();
    let (rows, columns) = (rows.get(), columns.get());
    let (width, height) =
        (u32::from(columns) * WIDTH + 2 * MARGIN, u32::from(rows) * HEIGHT + 2 * MARGIN);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" \
         font-family=\"ui-monospace, 'DejaVu Sans Mono', monospace\" font-size=\"15\">\n\
         <rect width=\"{width}\" height=\"{height}\" rx=\"8\" fill=\"{PAPER}\"/>\n"
    );
    for row in 0..rows {
        let mut column = 0;
        while column < columns {
            let Some(cell) = screen.cell(row, column) else { break };
            let start = column;
            let mut text = String::new();
            while let Some(next) = screen.cell(row, column).filter(|next| like(cell, next)) {
                if !next.is_wide_continuation() {
                    text.push_str(if next.has_contents() { next.contents() } else { " " });
                }
                column += 1;
            }
            run(&mut svg, cell, &text, (row, start, column - start));
        }
    }
    svg + "</svg>\n"
}

fn like(one: &Cell, other: &Cell) -> bool {
    let look = |cell: &Cell| {
        (cell.fgcolor(), cell.bgcolor(), cell.bold(), cell.dim(), cell.italic(), cell.inverse())
    };
    look(one) == look(other)
}

fn run(svg: &mut String, cell: &Cell, text: &str, (row, start, columns): (u16, u16, u16)) {
    let (mut ink, mut paper) = (colour(cell.fgcolor(), INK), colour(cell.bgcolor(), PAPER));
    if cell.inverse() {
        std::mem::swap(&mut ink, &mut paper);
    }
    let (x, y) = (u32::from(start) * WIDTH + MARGIN, u32::from(row) * HEIGHT + MARGIN);
    let width = u32::from(columns) * WIDTH;
    if paper != PAPER {
        let _ = writeln!(
            svg,
            "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{HEIGHT}\" fill=\"{paper}\"/>"
        );
    }
    if text.trim().is_empty() {
        return;
    }
    let mut look = String::new();
    if cell.bold() {
        look.push_str(" font-weight=\"bold\"");
    }
    if cell.dim() {
        look.push_str(" opacity=\"0.6\"");
    }
    if cell.italic() {
        look.push_str(" font-style=\"italic\"");
    }
    let text = text.replace('&', "&amp;").replace('<', "&lt;");
    let _ = writeln!(
        svg,
        "<text x=\"{x}\" y=\"{}\" fill=\"{ink}\" textLength=\"{width}\" lengthAdjust=\"spacingAndGlyphs\" \
         xml:space=\"preserve\"{look}>{text}</text>",
        y + 14
    );
}

fn colour(colour: Color, usual: &'static str) -> &'static str {
    match colour {
        Color::Idx(index) => PALETTE[usize::from(index) % PALETTE.len()],
        Color::Default | Color::Rgb(..) => usual,
    }
}
