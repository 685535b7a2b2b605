//! A field to write in.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::style::Style;
use ratatui_textarea::{TextArea, WrapMode};

/// An empty one.
pub fn field() -> TextArea<'static> {
    let mut field = TextArea::default();
    field.set_wrap_mode(WrapMode::WordOrGlyph);
    field.set_cursor_line_style(Style::new());
    field
}

/// Edits by a key, as a shell does: Ctrl+U deletes the line before the cursor, and Ctrl+Y brings it back.
/// Returns whether the text has changed.
pub fn edit(field: &mut TextArea, key: KeyEvent) -> bool {
    if key.modifiers == KeyModifiers::CONTROL && key.code == KeyCode::Char('u') {
        return field.delete_line_by_head();
    }
    field.input(key)
}
