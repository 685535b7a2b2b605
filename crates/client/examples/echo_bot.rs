//! Answers every private message with its own text: `cargo run --example echo_bot http://localhost:5000`.
//! `CHINWAG_USER` and `CHINWAG_PASSWORD` say as whom.

use std::env;
use std::error::Error;

use chinwag_client::{Channel, Client, Event, Login};

#[tokio::main(flavor = "current_thread")]
pub async fn main() -> Result<(), Box<dyn Error>> {
    let address = env::args().nth(1).unwrap_or_else(|| "http://localhost:5000".into());
    let login = Login::SignIn {
        name: env::var("CHINWAG_USER").unwrap_or_else(|_| "echo".into()),
        password: env::var("CHINWAG_PASSWORD").map_err(|_| "CHINWAG_PASSWORD is missing")?,
    };
    let (client, mut events) = Client::sign_in(&address, login).await?;
    println!("echoing at {address}");
    // Breaks, returns and repetitions are the client's business: each message comes once, in its turn.
    while let Some(event) = events.next().await {
        match event {
            Event::Message(message)
                if message.recipient_uuid.is_some() && message.sender_uuid != client.user() =>
            {
                client.post(Channel::of(&message, client.user()), &*message.text)?;
            }
            Event::Link(link) => eprintln!("{link:?}"),
            _ => {}
        }
    }
    Ok(())
}
