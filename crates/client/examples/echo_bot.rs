//! Repeats messages: in private all, elsewhere those that begin with "!echo ". It marks these commands with ✅ when it has
//! answered: `cargo run --example echo_bot http://localhost:5000`.
//! `CHINWAG_USER` and `CHINWAG_PASSWORD` are its account; with a file `CHINWAG_POSITIONS` the next run misses nothing.

use std::{env, error::Error, fs};

use chinwag_client::{Client, Event, Login, Options};

#[tokio::main(flavor = "current_thread")]
pub async fn main() -> Result<(), Box<dyn Error>> {
    let address = env::args().nth(1).unwrap_or_else(|| "http://localhost:5000".into());
    let name = env::var("CHINWAG_USER").unwrap_or_else(|_| "echo".into());
    let password = env::var("CHINWAG_PASSWORD").map_err(|_| "CHINWAG_PASSWORD is missing")?;
    let file = env::var("CHINWAG_POSITIONS").ok();
    let saved = file.as_ref().and_then(|file| fs::read(file).ok());
    let positions = saved.map(|json| serde_json::from_slice(&json)).transpose()?;
    let (login, options) = (Login::SignIn { name, password }, Options::from(positions));
    let (client, mut events) = Client::sign_in_with(address.parse()?, login, options).await?;
    while let Some(event) = events.next().await {
        match event {
            Event::Message(to) if to.sender_uuid != client.me() && to.deleted_at.is_none() => {
                let command = to.text.strip_prefix("!echo ");
                if let Some(text) = command.or(to.recipient.as_ref().map(|_| &*to.text)) {
                    // With this clientUUID a second answer to the same message is not stored.
                    client.reply_as(&to, text, format!("echo {}", to.uuid)).await?;
                }
                if command.is_some() {
                    // A reaction that is there stays. Without a connection there is none.
                    client.react(&to, "✅", true).await.ok();
                }
            }
            Event::Inbox(_) => println!("echoing at {address}"),
            Event::Link(link) => eprintln!("{link}"),
            _ => {}
        }
        if let (Some(file), Some(positions)) = (&file, events.positions()) {
            // Replaced as a whole, so that it is never half written.
            fs::write(format!("{file}.new"), serde_json::to_vec(positions)?)?;
            fs::rename(format!("{file}.new"), file)?;
        }
    }
    Ok(())
}
