//! What a conversion of 100,000 messages of each format takes: `cargo run --release -p chinwag-convert --example measure`.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::time::Instant;

use chinwag_convert::{Format, Name, Options, convert};
use serde_json::json;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

const TEXT: &str = "The build of last night went *down* at the third step, see the log at 7";

fn main() -> io::Result<()> {
    let most = std::env::args().nth(1).and_then(|most| most.parse().ok()).unwrap_or(100_000);
    let folder = tempfile::tempdir()?;
    let path = |name: &str| folder.path().join(name);
    slack(&path("slack.zip"), most)?;
    mattermost(&path("mattermost.jsonl"), most)?;
    discord(&path("discord.json"), most)?;
    for (name, format) in [
        ("slack.zip", Format::Slack),
        ("mattermost.jsonl", Format::Mattermost),
        ("discord.json", Format::Discord),
    ] {
        // Forgets how much memory was in use before.
        fs::write("/proc/self/clear_refs", "5")?;
        let (began, mut lines) = (Instant::now(), File::create(path("lines"))?);
        let options = Options { format, message_length: 4_000, public: true, name: any_name };
        let report = convert(&path(name), &options, None, &mut lines).map_err(io::Error::other)?;
        let took = began.elapsed().as_secs_f64();
        let size = fs::metadata(path(name))?.len() / 1_000_000;
        println!("{name}: {size} MB, {} messages in {took:.1} s, {}", report.messages, peak()?);
    }
    Ok(())
}

#[expect(clippy::unnecessary_wraps, reason = "other rules refuse names")]
fn any_name(typed: &str) -> Option<Name> {
    Some(Name { shown: typed.to_owned(), folded: typed.to_lowercase() })
}

fn peak() -> io::Result<String> {
    let status = fs::read_to_string("/proc/self/status")?;
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or_default();
    Ok(format!("{} at the most", peak.trim()))
}

/// Ten channels, a thousand messages a day.
fn slack(path: &Path, most: u64) -> io::Result<()> {
    let mut zip = ZipWriter::new(BufWriter::new(File::create(path)?));
    let users: Vec<_> = (0..100)
        .map(|user| json!({"id": format!("U{user}"), "name": format!("user {user}")}))
        .collect();
    let channels: Vec<_> = (0..10)
        .map(|channel| json!({"id": format!("C{channel}"), "name": format!("c{channel}")}))
        .collect();
    let mut file = |name: String, content: &serde_json::Value| -> io::Result<()> {
        zip.start_file(name, SimpleFileOptions::default())?;
        serde_json::to_writer(&mut zip, content)?;
        Ok(())
    };
    file("users.json".to_owned(), &json!(users))?;
    file("channels.json".to_owned(), &json!(channels))?;
    for day in 0..most / 1_000 {
        let messages: Vec<_> = (0..1_000)
            .map(|number| {
                let second = 1_600_000_000 + day * 86_400 + number;
                json!({"type": "message", "user": format!("U{}", number % 100), "text": format!("{TEXT}{number} <@U1>"),
                    "ts": format!("{second}.000100"), "reactions": [{"name": "+1", "users": ["U1"], "count": 1}]})
            })
            .collect();
        file(format!("c{}/{:04}-01-01.json", day % 10, 1_000 + day), &json!(messages))?;
    }
    zip.finish()?.flush()
}

fn mattermost(path: &Path, most: u64) -> io::Result<()> {
    let mut out = BufWriter::new(File::create(path)?);
    writeln!(out, "{}", json!({"type": "version", "version": 1}))?;
    for channel in 0..10 {
        writeln!(
            out,
            "{}",
            json!({"type": "channel", "channel": {"team": "t", "name": format!("c{channel}"), "type": "O"}})
        )?;
    }
    for number in 0..most {
        // In no order, as the server writes them.
        let at = 1_600_000_000_000 + (number * 7_919) % most * 1_000;
        let post = json!({"team": "t", "channel": format!("c{}", number % 10), "user": format!("user{}", number % 100),
            "message": format!("{TEXT}{number} @user1"), "create_at": at});
        writeln!(out, "{}", json!({"type": "post", "post": post}))?;
    }
    out.flush()
}

fn discord(path: &Path, most: u64) -> io::Result<()> {
    let mut out = BufWriter::new(File::create(path)?);
    let channel = json!({"id": "1", "type": "GuildTextChat", "name": "talk"});
    write!(out, "{{\"guild\": {{\"id\": \"1\"}}, \"channel\": {channel}, \"messages\": [")?;
    for number in 0..most {
        let comma = if number == 0 { "" } else { "," };
        let author =
            json!({"id": (number % 100).to_string(), "name": format!("user {}", number % 100)});
        let message = json!({"id": number.to_string(), "type": "Default", "timestamp": "2024-01-01T00:00:00+00:00",
            "content": format!("{TEXT}{number}"), "author": author, "reactions": [], "mentions": []});
        writeln!(out, "{comma}{message}")?;
    }
    write!(out, "]}}")?;
    out.flush()
}
