//! The bodies that tools send, and the messages that become of them.

use chinwag_hooks::{Head, Post, Shape, Unreadable, cut, read};

const JSON: Head =
    Head { content_type: Some("application/json; charset=utf-8"), github_event: None };
const FORM: Head =
    Head { content_type: Some("application/x-www-form-urlencoded"), github_event: None };

fn github(event: &str) -> Head<'_> {
    Head { content_type: Some("application/json"), github_event: Some(event) }
}

#[track_caller]
fn check(head: Head, body: &str, shape: Shape, username: Option<&str>, text: &str) {
    let username = username.map(str::to_owned);
    let expected = Post { text: Some(text.to_owned()), username, shape };
    assert_eq!(read(head, body.as_bytes()), Ok(expected));
}

/// As `payload`, in a form.
fn in_form(json: &str) -> String {
    json.bytes().fold("payload=".to_owned(), |form, byte| match byte {
        b' ' => form + "+",
        byte => form + &format!("%{byte:02X}"),
    })
}

#[test]
fn curl() {
    let text = "The backup is done: 50% + more.";
    check(FORM, text, Shape::Text, None, text);
    check(FORM, "a=b&c=d", Shape::Text, None, "a=b&c=d");
    check(Head::default(), " Hello\n", Shape::Text, None, "Hello");
    check(FORM, r#"{"text":"Hello"}"#, Shape::Slack, None, "Hello");
    let plain = Head { content_type: Some("text/plain"), github_event: None };
    check(plain, r#"{"text":"Hello"}"#, Shape::Text, None, r#"{"text":"Hello"}"#);
}

#[test]
fn alertmanager() {
    check(
        JSON,
        r##"{"channel":"#ops","username":"Alertmanager","attachments":[{"title":"[FIRING:1] DiskFull (db1)","title_link":"http://am.example:9093/#/alerts?receiver=chat","text":"","fallback":"[FIRING:1] DiskFull | http://am.example:9093","callback_id":"","footer":"","color":"danger","mrkdwn_in":["fallback","pretext","text"]}]}"##,
        Shape::Slack,
        Some("Alertmanager"),
        "[FIRING:1] DiskFull (db1) (http://am.example:9093/#/alerts?receiver=chat)",
    );
}

#[test]
fn grafana() {
    check(
        JSON,
        r##"{"channel":"","text":"","username":"Grafana","icon_emoji":"","attachments":[{"color":"#D63232","fallback":"[FIRING:1] CPU","title":"[FIRING:1] CPU (web1)","title_link":"https://grafana.example/alerting/list","text":"**Firing**\n\nValue: A=97","footer":"Grafana v12.1.0","footer_icon":"https://grafana.com/static/assets/img/fav32.png","ts":1767323045}]}"##,
        Shape::Slack,
        Some("Grafana"),
        "[FIRING:1] CPU (web1) (https://grafana.example/alerting/list)\n**Firing**\n\nValue: A=97\nGrafana v12.1.0",
    );
    check(
        JSON,
        r#"{"content":"CPU is at 97 %","username":"Grafana","embeds":[{"title":"[FIRING:1] CPU","url":"https://grafana.example/alerting/list","type":"rich","color":14037554,"footer":{"text":"Grafana v12.1.0","icon_url":"https://grafana.com/x.png"}}]}"#,
        Shape::Discord,
        Some("Grafana"),
        "CPU is at 97 %\n[FIRING:1] CPU (https://grafana.example/alerting/list)\nGrafana v12.1.0",
    );
}

#[test]
fn uptime_kuma() {
    check(
        JSON,
        r##"{"text":"[shop] [🔴 Down] timeout of 48000ms exceeded","channel":null,"username":"Uptime Kuma (bot)","icon_emoji":":robot_face:","attachments":[{"color":"#e01e5a","blocks":[{"type":"header","text":{"type":"plain_text","text":"🔴 Shop"}},{"type":"section","fields":[{"type":"mrkdwn","text":"*Message*\ntimeout of 48000ms exceeded"},{"type":"mrkdwn","text":"*Time (UTC)*\n2026-01-02 03:04:05"}]},{"type":"actions","elements":[{"type":"button","text":{"type":"plain_text","text":"Visit site"},"value":"Site","url":"https://shop.example"}]}]}]}"##,
        Shape::Slack,
        Some("Uptime Kuma (bot)"),
        "[shop] [🔴 Down] timeout of 48000ms exceeded\n🔴 Shop\n*Message*\ntimeout of 48000ms exceeded\n*Time (UTC)*\n2026-01-02 03:04:05\nVisit site (https://shop.example)",
    );
    check(
        JSON,
        r#"{"username":"Uptime Kuma","embeds":[{"title":"❌ Your service shop went down. ❌","color":16711680,"timestamp":"2026-01-02 03:04:05","fields":[{"name":"Service Name","value":"shop"},{"name":"Service URL","value":"[Visit Service](https://shop.example/)"},{"name":"Error","value":"timeout"}]}]}"#,
        Shape::Discord,
        Some("Uptime Kuma"),
        "❌ Your service shop went down. ❌\nService Name: shop\nService URL: Visit Service (https://shop.example/)\nError: timeout",
    );
}

#[test]
fn gitea_and_forgejo() {
    // Both name GitHub's event beside Slack's shape.
    check(
        github("push"),
        r##"{"channel":"#dev","text":"[<https://git.example/ada/lathe|ada/lathe>:<https://git.example/ada/lathe/src/branch/main|main>] 1 new commit pushed by <https://git.example/ada|ada>","username":"Gitea","icon_url":"","unfurl_links":0,"link_names":0,"attachments":[{"fallback":"","color":"#c4c4c4","title":"","title_link":"","text":"<https://git.example/ada/lathe/commit/1a2b3c4|1a2b3c4>: Turn &amp; cut - ada"}]}"##,
        Shape::Slack,
        Some("Gitea"),
        "[ada/lathe (https://git.example/ada/lathe):main (https://git.example/ada/lathe/src/branch/main)] 1 new commit pushed by ada (https://git.example/ada)\n1a2b3c4 (https://git.example/ada/lathe/commit/1a2b3c4): Turn & cut - ada",
    );
    check(
        github("push"),
        r#"{"ref":"refs/heads/main","before":"0a","after":"1a","compare_url":"https://git.example/ada/lathe/compare/0a...1a","commits":[{"id":"1a2b3c4d5e","message":"Turn\n\nMore","url":"https://git.example/ada/lathe/commit/1a2b3c4d5e"}],"repository":{"full_name":"ada/lathe"},"pusher":{"login":"ada"},"sender":{"login":"ada"}}"#,
        Shape::GitHub,
        None,
        "ada pushed 1 commit to main of ada/lathe (https://git.example/ada/lathe/compare/0a...1a)\n1a2b3c4 Turn (https://git.example/ada/lathe/commit/1a2b3c4d5e)",
    );
}

#[test]
fn gitlab() {
    let json = r##"{"channel":"","username":"GitLab","icon_url":"https://gitlab.example/logo.png","text":"ada (Ada) pushed to branch <https://gitlab.example/ada/lathe/commits/main|main> of <https://gitlab.example/ada/lathe|ada/lathe> (<https://gitlab.example/ada/lathe/-/compare/0a...1a|Compare changes>)","attachments":[{"fallback":"","text":"<https://gitlab.example/ada/lathe/-/commit/1a2b|1a2b>: Turn - Ada","color":"#345"}]}"##;
    check(
        FORM,
        &in_form(json),
        Shape::Slack,
        Some("GitLab"),
        "ada (Ada) pushed to branch main (https://gitlab.example/ada/lathe/commits/main) of ada/lathe (https://gitlab.example/ada/lathe) (Compare changes (https://gitlab.example/ada/lathe/-/compare/0a...1a))\n1a2b (https://gitlab.example/ada/lathe/-/commit/1a2b): Turn - Ada",
    );
}

#[test]
fn sentry() {
    let json = r##"{"attachments":[{"fallback":"[shop] ZeroDivisionError","title":"ZeroDivisionError: division by zero","title_link":"https://sentry.example/organizations/o/issues/7/?referrer=slack","text":"","fields":[{"title":"Culprit","value":"shop.cart in total","short":true},{"title":"Project","value":"shop","short":true}],"mrkdwn_in":["text"],"color":"#f43f20"}],"username":"Sentry","icon_url":""}"##;
    check(
        FORM,
        &in_form(json),
        Shape::Slack,
        Some("Sentry"),
        "ZeroDivisionError: division by zero (https://sentry.example/organizations/o/issues/7/?referrer=slack)\nCulprit: shop.cart in total\nProject: shop",
    );
}

#[test]
fn jenkins() {
    let json = r##"{"channel":"#builds","attachments":[{"fallback":"lathe - #12 Failure after 3 min 2 sec (<https://ci.example/job/lathe/12/|Open>)","text":"lathe - #12 Failure after 3 min 2 sec (<https://ci.example/job/lathe/12/|Open>)","color":"danger","mrkdwn_in":["pretext","text","fields"]}],"link_names":"1","unfurl_links":"true","unfurl_media":"true"}"##;
    check(
        FORM,
        &in_form(json),
        Shape::Slack,
        None,
        "lathe - #12 Failure after 3 min 2 sec (Open (https://ci.example/job/lathe/12/))",
    );
}

#[test]
fn healthchecks() {
    check(
        JSON,
        r##"{"username":"Healthchecks.io","icon_url":"https://hc.example/logo.png","attachments":[{"color":"#d9534f","fallback":"The check \"Backup\" is DOWN","mrkdwn_in":["fields"],"title":"“Backup” is DOWN.","title_link":"https://hc.example/cloaked/1/","text":"success signal did not arrive on time","fields":[{"title":"Schedule","value":"1 day","short":true},{"title":"Last Ping","value":"Success, a day ago","short":true}],"footer":"Healthchecks.io","actions":[]}]}"##,
        Shape::Slack,
        Some("Healthchecks.io"),
        "“Backup” is DOWN. (https://hc.example/cloaked/1/)\nsuccess signal did not arrive on time\nSchedule: 1 day\nLast Ping: Success, a day ago\nHealthchecks.io",
    );
}

#[test]
fn github_events() {
    let of = r#""repository":{"full_name":"ada/lathe"},"sender":{"login":"ada"}"#;
    let commits: Vec<_> = (1..=7)
        .map(|at| {
            format!(r#"{{"id":"{at}234567890","message":"Turn {at}","url":"https://x/{at}"}}"#)
        })
        .collect();
    let push = |more: &str| {
        format!(
            r#"{{"ref":"refs/heads/main","pusher":{{"name":"ada"}},"compare":"https://x/c",{more},{of}}}"#
        )
    };
    let told = "ada pushed 7 commits to main of ada/lathe (https://x/c)\n1234567 Turn 1 (https://x/1)\n2234567 Turn 2 (https://x/2)\n3234567 Turn 3 (https://x/3)\n4234567 Turn 4 (https://x/4)\n5234567 Turn 5 (https://x/5)\nand 2 more";
    let body = push(&format!(r#""commits":[{}]"#, commits.join(",")));
    check(github("push"), &body, Shape::GitHub, None, told);
    let body = push(r#""deleted":true,"commits":[]"#);
    check(github("push"), &body, Shape::GitHub, None, "ada deleted the branch main of ada/lathe");
    let pull =
        r#""pull_request":{"number":7,"title":"Turn","html_url":"https://x/7","merged":true}"#;
    let body = format!(r#"{{"action":"closed",{pull},{of}}}"#);
    let told = "ada merged pull request #7 of ada/lathe: Turn (https://x/7)";
    check(github("pull_request"), &body, Shape::GitHub, None, told);
    let issue = r#""issue":{"number":8,"title":"It squeaks","html_url":"https://x/8"}"#;
    let body = format!(r#"{{"action":"opened",{issue},{of}}}"#);
    let told = "ada opened issue #8 of ada/lathe: It squeaks (https://x/8)";
    check(github("issues"), &body, Shape::GitHub, None, told);
    let release = r#""release":{"tag_name":"v2","name":null,"html_url":"https://x/v2"}"#;
    let body = format!(r#"{{"action":"published",{release},{of}}}"#);
    let told = "ada released v2 of ada/lathe (https://x/v2)";
    check(github("release"), &body, Shape::GitHub, None, told);
    let run = r#""workflow_run":{"name":"CI","head_branch":"main","conclusion":"failure","html_url":"https://x/r"}"#;
    let body = format!(r#"{{"action":"completed",{run},{of}}}"#);
    let told = "CI failed on main of ada/lathe (https://x/r)";
    check(github("workflow_run"), &body, Shape::GitHub, None, told);
    for (event, body) in [
        ("ping", r#"{"zen":"Design.","hook":{}}"#),
        ("issues", &format!(r#"{{"action":"labeled",{issue},{of}}}"#)),
    ] {
        assert_eq!(read(github(event), body.as_bytes()).unwrap().text, None, "{event}");
    }
}

#[test]
fn slack_blocks() {
    check(
        JSON,
        r#"{"text":"for notifications","blocks":[{"type":"divider"},{"type":"rich_text","elements":[{"type":"rich_text_section","elements":[{"type":"text","text":"See "},{"type":"link","url":"https://x","text":"this"}]},{"type":"rich_text_list","elements":[{"type":"rich_text_section","elements":[{"type":"text","text":"one"}]},{"type":"rich_text_section","elements":[{"type":"text","text":"two"}]}]}]},{"type":"context","elements":[{"type":"mrkdwn","text":"by <https://a|Ada>"},{"type":"image","image_url":"https://i"}]},{"type":"image","image_url":"https://i","alt_text":"a graph"}]}"#,
        Shape::Slack,
        None,
        "See this (https://x)\none\ntwo\nby Ada (https://a)\na graph (https://i)",
    );
}

#[test]
fn what_cannot_be_read_is_refused_with_a_reason() {
    let multipart = Head { content_type: Some("multipart/form-data; boundary=x"), ..JSON };
    for (head, body, error) in [
        (JSON, &b"{"[..], Unreadable::NotJson),
        (JSON, b"[]", Unreadable::NotJson),
        (JSON, b"{}", Unreadable::UnknownShape),
        (JSON, br#"{"text":null}"#, Unreadable::UnknownShape),
        (JSON, br#"{"text":7}"#, Unreadable::Empty),
        (JSON, br#"{"attachments":[7,{"fields":"x"}]}"#, Unreadable::Empty),
        (FORM, b"payload=%FF", Unreadable::NotJson),
        (FORM, b"payload=x", Unreadable::NotJson),
        (FORM, b" ", Unreadable::Empty),
        (FORM, b"\xff", Unreadable::NotUtf8),
        (multipart, b"--x", Unreadable::WrongType),
    ] {
        assert_eq!(read(head, body), Err(error), "{}", String::from_utf8_lossy(body));
    }
    let deep = format!(r#"{{"blocks":{}"#, "[".repeat(100_000));
    assert_eq!(read(JSON, deep.as_bytes()), Err(Unreadable::NotJson));
}

#[test]
fn a_long_text_is_cut_by_characters() {
    assert_eq!(cut("äöü", 3), "äöü");
    assert_eq!(cut("äöüß", 3), "äö…");
}
