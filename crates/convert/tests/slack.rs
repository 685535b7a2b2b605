//! Slack's export, as its format is published.

mod support;

use chinwag_convert::{Format, Loss};
use chinwag_store::transfer::ChannelKind;
use serde_json::{Value, json};
use support::{Converted, convert, options, zip};

fn users() -> Value {
    json!([
        {"id": "U1", "name": "ada.l", "profile": {"display_name": "Ada", "real_name": "Ada Lovelace"}},
        {"id": "U2", "name": "bob", "deleted": true, "profile": {"display_name": "", "real_name": "Bob"}},
        {"id": "U3", "name": "ada.b", "profile": {"display_name": "Ada", "real_name": "Ada Byron"}},
        {"id": "U4", "name": "builds", "is_bot": true, "profile": {"real_name": "Builds", "bot_id": "B4"}},
        {"name": "without an id"}
    ])
}

fn archive() -> Vec<u8> {
    let general = json!([{"id": "C1", "name": "general", "is_general": true, "members": ["U1", "U2", "U3"]},
        {"id": "C2", "name": "ops", "created": 1_600_000_000, "creator": "U1", "members": ["U1", "U2"],
         "topic": {"value": "What &amp; runs"}, "pins": [{"id": "1600000100.000100", "type": "C"}]}]);
    let first_day = json!([
        {"type": "message", "subtype": "channel_join", "user": "U1", "text": "joined", "ts": "1600000050.000000"},
        {"type": "message", "user": "U1", "text": "Hello *all* <@U3>, see <#C1|general> :tada:",
         "ts": "1600000100.000100", "thread_ts": "1600000100.000100", "edited": {"user": "U1", "ts": "1600000101.000000"},
         "reactions": [{"name": "+1", "users": ["U2", "U3"], "count": 2}, {"name": "party-parrot", "users": ["U2"]}]},
        {"type": "message", "subtype": "bot_message", "bot_id": "B4", "text": "",
         "ts": "1600000102.000000", "attachments": [{"title": "Build 7", "title_link": "https://ci.example/7", "text": "passed"}]},
        {"type": "message", "user": "U2", "text": "yes", "ts": "1600000103.000000", "thread_ts": "1600000100.000100",
         "files": [{"id": "F1", "name": "plan.pdf", "url_private": "https://files.slack.com/x?t=xoxe-secret"}]},
        {"type": "message", "user": "U2", "ts": 7}
    ]);
    let second_day = json!([
        {"type": "message", "subtype": "thread_broadcast", "user": "U9", "text": "late",
         "user_profile": {"display_name": "Eve of elsewhere"}, "ts": "1600090000.000000", "thread_ts": "1600000100.000100"},
        {"type": "message", "user": "U1", "text": "x ".repeat(3_000), "ts": "1600090001.000000"},
        {"type": "message", "user": "U1", "text": "orphan", "ts": "1600090002.000000", "thread_ts": "1500000000.000000"}
    ]);
    zip(&[
        ("users.json", users().to_string()),
        ("channels.json", general.to_string()),
        (
            "groups.json",
            json!([{"id": "G1", "name": "secret", "members": ["U1"], "is_archived": true}])
                .to_string(),
        ),
        (
            "mpims.json",
            json!([{"id": "G2", "name": "mpdm-1", "members": ["U1", "U2", "U3"]}]).to_string(),
        ),
        ("dms.json", json!([{"id": "D1", "members": ["U1", "U2"]}]).to_string()),
        ("integration_logs.json", "[]".to_owned()),
        (
            "general/2020-09-13.json",
            json!([{"user": "U1", "text": "hi <!channel>", "ts": "1600000000.000000"}]).to_string(),
        ),
        ("ops/2020-09-14.json", second_day.to_string()),
        ("ops/2020-09-13.json", first_day.to_string()),
        (
            "secret/2020-09-13.json",
            json!([{"user": "U1", "text": "psst", "ts": "1600000000.000000"}]).to_string(),
        ),
        (
            "mpdm-1/2020-09-13.json",
            json!([{"user": "U3", "text": "we three", "ts": "1600000000.000000"}]).to_string(),
        ),
        (
            "D1/2020-09-13.json",
            json!([{"user": "U2", "text": "you?", "ts": "1600000000.000000"},
            {"user": "USLACKBOT", "text": "reminder", "ts": "1600000001.000000"}])
            .to_string(),
        ),
        (
            "gone/2020-09-13.json",
            json!([{"user": "U2", "text": "?", "ts": "1600000000.000000"}]).to_string(),
        ),
    ])
}

#[test]
fn people_have_names_of_their_own() {
    let got = convert(&options(Format::Slack), archive());
    for name in ["Ada", "Bob", "Ada Byron", "Builds", "Eve of elsewhere"] {
        let user = got.user(name);
        assert_eq!((user.password.as_str(), user.deactivated), ("", name == "Bob"));
    }
    assert!(got.report.renamed.contains(&("Ada".to_owned(), "Ada Byron".to_owned())));
    assert_eq!(got.report.lost(Loss::Unreadable), 2);
}

#[test]
fn channels_are_of_their_kind_and_have_their_members() {
    let got = convert(&options(Format::Slack), archive());
    let general = got.general();
    assert_eq!(
        (general.record.kind(), Converted::texts(general)),
        (ChannelKind::General, vec!["hi @all"])
    );
    assert!(general.messages[0].mention_all);
    let ops = got.channel("ops");
    let details = ops.record.details.as_ref().unwrap();
    assert_eq!((&*details.topic, details.private, details.archived), ("What & runs", false, false));
    assert_eq!(details.created_at.as_second(), 1_600_000_000);
    let ada = got.user("Ada").uuid;
    assert_eq!(ops.members.len(), 2);
    assert!(
        ops.members.iter().all(|member| member.owner == (member.user == ada) && member.read == 7)
    );
    let secret = got.channel("secret").record.details.clone().unwrap();
    assert!(secret.private && secret.archived);
    assert_eq!(Converted::texts(got.channel("")), ["we three"]);
    let direct = got.channels.iter().find(|channel| channel.record.users.is_some()).unwrap();
    assert_eq!(Converted::texts(direct), ["you?"]);
    assert_eq!((got.report.lost(Loss::Stranger), got.report.lost(Loss::NoChannel)), (1, 1));
}

#[test]
fn messages_keep_threads_reactions_mentions_edits_and_pins() {
    let got = convert(&options(Format::Slack), archive());
    let messages = &got.channel("ops").messages;
    let texts: Vec<_> = messages.iter().map(|message| &*message.message).collect();
    assert_eq!(texts[0], "Hello **all** @Ada Byron, see #general 🎉");
    assert_eq!(texts[1], "[Build 7](https://ci.example/7)\npassed");
    assert_eq!(texts[2], "yes\nFile: plan.pdf");
    assert_eq!((texts[3], texts.len()), ("late", 7));
    let uuid = |name: &str| got.user(name).uuid;
    let state = messages[0].state.as_ref().unwrap();
    assert_eq!(messages[0].mentions, [uuid("Ada Byron")]);
    assert_eq!(messages[0].root, Some(1));
    assert_eq!((state.replies, state.edited_at.unwrap().as_second()), (2, 1_600_000_101));
    assert_eq!(state.pinned_at, Some(messages[0].created_at));
    assert_eq!(state.reactions, [("👍".into(), vec![uuid("Bob"), uuid("Ada Byron")])]);
    assert_eq!(messages[1].sender, uuid("Builds"));
    for reply in [&messages[2], &messages[3]] {
        assert_eq!((reply.reply_to, reply.root), (Some(1), Some(1)));
    }
    let report = &got.report;
    let lost = [Loss::SystemLine, Loss::Reaction, Loss::File, Loss::Split, Loss::NoAnswered];
    assert_eq!(lost.map(|loss| report.lost(loss)), [1; 5]);
    assert!(!String::from_utf8_lossy(&got.bytes).contains("xoxe"));
}

#[test]
fn a_long_message_is_in_parts_with_all_its_words() {
    let got = convert(&options(Format::Slack), archive());
    let parts: Vec<_> = got
        .channel("ops")
        .messages
        .iter()
        .filter(|message| message.message.starts_with("x x"))
        .collect();
    assert_eq!(parts.len(), 2);
    assert!(parts.iter().all(|part| part.message.chars().count() <= 4_000));
    let words: usize = parts.iter().map(|part| part.message.matches('x').count()).sum();
    assert_eq!(words, 3_000);
    assert_ne!(parts[0].uuid, parts[1].uuid);
}

#[test]
fn every_conversion_gives_the_same_lines() {
    let [one, other] =
        [archive(), archive()].map(|archive| convert(&options(Format::Slack), archive));
    assert!(one.bytes == other.bytes);
}
