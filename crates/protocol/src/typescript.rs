//! The protocol's types in TypeScript, for the web client.

use ts_rs::{Config, TS};

use crate::{ErrorCode, RequestId, incoming, outgoing};

/// The whole generated file.
#[must_use]
pub fn module() -> String {
    let mut text =
        String::from("// Generated from crates/protocol by `make generate`. Do not edit.\n\n");
    text.push_str(&error_codes());
    text.push_str("\n/** A request with its envelope. */\n");
    text.push_str(
        "export type RequestFrame = RequestBody & { id?: RequestId; sessionUUID?: string; userUUID?: string };\n\n",
    );
    let config = Config::new();
    for declaration in [
        RequestId::decl(&config),
        incoming::Request::decl(&config),
        incoming::SignIn::decl(&config),
        incoming::PasswordSignIn::decl(&config),
        incoming::Credentials::decl(&config),
        incoming::AccessKey::decl(&config),
        incoming::PasswordChange::decl(&config),
        incoming::ChannelRef::decl(&config),
        incoming::NewMessage::decl(&config),
        incoming::HistoryPage::decl(&config),
        incoming::ReadMark::decl(&config),
        incoming::UsersPage::decl(&config),
        outgoing::Outgoing::decl(&config),
        outgoing::Ready::decl(&config),
        outgoing::Authorized::decl(&config),
        outgoing::SignedOut::decl(&config),
        outgoing::PasswordChanged::decl(&config),
        outgoing::Failure::decl(&config),
        outgoing::Sys::decl(&config),
        outgoing::Person::decl(&config),
        outgoing::Presence::decl(&config),
        outgoing::Recipient::decl(&config),
        outgoing::User::decl(&config),
        outgoing::Message::decl(&config),
        outgoing::ChannelView::decl(&config),
        outgoing::History::decl(&config),
        outgoing::Read::decl(&config),
        outgoing::Typing::decl(&config),
        outgoing::Users::decl(&config),
        outgoing::Inbox::decl(&config),
        outgoing::InboxChannel::decl(&config),
    ] {
        text.push_str("export ");
        text.push_str(&declaration);
        text.push_str("\n\n");
    }
    text.truncate(text.trim_end().len());
    text.push('\n');
    text
}

fn error_codes() -> String {
    let rows = ErrorCode::ALL
        .iter()
        .map(|code| format!("  /** {} */\n  {code:?}: {},\n", code.meaning(), code.number()));
    format!(
        "/** The codes of `error` frames. */\nexport const ErrorCode = {{\n{}}} as const;\nexport type ErrorCode = (typeof ErrorCode)[keyof typeof ErrorCode];\n",
        rows.collect::<String>()
    )
}
