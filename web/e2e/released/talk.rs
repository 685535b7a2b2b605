//! The Rust client of 0.1.0 for released.test.ts. It prints its events as lines of JSON. It reads lines: for
//! `<recipientUUID> <text>` it sends a message, for an empty line it prints the inbox and all messages.

use std::{env, error::Error, io, thread};

use chinwag_client::protocol::outgoing::Message;
use chinwag_client::{Channel, Client, Event, Link, Login, Page};
use serde_json::{Value, json};
use tokio::sync::mpsc;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let [address, name] = [1, 2].map(|n| env::args().nth(n).unwrap_or_default());
    let login = Login::SignIn { name, password: "a password".into() };
    let (client, mut events) = Client::sign_in(&address, login).await?;
    println!("{}", json!({ "me": client.user() }));
    let (reader, mut lines) = mpsc::unbounded_channel();
    thread::spawn(move || io::stdin().lines().try_for_each(|line| reader.send(line)));
    loop {
        tokio::select! {
            event = events.next() => println!("{}", told(event.ok_or("the events ended")?)),
            Some(line) = lines.recv() => match line?.split_once(' ') {
                Some((to, text)) => println!("{}", json!({ "sent": client.say(channel(to)?, text).await? })),
                None => println!("{}", view(&client).await?),
            },
        }
    }
}

fn channel(recipient: &str) -> Result<Channel, Box<dyn Error>> {
    Ok(if recipient.is_empty() { Channel::General } else { Channel::With(recipient.parse()?) })
}

fn told(event: Event) -> Value {
    match event {
        Event::Message(message) => json!({ "message": message }),
        Event::Inbox(inbox) => json!({ "inbox": inbox }),
        Event::News(news) => json!({ "frame": news }),
        Event::Link(link @ (Link::Waiting { .. } | Link::Ended(_))) => {
            json!({ "lost": format!("{link:?}") })
        }
        Event::Link(_) => json!({}),
    }
}

async fn view(client: &Client) -> Result<Value, Box<dyn Error>> {
    let inbox = client.inbox().await?;
    let mut messages: Vec<Message> = Vec::new();
    for listed in &inbox.channels {
        let mut after = 0;
        while after < listed.total {
            let page = client.history((&listed.channel).into(), Page::After(after)).await?;
            after = page.messages.last().ok_or("a page is empty")?.seq;
            messages.extend(page.messages);
        }
    }
    Ok(json!({ "view": { "inbox": inbox, "messages": messages } }))
}
