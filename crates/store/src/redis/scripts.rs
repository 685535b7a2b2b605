//! The Lua scripts: each is one step that no other node can come between.

use std::sync::LazyLock;

use redis::{Pipeline, Script, ScriptInvocation, ToRedisArgs};

macro_rules! scripts {
    ($($name:ident: $($file:literal)+),* $(,)?) => {
        $(pub(super) static $name: LazyLock<Scripted> = LazyLock::new(|| {
            Scripted::new(concat!($(include_str!(concat!("scripts/", $file, ".lua"))),+))
        });)*
    };
}

scripts! {
    ACCESS_KEY: "standing" "access_key",
    ADD_ACCESS_KEY: "subscriptions" "add_access_key",
    ACCOUNT: "standing" "account",
    ACTIVITY: "pages" "rights" "messages" "activity",
    ADD_FILE_KEY: "add_file_key",
    APPEND: "publish" "moves" "pages" "sends" "direct" "rights" "separate" "writing" "append_plain" "messages" "mentions"
        "files" "store_change" "append",
    BURY: "bury",
    CHANGE_PASSWORD: "publish" "subscriptions" "change_password",
    ADD_REPORT: "publish" "add_report",
    BLOCK: "refuse" "block",
    CLOSE_REPORT: "refuse" "close_report",
    REPORTS: "refuse" "reports",
    ADD_LINK: "refuse" "links" "add_link",
    EDIT_USER: "publish" "subscriptions" "links" "rights" "standing" "details" "member" "end_hook" "edit_user",
    END_DELETION: "end_deletion",
    FIND_LINK: "links" "find_link",
    REVOKE_LINK: "refuse" "links" "revoke_link",
    USE_LINK: "publish" "subscriptions" "refuse" "links" "standing" "use_link",
    ADD_MEMBERS: "publish" "rights" "separate" "details" "member" "add_members",
    CHANGE_FILE: "rights" "files" "may_upload" "change_file",
    CHANGE_MESSAGE: "publish" "moves" "pages" "rights" "separate" "messages" "mentions" "files" "store_change"
        "change_message",
    CHANGES: "pages" "rights" "messages" "changes",
    CHANNEL: "direct" "rights" "channel",
    CHANNEL_DETAILS: "details" "channel_details",
    CHANNEL_MEMBERS: "rights" "standing" "channel_members",
    CHANNEL_OF: "rights" "details" "channel_of",
    CHANNELS: "rights" "details" "channels",
    CONVERT: "direct" "convert",
    CREATE_CHANNEL: "publish" "rights" "separate" "details" "member" "create_channel",
    CREATE_ACCOUNT: "links" "new_user" "create_account",
    CHECK_WRITER: "rights" "separate" "writing" "may_write" "check_writer",
    CREATE_FILE: "rights" "separate" "writing" "may_write" "files" "create_file",
    CREATE_BOT: "publish" "rights" "subscriptions" "new_user" "hook_rights" "create_bot",
    CREATE_HOOK: "rights" "new_user" "hook_rights" "create_hook",
    DELETE_HOOK: "rights" "hook_rights" "end_hook" "delete_hook",
    EDIT_CHANNEL: "publish" "rights" "details" "member" "edit_channel",
    ENDED_FILES: "files" "ended_files",
    FORGET_FILE: "files" "forget_file",
    HAS_FILE_KEY: "has_file_key",
    READ_FILE: "rights" "files" "read_file",
    READ_UPLOAD: "rights" "may_upload" "read_upload",
    END_KEYS: "publish" "subscriptions" "end_keys",
    EPOCH: "publish" "epoch",
    HISTORY: "pages" "rights" "messages" "history",
    HOOKS: "rights" "hook_rights" "hooks",
    IMPORT_MEMBER: "level" "import_member",
    IMPORT_MENTIONS: "import_mentions",
    IMPORT_STATE: "import_state",
    INBOX: "pages" "messages" "mentions" "details" "inbox",
    MARK_READ: "publish" "rights" "mark_read",
    MEMBERS: "standing" "members",
    MEMBERSHIP: "details" "membership",
    NOTIFY: "notify",
    PREFERENCES: "publish" "rights" "level" "preferences",
    PRESENCE: "publish" "presence",
    REACTORS: "rights" "standing" "reactors",
    READY: "publish" "ready",
    REFRESH: "refresh",
    RINGABLE: "mentions" "subscriptions" "ringable",
    REMOVE_MEMBER: "publish" "moves" "pages" "rights" "details" "files" "member" "end_hook" "remove_member",
    STATUS: "standing" "status",
    SUBSCRIBE: "subscriptions" "subscribe",
    SUBSCRIPTIONS: "subscriptions" "subscriptions_read",
    UNSUBSCRIBE: "subscriptions" "unsubscribe",
    USERS: "standing" "users",
}

/// A script, to be run alone or several times in one pipeline.
pub(super) struct Scripted {
    text: &'static str,
    script: Script,
}

impl Scripted {
    fn new(text: &'static str) -> Self {
        Self { text, script: Script::new(text) }
    }

    /// A run, with its first argument.
    pub(super) fn arg<T: ToRedisArgs>(&self, arg: T) -> ScriptInvocation<'_> {
        self.script.arg(arg)
    }

    /// Adds a run to a pipeline for [`super::link::Link::send_calls`]; its arguments are to follow.
    pub(super) fn call<'a>(&self, calls: &'a mut Pipeline) -> &'a mut Pipeline {
        calls.cmd("EVALSHA").arg(self.script.get_hash()).arg(0)
    }

    pub(super) fn text(&self) -> &'static str {
        self.text
    }
}
