//! Programs that write: the hooks of a channel and the bots, listed in a window, made and ended.

use chinwag_client::protocol::incoming::UserEdit;
use chinwag_client::protocol::outgoing::{Hook, User};
use chinwag_client::protocol::{HookUuid, UserUuid};
use chinwag_client::{Channel, Client, Error};
use crossterm::event::{KeyCode, KeyEvent};
use jiff::Timestamp;

use super::asks::Ask;
use super::commands::Command;
use super::deeds::Deed;
use super::state::{Chat, Over};
use crate::pages::Pages;
use crate::plain::one_line;

/// Which programs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Scope {
    /// The hooks of this channel.
    Hooks(Channel),
    /// All bots.
    Bots,
}

/// One of them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Program {
    /// What ends it.
    pub which: Which,
    /// Its name. Harmless.
    pub name: String,
    /// When a hook was made.
    pub made: Option<Timestamp>,
}

/// A program, as the server knows it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Which {
    /// A hook.
    Hook(HookUuid),
    /// A bot.
    Bot(UserUuid),
}

/// The window.
#[derive(Debug)]
pub struct Programs {
    /// Which are listed.
    pub scope: Scope,
    /// The programs.
    pub found: Vec<Program>,
    /// Which of them is chosen.
    pub chosen: usize,
    /// Whether the user is asked whether to end it.
    pub ending: bool,
}

/// What is shown this once.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Secret {
    /// What was made.
    pub title: String,
    /// What the secret is for.
    pub about: &'static str,
    /// The secret.
    pub text: String,
}

impl From<Hook> for Program {
    fn from(hook: Hook) -> Self {
        let made = Some(hook.created_at);
        Self { which: Which::Hook(hook.uuid), name: one_line(&hook.name), made }
    }
}

impl From<&User> for Program {
    fn from(bot: &User) -> Self {
        Self { which: Which::Bot(bot.uuid), name: one_line(&bot.username), made: None }
    }
}

impl Scope {
    /// Lists them.
    ///
    /// # Errors
    /// When the server refuses, or there is no connection.
    pub async fn read(self, client: &Client) -> Result<Vec<Program>, Error> {
        match self {
            Self::Hooks(channel) => {
                let hooks = client.hooks(Some(channel.id())).await?;
                Ok(hooks.into_iter().map(Program::from).collect())
            }
            Self::Bots => bots(client).await,
        }
    }
}

/// The bots that aren't deactivated, found among all users.
async fn bots(client: &Client) -> Result<Vec<Program>, Error> {
    let (mut pages, mut found) = (Pages::new(), Vec::new());
    while let Some(offset) = pages.next() {
        let page = client.users("", offset).await?;
        pages.had(offset, page.received, page.total);
        let bots = page.users.iter().filter(|user| user.bot && !user.deactivated);
        found.extend(bots.map(Program::from));
    }
    Ok(found)
}

impl Program {
    /// Ends it, and says so.
    ///
    /// # Errors
    /// When the server refuses, or there is no connection.
    pub async fn end(self, client: &Client) -> Result<String, Error> {
        let name = self.name;
        match self.which {
            Which::Hook(hook) => {
                client.delete_hook(hook).await?;
                Ok(format!("The hook {name} has ended; what it wrote stays."))
            }
            Which::Bot(user) => {
                let edit = UserEdit { user, deactivated: Some(true), ..UserEdit::default() };
                client.edit_user(edit).await?;
                Ok(format!("The bot {name} is deactivated; what it wrote stays."))
            }
        }
    }
}

impl Chat {
    /// `/hooks`, `/hook NEW`, `/bots`, `/bot NEW`.
    pub(super) fn about_programs(&mut self, command: Command, words: &str) -> Vec<Ask> {
        let (open, name) = (self.open, words.trim_matches('"').to_owned());
        self.ask(match command {
            Command::Hooks => Deed::List(Scope::Hooks(open)),
            Command::Bots => Deed::List(Scope::Bots),
            Command::Hook => Deed::CreateHook(open, name),
            _ => Deed::CreateBot(name),
        })
    }

    /// Shows programs that were asked for.
    pub(super) fn list_programs(&mut self, scope: Scope, found: Vec<Program>) {
        if found.is_empty() {
            self.notice = Some(match scope {
                Scope::Hooks(channel) => {
                    format!("{} has no hooks; /hook NEW makes one.", self.label(channel))
                }
                Scope::Bots => "There are no bots; /bot NEW makes one, as an admin.".into(),
            });
        } else if matches!(self.over, Over::Nothing) {
            let programs = Programs { scope, found, chosen: 0, ending: false };
            self.over = Over::Programs(Box::new(programs));
        }
    }

    /// Handles a key of the window.
    pub(super) fn programs_key(&mut self, mut programs: Box<Programs>, key: KeyEvent) -> Vec<Ask> {
        let last = programs.found.len() - 1;
        if std::mem::take(&mut programs.ending) {
            if matches!(key.code, KeyCode::Char('d' | 'y') | KeyCode::Enter) {
                let program = programs.found.swap_remove(programs.chosen);
                return vec![Ask::Do(Deed::End(program), String::new())];
            }
            self.over = Over::Programs(programs);
            return Vec::new();
        }
        match key.code {
            KeyCode::Down | KeyCode::Tab => programs.chosen = (programs.chosen + 1).min(last),
            KeyCode::Up | KeyCode::BackTab => programs.chosen = programs.chosen.saturating_sub(1),
            KeyCode::Char('d') | KeyCode::Delete => programs.ending = true,
            KeyCode::Esc | KeyCode::Enter => return Vec::new(),
            _ => {}
        }
        self.over = Over::Programs(programs);
        Vec::new()
    }

    /// Handles a key of the window with a secret, which only Esc and Enter close.
    pub(super) fn secret_key(&mut self, secret: Box<Secret>, key: KeyEvent) -> Vec<Ask> {
        let asks = match key.code {
            KeyCode::Esc | KeyCode::Enter => return Vec::new(),
            KeyCode::Char('c') => {
                self.notice =
                    Some("Copied, if your terminal lets programs do that (OSC 52).".into());
                vec![Ask::Copy(secret.text.clone())]
            }
            _ => Vec::new(),
        };
        self.over = Over::Secret(secret);
        asks
    }
}
