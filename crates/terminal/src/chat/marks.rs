//! The lines around a message's text: what it answers, reactions and replies, and deleted messages.

use chinwag_client::protocol::outgoing::{Message, Reaction};
use ratatui::style::Stylize;
use ratatui::text::Line;

use super::lines::{INDENT, wrapped};
use super::state::Chat;
use super::states::is_deleted;
use super::view::cut;
use crate::plain::one_line;

/// The line above a reply.
pub fn quote(chat: &Chat, message: &Message, width: u16) -> Option<Line<'static>> {
    let quote = message.reply_to.as_ref()?;
    let excerpt = match chat.room().get(quote.seq) {
        Some(answered) => Some(&*answered.text).filter(|_| !is_deleted(answered)),
        None => quote.excerpt.as_deref(),
    };
    let excerpt = excerpt.map_or_else(|| "deleted".into(), one_line);
    let name = quote.written_as.as_ref().unwrap_or(&quote.sender.username);
    let text = format!("  ↳ {}: {excerpt}", one_line(name));
    Some(Line::from(cut(&text, width.into())).dim())
}

/// The words behind a message's text.
pub fn note(message: &Message) -> &'static str {
    match (message.edited_at, message.pinned_at) {
        (None, None) => "",
        (Some(_), None) => "(edited)",
        (None, Some(_)) => "(pinned)",
        (Some(_), Some(_)) => "(edited, pinned)",
    }
}

/// The lines below a message: reactions, the user's own in brackets, and the number of replies.
pub fn below(message: &Message, width: u16) -> Vec<Line<'static>> {
    let mut parts: Vec<_> = message.reactions.iter().map(reaction).collect();
    match message.replies {
        0 => {}
        1 => parts.push("↳ 1 reply".into()),
        replies => parts.push(format!("↳ {replies} replies")),
    }
    if parts.is_empty() {
        return Vec::new();
    }
    let lines = wrapped(&parts.join("  "), width.saturating_sub(INDENT).max(1));
    lines.into_iter().map(|line| Line::from(format!("  {line}"))).collect()
}

fn reaction(reaction: &Reaction) -> String {
    let text = format!("{} {}", one_line(&reaction.emoji), reaction.count);
    if reaction.mine { format!("[{text}]") } else { text }
}

/// The line of deleted messages, which stand one after the other.
pub fn deleted(count: usize) -> Line<'static> {
    let text = if count == 1 { "  deleted".into() } else { format!("  {count} messages deleted") };
    Line::from(text).dim().italic()
}
