//! The rows of the tables: each request with the payload that is tried.

use serde_json::{Value, json};

/// What a column asks about.
#[derive(Clone)]
pub struct Place {
    pub recipient: String,
    /// The channel's other member, or the other user of a direct channel.
    pub other: String,
    /// A member whom nobody needs.
    pub target: String,
    /// Messages of the asker, and of the other one: to be changed, and to be deleted.
    pub own: [u64; 2],
    pub others: [u64; 2],
    pub hook: Value,
    pub link: Value,
    /// The secret of that link.
    pub secret: String,
    pub report: Value,
    /// The asker's UUID, and the payload with which they sign in.
    pub me: String,
    pub sign_in: Value,
    /// A word that stands in one column only.
    pub unique: String,
}

impl Place {
    pub fn with(&self, more: Value) -> Value {
        let mut payload = json!({"recipientUUID": self.recipient});
        payload.as_object_mut().unwrap().append(&mut object(more));
        payload
    }

    fn endpoint(&self) -> String {
        format!("{PUSH_SERVICE}/{}", self.unique)
    }
}

/// The rows of a table: each with its label, whose first word is the request, and the payload.
pub type Rows = [(&'static str, fn(&Place) -> Value)];

/// Requests that name no channel.
pub const ANYWHERE: &Rows = &[
    ("`ping`", |_| json!({})),
    ("`linkCheck`", |at| json!({"link": at.secret})),
    ("`users`", |_| json!({})),
    ("`inbox`", |_| json!({"wants": ["channels", "changes"]})),
    ("`channels`", |_| json!({})),
    ("`activity`", |_| json!({})),
    ("`notify`", |_| json!({})),
    ("`search`", |_| json!({"query": "hello"})),
    ("`devices`", |_| json!({})),
    ("`links`", |_| json!({})),
    ("`hooks` of all channels", |_| json!({})),
    ("`block`", |at| json!({"userUUID": at.target, "on": false})),
    ("`channelCreate`", |at| json!({"name": at.unique})),
    (
        "`channelCreate` with the other user",
        |at| json!({"name": at.unique, "private": true, "users": [at.other]}),
    ),
    (
        "`pushSubscribe`",
        |at| json!({"endpoint": at.endpoint(), "p256dh": PUSH_KEY, "auth": PUSH_SECRET}),
    ),
    ("`pushTest`", |at| json!({"endpoint": at.endpoint()})),
    ("`pushUnsubscribe`", |at| json!({"endpoint": at.endpoint()})),
    ("`linkCreate` for a device", |_| json!({"kind": "device"})),
    ("`linkCreate` for an invite", |_| json!({"kind": "invite"})),
    ("`linkCreate` for a reset", |at| json!({"kind": "reset", "userUUID": at.target})),
    ("`linkRevoke` of another's", |at| json!({"UUID": at.link})),
    ("`userEdit`", |at| json!({"userUUID": at.target, "role": "member"})),
    ("`botCreate`", |_| json!({"username": "Helper"})),
    ("`server`", |_| json!({})),
    ("`reports`", |_| json!({})),
    ("`reportClose`", |at| json!({"UUID": at.report})),
];

/// Requests that name one.
pub const IN_CHANNEL: &Rows = &[
    ("`channelJoin`", |at| at.with(json!({}))),
    ("`channelLeave`", |at| at.with(json!({}))),
    ("`channelMessages`", |at| at.with(json!({}))),
    ("`channelMembers`", |at| at.with(json!({}))),
    ("`channelChanges`", |at| at.with(json!({"after": 0}))),
    ("`messageReactors`", |at| at.with(json!({"seq": at.others[0], "emoji": "👍"}))),
    ("`report`", |at| at.with(json!({"seq": at.others[0], "reason": "Spam"}))),
    ("`channelRead`", |at| at.with(json!({"seq": 1}))),
    ("`channelPrefs`", |at| at.with(json!({"level": "all"}))),
    ("`channelTyping`", |at| at.with(json!({}))),
    ("`channelMessage`", |at| at.with(json!({"message": "hello"}))),
    ("`fileCreate`", |at| at.with(json!({"name": "plan.png", "size": 1}))),
    ("`messageEdit`", |at| at.with(json!({"seq": at.own[0], "message": "edited"}))),
    ("`messageEdit` of another's", |at| at.with(json!({"seq": at.others[0], "message": "edited"}))),
    ("`messageReact`", |at| at.with(json!({"seq": at.others[0], "emoji": "👍", "on": true}))),
    ("`messagePin`", |at| at.with(json!({"seq": at.others[0], "on": true}))),
    ("`messageDelete`", |at| at.with(json!({"seq": at.own[1]}))),
    ("`messageDelete` of another's", |at| at.with(json!({"seq": at.others[1]}))),
    ("`memberAdd` of another", |at| at.with(json!({"users": [at.target]}))),
    ("`memberAdd` of an owner", |at| at.with(json!({"users": [at.target], "owner": true}))),
    ("`memberRemove` of another", |at| at.with(json!({"userUUID": at.target}))),
    ("`channelEdit`", |at| at.with(json!({"topic": "tea"}))),
    ("`hookCreate`", |at| at.with(json!({"name": at.unique}))),
    ("`hooks`", |at| at.with(json!({}))),
    ("`hookDelete`", |at| json!({"UUID": at.hook})),
    ("`memberAdd` of oneself", |at| at.with(json!({}))),
    ("`memberRemove` of oneself", |at| at.with(json!({"userUUID": at.me}))),
];

/// Requests that change who is signed in, each on a connection of its own.
pub const AT_LAST: &Rows = &[
    ("`signIn`", |at| at.sign_in.clone()),
    (
        "`signUp`",
        |at| json!({"username": format!("newcomer of {}", at.unique), "password": "secret"}),
    ),
    ("`changePassword`", |_| json!({"password": "secret", "newPassword": "secret"})),
    ("`deviceEnd`", |_| json!({})),
    ("`signOut`", |_| json!({})),
    ("`signOutEverywhere`", |_| json!({})),
];

/// Where nothing answers.
pub const PUSH_SERVICE: &str = "http://127.0.0.1:9";

/// A browser's keys, those of RFC 8291's example.
pub const PUSH_KEY: &str =
    "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
pub const PUSH_SECRET: &str = "BTBZMqHH6r4Tts7J_aSIgg";

pub fn kind(label: &str) -> &str {
    label.split('`').nth(1).unwrap()
}

fn object(value: Value) -> serde_json::Map<String, Value> {
    let Value::Object(object) = value else { panic!("no object: {value}") };
    object
}
