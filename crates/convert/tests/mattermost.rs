//! Mattermost's bulk export, as its format is published.

mod support;

use chinwag_convert::{Format, Loss};
use chinwag_store::transfer::ChannelKind;
use serde_json::{Value, json};
use support::{Converted, convert, convert_with_files, lines, options, stored, zip};

fn records() -> Vec<Value> {
    let channel = |name: &str, kind: &str| {
        json!({"type": "channel", "channel": {"team": "t", "name": name, "display_name": name, "type": kind,
            "header": "about it"}})
    };
    let user = |name: &str, roles: &str| {
        json!({"type": "user", "user": {"username": name, "email": "x@example.org", "roles": "system_user",
            "teams": [{"name": "t", "channels": [{"name": "town-square", "roles": "channel_user"},
                {"name": "ops", "roles": roles}]}]}})
    };
    vec![
        json!({"type": "version", "version": 1, "info": {"generator": "mattermost-server"}}),
        json!({"type": "emoji", "emoji": {"name": "party-gopher", "image": "x"}}),
        json!({"type": "team", "team": {"name": "t", "display_name": "T", "type": "O"}}),
        channel("town-square", "O"),
        channel("ops", "P"),
        user("ada", "channel_user channel_admin"),
        user("bob", "channel_user"),
        json!({"type": "bot", "bot": {"username": "builds", "owner": "ada"}}),
        json!({"type": "post", "post": {"team": "t", "channel": "ops", "user": "bob", "message": "second",
            "create_at": 2_000, "edit_at": 0, "props": {}}}),
        json!({"type": "post", "post": {"team": "t", "channel": "ops", "user": "ada", "is_pinned": true,
            "message": "@bob. see `@bob` :+1: @all", "create_at": 1_000, "edit_at": 1_500,
            "reactions": [{"user": "bob", "emoji_name": "heart", "create_at": 1_100},
                {"user": "ada", "emoji_name": "heart", "create_at": 1_101},
                {"user": "bob", "emoji_name": "party-gopher", "create_at": 1_102}],
            "replies": [{"user": "bob", "message": "ok", "create_at": 3_000, "attachments": [{"path": "20200101/plan.pdf"}]},
                {"user": "bob", "message": "ok again", "create_at": 3_000}]}}),
        json!({"type": "post", "post": {"team": "t", "channel": "town-square", "user": "ada", "type": "system_join_team",
            "message": "joined", "create_at": 500}}),
        json!({"type": "post", "post": {"team": "t", "channel": "town-square", "user": "ada", "message": "hi", "create_at": 600}}),
        json!({"type": "post", "post": {"team": "t", "channel": "gone", "user": "ada", "message": "?", "create_at": 600}}),
        json!({"type": "post", "post": {"team": "t", "channel": "ops", "message": 7}}),
        json!({"type": "direct_channel", "direct_channel": {"members": ["bob", "ada"], "header": ""}}),
        json!({"type": "direct_post", "direct_post": {"channel_members": ["ada", "bob"], "user": "bob", "message": "you?",
            "create_at": 700}}),
        json!({"type": "direct_post", "direct_post": {"channel_members": ["ada", "bob", "builds"], "user": "builds",
            "message": "we three", "create_at": 700}}),
    ]
}

#[test]
fn a_bulk_export_is_converted_as_lines_and_in_a_zip() {
    let text = lines(&records());
    let got = convert(&options(Format::Mattermost), text.clone().into_bytes());
    let zipped = zip(&[("import.jsonl", text), ("data/20200101/plan.pdf", "%PDF".to_owned())]);
    assert!(convert(&options(Format::Mattermost), zipped).bytes == got.bytes);
    assert_eq!(got.general().record.kind(), ChannelKind::General);
    assert_eq!(Converted::texts(got.general()), ["hi"]);
    let ops = got.channel("ops");
    let expected = ["@bob. see `@bob` 👍 @all", "second", "ok\nFile: plan.pdf", "ok again"];
    assert_eq!(Converted::texts(ops), expected);
    let details = ops.record.details.as_ref().unwrap();
    assert!(details.private && &*details.topic == "about it");
    let (ada, bob) = (got.user("ada").uuid, got.user("bob").uuid);
    assert!(
        ops.members.len() == 2
            && ops.members.iter().all(|member| member.owner == (member.user == ada))
    );
    let first = &ops.messages[0];
    let state = first.state.as_ref().unwrap();
    assert!(first.mention_all && first.mentions == [bob] && first.root == Some(1));
    assert_eq!(state.reactions, [("❤️".into(), vec![bob, ada])]);
    assert_eq!((state.replies, state.edited_at.unwrap().as_millisecond()), (2, 1_500));
    assert!(state.pinned_at.is_some());
    assert!(ops.messages[2..].iter().all(|reply| reply.reply_to == Some(1)));
    assert_ne!(ops.messages[2].uuid, ops.messages[3].uuid);
    let direct = got.channels.iter().find(|channel| channel.record.users.is_some()).unwrap();
    assert_eq!(Converted::texts(direct), ["you?"]);
    assert_eq!(Converted::texts(got.channel("")), ["we three"]);
    let lost = [
        Loss::SystemLine,
        Loss::NoChannel,
        Loss::Unreadable,
        Loss::File,
        Loss::Reaction,
        Loss::Emoji,
    ];
    assert_eq!(lost.map(|loss| got.report.lost(loss)), [1; 6]);
}

#[test]
fn files_that_the_zip_holds_are_taken_once() {
    let dir = tempfile::tempdir().unwrap();
    let (archive, home) = (dir.path().join("export.zip"), dir.path().join("files"));
    let mut records = records();
    records.push(json!({"type": "post", "post": {"team": "t", "channel": "ops", "user": "ada", "message": "", "create_at": 4_000,
        "attachments": [{"path": "20200101/dot.png"}, {"path": "20200101/lost.txt"}, {"path": "../import.jsonl"}]}}));
    let files = [
        ("import.jsonl", lines(&records)),
        ("data/20200101/plan.pdf", "%PDF".to_owned()),
        ("data/20200101/dot.png", "x".repeat(1_000_000)),
    ];
    std::fs::write(&archive, zip(&files)).unwrap();
    let got = convert_with_files(&options(Format::Mattermost), &archive, &home);
    let ops = got.channel("ops");
    let [plan] = &*ops.messages[2].files else { panic!("{:?}", ops.messages[2]) };
    assert_eq!((&*ops.messages[2].message, &*plan.name, plan.size), ("ok", "plan.pdf", 4));
    assert_eq!(stored(&home, plan), b"%PDF");
    let last = ops.messages.last().unwrap();
    assert_eq!(&*last.message, "File: lost.txt\nFile: import.jsonl");
    assert_eq!(stored(&home, &last.files[0]).len(), 1_000_000);
    assert_eq!((got.report.files, got.report.lost(Loss::File)), (2, 2));
    assert!(
        got.report.to_string().starts_with("converted 3 users, 4 channels, 8 messages, 2 files\n")
    );
    let again = convert_with_files(&options(Format::Mattermost), &archive, &home);
    assert!(again.bytes == got.bytes && stored(&home, plan) == b"%PDF");
}

#[test]
fn of_two_teams_neither_sees_the_others_channels() {
    let mut records = records();
    records.insert(3, json!({"type": "team", "team": {"name": "u", "type": "O"}}));
    let got = convert(&options(Format::Mattermost), lines(&records).into_bytes());
    assert!(got.general().messages.is_empty());
    let square = got.channel("town-square");
    assert!(square.record.details.as_ref().unwrap().private && square.members.len() == 2);
}
