//! The first screen: name and password.

use chinwag_client::protocol::ErrorCode;
use chinwag_client::{Address, Client, Error, Events, Login};
use crossterm::event::{Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier, Style, Stylize};
use ratatui::text::Line;
use ratatui::widgets::{Block, Paragraph};
use ratatui_textarea::TextArea;

use super::field::{edit, field};
use super::incoming::explain;
use super::screen::Screen;
use super::{Entered, lines};
use crate::plain::one_line;

/// The form.
pub struct Form {
    server: String,
    name: TextArea<'static>,
    password: TextArea<'static>,
    on_password: bool,
    /// Whether a new account is created.
    new: bool,
    /// A name that nobody has, and whose account Enter creates.
    unknown: Option<String>,
    /// Whether the session outlives the chat.
    keep: bool,
    told: String,
}

/// The next step after a key.
#[derive(Debug, PartialEq, Eq)]
enum Step {
    Stay,
    Enter,
    Quit,
}

impl Form {
    /// For this server; `told` stands below it.
    pub fn new(server: &Address, name: &str, told: &str) -> Self {
        let (mut field_of_name, mut password) = (field(), field());
        field_of_name.insert_str(name);
        password.set_mask_char('•');
        Self {
            server: server.to_string(),
            on_password: !name.is_empty(),
            name: field_of_name,
            password,
            new: false,
            unknown: None,
            keep: true,
            told: told.to_owned(),
        }
    }

    /// With a name and a password of the environment that nobody has.
    pub fn unknown(server: &Address, name: &str, password: &str) -> Self {
        let mut form = Self::new(server, name, "");
        form.password.insert_str(password);
        form.keep = false;
        form.ask_to_create();
        form
    }

    /// Nobody has this name: it may be misspelt.
    fn ask_to_create(&mut self) {
        let name = self.typed_name();
        self.told = format!(
            "There is no user “{}”. Enter creates this account; or change the name.",
            one_line(&name)
        );
        self.unknown = Some(name);
    }

    /// Asks until somebody is signed in; nothing when the user gives up.
    ///
    /// # Errors
    /// When the terminal breaks.
    pub async fn ask(
        mut self,
        screen: &mut Screen,
        address: &Address,
    ) -> anyhow::Result<Option<Entered>> {
        loop {
            screen.draw(|frame| self.draw(frame))?;
            match self.take(screen.next().await?) {
                Step::Stay => continue,
                Step::Quit => return Ok(None),
                Step::Enter => {}
            }
            self.told = "One moment…".into();
            screen.draw(|frame| self.draw(frame))?;
            match self.enter(screen, address).await? {
                Some(Ok((client, events))) => {
                    let (name, keep) = (self.typed_name(), self.keep);
                    return Ok(Some(Entered { name, client, events, keep }));
                }
                Some(Err(error)) if error.code() == Some(ErrorCode::UnknownUser) => {
                    self.ask_to_create();
                }
                Some(Err(error)) => self.told = explain(&error),
                None => self.told = String::new(),
            }
        }
    }

    /// Signs in, unless the user changes their mind first.
    async fn enter(
        &mut self,
        screen: &mut Screen,
        address: &Address,
    ) -> anyhow::Result<Option<Result<(Client, Events), Error>>> {
        let (name, password) = (self.typed_name(), self.password.lines().join(""));
        let login = if self.new || self.unknown.take().is_some_and(|unknown| unknown == name) {
            Login::SignUp { name, password }
        } else {
            Login::Existing { name, password }
        };
        let mut entering = std::pin::pin!(Client::sign_in_to(address.clone(), login));
        loop {
            tokio::select! {
                entered = &mut entering => return Ok(Some(entered)),
                event = screen.next() => match event? {
                    Event::Key(key) if is_quit(&key) || key.code == KeyCode::Esc => return Ok(None),
                    _ => screen.draw(|frame| self.draw(frame))?,
                }
            }
        }
    }

    fn typed_name(&self) -> String {
        self.name.lines().join(" ").trim().to_owned()
    }

    fn take(&mut self, event: Event) -> Step {
        match event {
            Event::Paste(text) => {
                self.field().insert_str(text.lines().next().unwrap_or_default());
            }
            Event::Key(key) if key.kind != KeyEventKind::Release => return self.key(key),
            _ => {}
        }
        Step::Stay
    }

    fn key(&mut self, key: KeyEvent) -> Step {
        match key.code {
            _ if is_quit(&key) => return Step::Quit,
            KeyCode::Esc => return Step::Quit,
            KeyCode::F(2) => self.new = !self.new,
            KeyCode::Tab | KeyCode::BackTab | KeyCode::Up | KeyCode::Down => {
                self.on_password = !self.on_password;
            }
            KeyCode::Enter if !self.on_password => self.on_password = true,
            KeyCode::Enter if self.typed_name().is_empty() => {
                self.told = "Please fill in a name.".into();
                self.on_password = false;
            }
            KeyCode::Enter if self.password.is_empty() => {
                self.told = "Please fill in a password.".into();
            }
            KeyCode::Enter => return Step::Enter,
            _ => {
                edit(self.field(), key);
            }
        }
        Step::Stay
    }

    fn field(&mut self) -> &mut TextArea<'static> {
        if self.on_password { &mut self.password } else { &mut self.name }
    }

    fn draw(&mut self, frame: &mut Frame) {
        let area = frame.area();
        let width = area.width.min(50);
        let left = area.x + (area.width - width) / 2;
        let mut y = area.y + area.height.saturating_sub(14) / 2;
        let mut next = |height: u16| {
            let row = Rect { x: left, y, width, height }.intersection(area);
            y = y.saturating_add(height);
            row
        };
        let title = if self.new { "Create account" } else { "Sign in" };
        let about = if self.new {
            "Choose a name that nobody here has yet."
        } else {
            "With the name and password of your account."
        };
        frame.render_widget(Line::from(format!("{title} at {}", self.server)).bold(), next(1));
        frame.render_widget(Line::from(about).dim(), next(2));
        for (field, label, active) in [
            (&mut self.name, " Name ", !self.on_password),
            (&mut self.password, " Password ", self.on_password),
        ] {
            let style = if active { Style::new() } else { Style::new().dim() };
            field.set_block(Block::bordered().title(label).border_style(style));
            let cursor = if active { Modifier::REVERSED } else { Modifier::empty() };
            field.set_cursor_style(Style::new().add_modifier(cursor));
            frame.render_widget(&*field, next(3));
        }
        let told = lines::wrapped(&self.told, width);
        let told: Vec<_> =
            told.into_iter().map(|line| Line::from(line).fg(Color::Yellow)).collect();
        frame.render_widget(Paragraph::new(told), next(3));
        let other = if self.new { "sign in" } else { "create account" };
        let keys = format!("Enter continue · Tab other field · F2 {other} · Esc quit");
        let keys: Vec<_> =
            lines::wrapped(&keys, width).into_iter().map(|line| Line::from(line).dim()).collect();
        frame.render_widget(Paragraph::new(keys), next(2));
    }
}

fn is_quit(key: &KeyEvent) -> bool {
    key.modifiers.contains(KeyModifiers::CONTROL) && matches!(key.code, KeyCode::Char('c' | 'q'))
}
