//! A client of Chinwag that comes back by itself: nothing lost, doubled or reordered.
//!
//! [`Client::sign_in`] connects and signs in. From then on a task keeps the connection: it reconnects with
//! growing, random delays, signs in by access key, reads from the history what it missed, and repeats a send
//! until the server has stored or refused it. [`Events`] has all that happens, each channel in the order of `Seq`
//! and its changes in the order of `Rev`, and [`Events::positions`] where the program's next run goes on.
//!
//! ```no_run
//! # async fn hello() -> Result<(), chinwag_client::Error> {
//! use chinwag_client::{Channel, Client, Event, Login};
//!
//! let login = Login::SignIn { name: "Ada".into(), password: "secret".into() };
//! let (client, mut events) = Client::sign_in("http://localhost:5000", login).await?;
//! client.send(Channel::General, "Hello").await?;
//! while let Some(event) = events.next().await {
//!     if let Event::Message(message) = event {
//!         println!("{}: {}", message.sender.username, message.text);
//!     }
//! }
//! # Ok(())
//! # }
//! ```

mod address;
mod changes;
mod channel;
mod channels;
mod client;
mod error;
mod event;
mod files;
mod hooks;
mod http;
mod keeper;
mod line;
mod login;
mod messages;
mod options;
mod people;
mod places;
mod positions;
mod push;
mod reason;
mod search;
mod states;
pub mod stream;
mod unanswered;
mod waits;

pub use address::Address;
pub use changes::At;
pub use channel::{Channel, ChannelId};
pub use chinwag_protocol as protocol;
pub use client::{Client, Delivery, Page};
pub use error::Error;
pub use event::{Event, Events, Link};
pub use line::Line;
pub use login::Login;
pub use messages::Messages;
pub use options::Options;
pub use positions::Positions;
pub use reason::Reason;
