//! The chat in a terminal: signs in, and goes between the terminal and the server until the user leaves.

mod aim;
mod alerts;
mod asks;
mod attached;
mod attention;
mod changes;
mod channels;
mod commands;
mod completion;
mod deeds;
mod everybody;
mod field;
mod finder;
mod help;
mod hits;
mod incoming;
mod inquiries;
mod keys;
mod leaving;
mod lines;
mod links;
mod listing;
mod managing;
mod marks;
mod mentions;
mod mouse;
mod outbox;
mod paths;
mod prefs;
mod programs;
mod quiet;
mod recall;
mod room;
mod screen;
mod scroll;
mod sections;
mod sign_in;
mod slash;
mod sought;
mod state;
mod states;
mod view;

#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::time::{Duration, Instant};

use anyhow::Result;
use chinwag_client::protocol::{ErrorCode, UserUuid};
use chinwag_client::{Address, Client, Event, Events, Line, Link, Login};
use futures_util::FutureExt;
use jiff::ZonedDateTime;
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval};

use crate::account::{Account, Credentials, sign_in};
use crate::keys::{Key, Keys};
use crate::plain::one_line;
use crate::wait::Wait;
use asks::{Answer, Ask};
use leaving::Drafts;
use screen::{Asked, Screen};

pub use screen::Wishes;
use sign_in::Form;
use state::Chat;

/// How often a display of seconds is updated.
const TICK: Duration = Duration::from_secs(1);

/// The most events that are taken before the next picture.
const BATCH: usize = 500;

/// A user who is signed in.
pub struct Entered {
    /// The name as it was typed.
    name: String,
    client: Client,
    events: Events,
    /// Whether the session outlives the chat.
    keep: bool,
}

/// A user, or the form that asks for one.
enum Start {
    Entered(Box<Entered>),
    Form(Box<Form>),
}

/// How a talk ended.
enum Left {
    Quit,
    SignedOut(String),
}

/// Chats until the user leaves.
///
/// # Errors
/// If the server isn't there in time at the start, or the terminal fails.
pub async fn run(account: &Account, wait: Wait, wishes: Wishes) -> Result<()> {
    let address = account.address()?;
    let mut next = start(account, &address, wait).await?;
    let mut screen = Screen::enter(wishes)?;
    let mut drafts: HashMap<UserUuid, Drafts> = HashMap::new();
    loop {
        let who = match next {
            Start::Entered(who) => *who,
            Start::Form(form) => match form.ask(&mut screen, &address).await {
                Ok(Some(who)) => who,
                Ok(None) => return Ok(()),
                Err(error) => return asked_to(error),
            },
        };
        match talk(&mut screen, &address, who, &mut drafts).await {
            Ok(Left::Quit) => return Ok(()),
            Ok(Left::SignedOut(why)) => {
                let name = account.name().unwrap_or_default();
                next = Start::Form(Box::new(Form::new(&address, name, &why)));
            }
            Err(error) => return asked_to(error),
        }
    }
}

/// Without a form, if that is possible. Says that the server can't be reached before anybody fills in a form.
async fn start(account: &Account, address: &Address, wait: Wait) -> Result<Start> {
    if let Some(Credentials { name, password }) = account.environment()? {
        let login = Login::Existing { name: name.clone(), password: password.clone() };
        return match sign_in(address, login, wait).await {
            Ok((client, events)) => {
                let who = Entered { name, client, events, keep: false };
                Ok(Start::Entered(Box::new(who)))
            }
            Err(error) if error.code() == Some(ErrorCode::UnknownUser) => {
                Ok(Start::Form(Box::new(Form::unknown(address, &name, &password))))
            }
            Err(error) => Err(error.into()),
        };
    }
    if let Some((key, client, events)) = account.resume(address, wait).await? {
        let who = Entered { name: key.user, client, events, keep: true };
        return Ok(Start::Entered(Box::new(who)));
    }
    wait.until_there(async || Line::connect(address).await).await?.close().await;
    Ok(Start::Form(Box::new(Form::new(address, account.name().unwrap_or_default(), ""))))
}

/// An end that was asked for is no failure.
fn asked_to(error: anyhow::Error) -> Result<()> {
    if error.is::<Asked>() { Ok(()) } else { Err(error) }
}

async fn talk(
    screen: &mut Screen,
    address: &Address,
    mut who: Entered,
    drafts: &mut HashMap<UserUuid, Drafts>,
) -> Result<Left> {
    let user = who.client.me();
    let mut chat = Chat::new(user, &who.name, address.authority(), screen.size()?);
    chat.links = Screen::links();
    chat.url = address.to_string();
    chat.message_length = who.client.message_length().unwrap_or(chat.message_length);
    let key = Key { user: who.name.clone(), access_key: who.client.access_key() };
    if who.keep {
        let kept = Keys::of_user().and_then(|keys| keys.keep(&address.to_string(), key.clone()));
        chat.notice = kept.err().map(|error| one_line(&format!("{error:#}")));
    }
    chat.take_drafts(drafts.remove(&user).unwrap_or_default());
    let mut left = converse(screen, &mut chat, &who.client, &mut who.events).await;
    if let Ok(Left::SignedOut(why)) = &mut left {
        if who.keep {
            Keys::of_user()?.forget(&address.to_string(), &key)?;
        }
        if chat.has_unsent() {
            why.push_str(" What you wrote is kept until you quit.");
            drafts.insert(user, chat.drafts());
        }
    } else if !who.keep {
        // Its key expires by itself if this fails.
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
        // A resize at the same time as a key may come without its event.
        chat.fit(screen.size()?);
        screen.draw(|frame| view::draw(chat, frame))?;
        let mut asks = tokio::select! {
            event = screen.next() => { chat.tick(); chat.input(event?) }
            event = events.next() => { chat.tick(); take(chat, event) }
            Some(answer) = under_way.join_next() => { chat.tick(); answered(chat, answer)? }
            _ = tick.tick() => { chat.tick(); Vec::new() }
        };
        // Events that are there already belong into the same picture.
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
        asks.extend(chat.recount());
        if let Some(alert) = chat.alert.take() {
            screen.call(&alert)?;
        }
        screen.set_title(chat.title())?;
        for ask in asks {
            match ask {
                Ask::Quit => return Ok(Left::Quit),
                Ask::Redraw => screen.clear()?,
                Ask::Mouse(taken) => screen.take_mouse(taken)?,
                Ask::Suspend => screen.suspend()?,
                Ask::Copy(text) => Screen::copy(&text)?,
                ask => drop(under_way.spawn(ask.answer(client))),
            }
        }
        if let Link::Ended(why) = &chat.link {
            let own = "You signed out.".into();
            let why = if chat.signing_out { own } else { incoming::explain(why) };
            return Ok(Left::SignedOut(why));
        }
    }
}

/// After the last event the connection has ended, which its state shows.
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
