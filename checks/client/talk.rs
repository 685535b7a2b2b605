//! What an empty project does with the crate: the same as talk.js.

use chinwag_client::{Channel, Client, Error, Event, Events, Login, Options};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let address = std::env::args().nth(1).ok_or("the address is missing")?;
    let login = Login::SignUp { name: "Somebody".into(), password: "a secret".into() };
    let (first, mut events) = Client::sign_in(&address, login).await?;
    let me = Channel::Direct(first.me());
    first.send(me, "Hello").await?;
    next_message(&mut events).await;
    let (access_key, positions) = (first.access_key(), events.positions().cloned());
    first.send(me, "while nobody listened").await?;
    first.close().await;
    let (login, options) = (Login::Resume { access_key }, Options::from(positions));
    let (second, mut events) = Client::sign_in_with(address.parse()?, login, options).await?;
    let missed = next_message(&mut events).await;
    let refused = second.send(me, "x".repeat(100_000)).await.unwrap_err();
    let login = Login::Resume { access_key: second.access_key() };
    let failed = Client::sign_in("http://127.0.0.1:1", login).await.err();
    let failed = if let Some(Error::Unreachable { .. }) = failed { "Unreachable" } else { "" };
    println!("{missed}, Refusal {}, {failed}", refused.code().ok_or("no code")?.number());
    Ok(())
}

async fn next_message(events: &mut Events) -> String {
    loop {
        if let Some(Event::Message(message)) = events.next().await {
            return message.text.to_string();
        }
    }
}
