//! What `DiscordChatExporter` writes as JSON.

mod support;

use chinwag_convert::{Format, Loss, Options};
use chinwag_store::transfer::ChannelKind;
use serde_json::{Value, json};
use support::{Converted, convert, convert_with_files, options, stored, zip};

fn user(id: &str, name: &str) -> Value {
    json!({"id": id, "name": name.to_lowercase(), "discriminator": "0000", "nickname": name, "isBot": id == "9"})
}

fn message(id: &str, author: &Value, content: &str) -> Value {
    json!({"id": id, "type": "Default", "timestamp": format!("2024-01-01T00:00:{id:0>2}+01:00"), "timestampEdited": null,
        "isPinned": false, "content": content, "author": author, "attachments": [], "embeds": [], "stickers": [],
        "reactions": [], "mentions": []})
}

fn file(id: &str, kind: &str, name: &str, messages: &[Value]) -> String {
    json!({"guild": {"id": "1", "name": "Guild"}, "channel": {"id": id, "type": kind, "categoryId": "100", "category": "x",
        "name": name, "topic": null}, "dateRange": {"after": null, "before": null}, "messages": messages,
        "messageCount": messages.len()})
    .to_string()
}

fn archive() -> Vec<u8> {
    let (ada, bob) = (user("7", "Ada"), user("8", "Bob"));
    let mut first = message("11", &ada, "hello @Bob and @everyone <:blob:123456>");
    first["mentions"] = json!([bob]);
    first["isPinned"] = json!(true);
    first["timestampEdited"] = json!("2024-01-01T00:01:00+01:00");
    first["reactions"] = json!([{"emoji": {"id": "", "name": "👍"}, "count": 3, "users": [bob, ada]},
        {"emoji": {"id": "5", "name": "blob"}, "count": 2, "users": []}]);
    let mut reply = message("12", &bob, "hi <@!7> in <#100>, <#5>, @:x:1> and 1 <#");
    reply["type"] = json!("Reply");
    reply["mentions"] = json!([ada]);
    reply["reference"] =
        json!({"type": "Default", "messageId": "11", "channelId": "100", "guildId": "1"});
    reply["attachments"] = json!([{"id": "1", "url": "https://cdn.example/x", "fileName": "plan.pdf", "fileSizeBytes": 3}]);
    let mut joined = message("13", &bob, "Joined the server.");
    joined["type"] = json!("GuildMemberJoin");
    let mut embed = message("14", &user("9", "Builds"), "");
    embed["embeds"] =
        json!([{"title": "Build 7", "description": "passed", "url": "https://ci.example/7"}]);
    let thread = [message("15", &bob, "in the thread")];
    zip(&[
        // Before its channel, by name.
        ("a thread.json", file("11", "GuildPublicThread", "a thread", &thread)),
        (
            "general [100].json",
            file(
                "100",
                "GuildTextChat",
                "general",
                &[first, reply, joined, embed, json!({"id": "16"})],
            ),
        ),
        ("dm.json", file("200", "DirectTextChat", "Eve", &[message("17", &ada, "you there?")])),
        ("notes.json", "[1, 2]".to_owned()),
    ])
}

#[test]
fn channels_are_private_unless_told_otherwise() {
    let got = convert(&options(Format::Discord), archive());
    assert!(got.general().messages.is_empty());
    let channel = got.channel("general 2");
    assert!(channel.record.details.as_ref().unwrap().private);
    assert_eq!(channel.members.len(), 3);
    let public = Options { public: true, ..options(Format::Discord) };
    let got = convert(&public, archive());
    assert_eq!(got.general().record.kind(), ChannelKind::General);
    assert_eq!(got.general().messages.len(), 4);
}

#[test]
fn messages_keep_what_the_exporter_wrote() {
    let got = convert(&options(Format::Discord), archive());
    let channel = got.channel("general 2");
    let expected = [
        "hello @Bob and @all :blob:",
        "hi @Ada in #general, #5, @:x:1> and 1 <#\nFile: plan.pdf",
        "Build 7 (https://ci.example/7)\npassed",
        "in the thread",
    ];
    assert_eq!(Converted::texts(channel), expected);
    let (ada, bob) = (got.user("Ada").uuid, got.user("Bob").uuid);
    let first = &channel.messages[0];
    let state = first.state.as_ref().unwrap();
    assert!(first.mentions == [bob] && first.mention_all && first.sender == ada);
    assert_eq!(first.created_at.to_string(), "2023-12-31T23:00:11Z");
    assert_eq!(state.reactions, [("👍".into(), vec![bob, ada])]);
    assert!(state.pinned_at.is_some() && state.edited_at.is_some() && state.replies == 2);
    assert_eq!((channel.messages[1].reply_to, channel.messages[3].reply_to), (Some(1), Some(1)));
    let lost =
        [Loss::SystemLine, Loss::Unreadable, Loss::File, Loss::NamelessReaction, Loss::Other];
    assert_eq!(lost.map(|loss| got.report.lost(loss)), [1; 5]);
    assert_eq!(got.report.lost(Loss::Reaction), 2);
}

#[test]
fn a_direct_channel_has_its_other_user_even_if_silent() {
    let got = convert(&options(Format::Discord), archive());
    let direct = got.channels.iter().find(|channel| channel.record.users.is_some()).unwrap();
    let mut users = [got.user("Ada").uuid, got.user("Eve").uuid];
    users.sort_unstable();
    assert_eq!(direct.record.users, Some(users));
}

#[test]
fn files_beside_the_messages_are_taken() {
    let dir = tempfile::tempdir().unwrap();
    let (archive, home) = (dir.path().join("archive"), dir.path().join("files"));
    let media = archive.join("guild/general [100].json_Files");
    std::fs::create_dir_all(&media).unwrap();
    std::fs::write(media.join("plan-A1B2C.pdf"), "%PDF").unwrap();
    let mut with_file = message("11", &user("7", "Ada"), "");
    with_file["attachments"] = json!([{"id": "1", "url": "general [100].json_Files\\plan-A1B2C.pdf", "fileName": "plan.pdf", "fileSizeBytes": 4}]);
    let general = file("100", "GuildTextChat", "general", &[with_file]);
    std::fs::write(archive.join("guild/general [100].json"), general).unwrap();
    let got = convert_with_files(&options(Format::Discord), &archive, &home);
    let [message] = &*got.channel("general 2").messages else { panic!() };
    assert_eq!((&*message.message, &*message.files[0].name), ("", "plan.pdf"));
    assert_eq!(stored(&home, &message.files[0]), b"%PDF");
    // Without a home the name is left.
    let mut bytes = Vec::new();
    let report = chinwag_convert::convert(&archive, &options(Format::Discord), None, &mut bytes);
    assert_eq!(report.unwrap().lost(Loss::File), 1);
    assert!(String::from_utf8(bytes).unwrap().contains(r#""Message":"File: plan.pdf""#));
}
