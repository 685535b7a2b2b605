//! The chat in a terminal: signs in, and goes between the terminal and the server until the user leaves.

mod asks;
mod finder;
mod incoming;
mod keys;
mod lines;
mod room;
mod screen;
mod sign_in;
mod state;
mod view;

#[cfg(test)]
mod tests;

use std::time::{Duration, Instant};

use anyhow::Result;
use chinwag_client::{Address, Client, Event, Events, Line, Link};
use futures_util::FutureExt;
use jiff::ZonedDateTime;
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval};

use crate::account::Account;
use crate::keys::{Key, Keys};
use crate::plain::one_line;
use asks::{Answer, Ask};
use screen::{Asked, Screen};
use sign_in::Form;
use state::Chat;

/// How often what counts seconds is drawn anew.
const TICK: Duration = Duration::from_secs(1);

/// So many things are taken in before the next picture.
const BATCH: usize = 500;

/// Somebody is signed in.
pub struct Entered {
    /// The name as it was typed.
    name: String,
    client: Client,
    events: Events,
    /// Whether the session outlives the chat.
    keep: bool,
}

/// How a talk ended.
enum Left {
    Quit,
    SignedOut(String),
}

/// Chats until the user leaves.
///
/// # Errors
/// When the server can't be reached at the start, or the terminal is none.
pub async fn run(account: &Account) -> Result<()> {
    let address = account.address()?;
    let mut entered = enter(account, &address).await?;
    if entered.is_none() {
        // Whoever can't reach the server wants to know before filling in a form.
        Line::connect(&address).await?.close().await;
    }
    let mut screen = Screen::enter()?;
    let mut told = String::new();
    loop {
        let who = if let Some(who) = entered.take() {
            who
        } else {
            let form = Form::new(&address, account.name().unwrap_or_default(), &told);
            match form.ask(&mut screen, &address).await {
                Ok(Some(who)) => who,
                Ok(None) => return Ok(()),
                Err(error) => return asked_to(error),
            }
        };
        match talk(&mut screen, &address, who).await {
            Ok(Left::Quit) => return Ok(()),
            Ok(Left::SignedOut(why)) => told = why,
            Err(error) => return asked_to(error),
        }
    }
}

/// Without a form, where that is possible.
async fn enter(account: &Account, address: &Address) -> Result<Option<Entered>> {
    if let Some(login) = account.environment()? {
        let name = account.name().unwrap_or_default().to_owned();
        let (client, events) = Client::sign_in_to(address.clone(), login).await?;
        return Ok(Some(Entered { name, client, events, keep: false }));
    }
    let resumed = account.resume(address).await?;
    Ok(resumed.map(|(key, client, events)| Entered { name: key.user, client, events, keep: true }))
}

/// An end that was asked for is none to complain about.
fn asked_to(error: anyhow::Error) -> Result<()> {
    if error.is::<Asked>() { Ok(()) } else { Err(error) }
}

async fn talk(screen: &mut Screen, address: &Address, mut who: Entered) -> Result<Left> {
    let mut chat = Chat::new(who.client.me(), &who.name, address.authority(), screen.size()?);
    if who.keep {
        let key = Key { user: who.name.clone(), access_key: who.client.access_key() };
        let kept = Keys::of_user().and_then(|keys| keys.set(&address.to_string(), Some(key)));
        chat.notice = kept.err().map(|error| one_line(&format!("{error:#}")));
    }
    let left = converse(screen, &mut chat, &who.client, &mut who.events).await;
    if matches!(left, Ok(Left::SignedOut(_))) {
        Keys::of_user()?.set(&address.to_string(), None)?;
    } else if !who.keep {
        // The key lapses by itself where it can't be ended now.
        let _ = who.client.sign_out().await;
    }
    who.client.close().await;
    left
}

async fn converse(
    screen: &mut Screen,
    chat: &mut Chat,
    client: &Client,
    events: &mut Events,
) -> Result<Left> {
    let mut under_way = JoinSet::new();
    let mut tick = interval(TICK);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        screen.draw(|frame| view::draw(chat, frame))?;
        let mut asks = tokio::select! {
            event = screen.next() => { chat.tick(); chat.input(event?) }
            event = events.next() => { chat.tick(); take(chat, event) }
            Some(answer) = under_way.join_next() => { chat.tick(); answered(chat, answer)? }
            _ = tick.tick() => { chat.tick(); Vec::new() }
        };
        // Whatever is there already belongs into the same picture.
        for _ in 0..BATCH {
            if let Some(event) = events.next().now_or_never() {
                asks.extend(take(chat, event));
            } else if let Some(Some(answer)) = under_way.join_next().now_or_never() {
                asks.extend(answered(chat, answer)?);
            } else {
                break;
            }
        }
        asks.extend(chat.mark_read());
        for ask in asks {
            match ask {
                Ask::Quit => return Ok(Left::Quit),
                Ask::Redraw => screen.clear()?,
                ask => drop(under_way.spawn(ask.answer(client))),
            }
        }
        if let Link::Ended(why) = &chat.link {
            return Ok(Left::SignedOut(incoming::explain(why)));
        }
    }
}

/// After the last event the state of the connection tells of the end.
fn take(chat: &mut Chat, event: Option<Event>) -> Vec<Ask> {
    event.map(|event| chat.event(event)).unwrap_or_default()
}

fn answered(
    chat: &mut Chat,
    answer: std::result::Result<Answer, tokio::task::JoinError>,
) -> Result<Vec<Ask>> {
    Ok(chat.answer(answer?))
}

impl Chat {
    /// Looks at the clocks.
    fn tick(&mut self) {
        (self.now, self.instant) = (ZonedDateTime::now(), Instant::now());
    }
}
