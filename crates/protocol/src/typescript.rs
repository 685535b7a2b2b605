//! The protocol's types in TypeScript, for the web client.

use std::collections::BTreeMap;

use ts_rs::{Config, TS, TypeVisitor};

use crate::outgoing::By;
use crate::table::{FRAMES, FrameRow, Part, REQUESTS, RequestRow};
use crate::{ErrorCode, RequestId};

/// The whole generated file.
#[must_use]
pub fn module() -> String {
    let mut declarations = Declarations::default();
    declarations.add::<RequestId>();
    let payloads = REQUESTS.iter().map(|row| row.payload);
    for part in payloads.chain(FRAMES.iter().map(|row| row.payload)).flatten() {
        (part.declare)(&mut declarations);
    }
    let config = Config::new();
    let requests: String = REQUESTS.iter().map(|row| request(&config, row)).collect();
    let replies: String = REQUESTS.iter().map(reply).collect();
    let frames: String = FRAMES.iter().map(|row| frame(&config, row)).collect();
    format!(
        "// Generated from crates/protocol by `make generate`. Do not edit.

{}
/** A request. */
export type RequestBody ={requests};

/** A request with its envelope. */
export type RequestFrame = RequestBody & {{ id?: RequestId; sessionUUID?: string; userUUID?: string }};

/** The type of the reply to each type of request, besides `error`. */
export type ReplyType = {{{replies}
}};

/** One frame from the server. */
export type Outgoing ={frames};
{}",
        error_codes(),
        declarations.text()
    )
}

/// The declared types by name, since a type doesn't list in a fixed order what it consists of.
#[derive(Default)]
pub(crate) struct Declarations(BTreeMap<String, String>);

impl Declarations {
    /// Declares a type, and the types that it consists of.
    pub(crate) fn add<T: TS + 'static + ?Sized>(&mut self) {
        // Only a type that is declared has a path of its own.
        let config = Config::new();
        let name = T::ident(&config);
        if T::output_path().is_some() && !self.0.contains_key(&name) {
            self.0.insert(name, T::decl(&config));
            T::visit_dependencies(self);
        }
    }

    fn text(&self) -> String {
        let mut text = String::new();
        for declaration in self.0.values() {
            text.extend(["\nexport ", declaration, "\n"]);
        }
        text
    }
}

impl TypeVisitor for Declarations {
    fn visit<T: TS + 'static + ?Sized>(&mut self) {
        self.add::<T>();
    }
}

fn request(config: &Config, row: &RequestRow) -> String {
    let optional = if row.may_be_absent { "?" } else { "" };
    variant(row.kind, "", &payload(config, row.kind, optional, row.payload))
}

fn reply(row: &RequestRow) -> String {
    let reply = row.reply.map_or_else(|| "never".to_owned(), |reply| format!("\"{reply}\""));
    format!("\n  {}: {reply};", row.kind)
}

fn frame(config: &Config, row: &FrameRow) -> String {
    let mut beside = if row.answers { "; id?: RequestId" } else { "" }.to_owned();
    for (name, always) in By::of(row.kind) {
        let optional = if *always { "" } else { "?" };
        let kind = if *name == "user" { "User" } else { "string" };
        beside.extend(["; ", name, optional, ": ", kind]);
    }
    variant(row.kind, &beside, &payload(config, row.kind, "", row.payload))
}

fn payload(config: &Config, kind: &str, optional: &str, part: Option<Part>) -> String {
    part.map_or_else(String::new, |part| {
        format!("; {kind}{optional}: {}", (part.typescript)(config))
    })
}

fn variant(kind: &str, beside: &str, payload: &str) -> String {
    format!("\n  | {{ type: \"{kind}\"{beside}{payload} }}")
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
