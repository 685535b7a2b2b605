//! The terminal: taken over for the chat, and given back however the chat ends.

use std::io::{self, stdout};

use anyhow::{Context, Result, bail};
use crossterm::event::{
    DisableBracketedPaste, DisableFocusChange, EnableBracketedPaste, EnableFocusChange, Event,
    EventStream,
};
use crossterm::execute;
use futures_util::StreamExt;
use ratatui::layout::Size;
use ratatui::{DefaultTerminal, Frame};
use tokio::signal::unix::{Signal, SignalKind, signal};

/// The terminal.
pub struct Screen {
    terminal: DefaultTerminal,
    events: EventStream,
    signals: [Signal; 3],
}

impl Screen {
    /// Takes the terminal over.
    ///
    /// # Errors
    /// When it can't be.
    pub fn enter() -> Result<Self> {
        let signals = [SignalKind::terminate(), SignalKind::hangup(), SignalKind::interrupt()];
        let [terminate, hangup, interrupt] = signals.map(signal);
        let signals = [terminate?, hangup?, interrupt?];
        let terminal = ratatui::try_init().context("failed to take the terminal over")?;
        let screen = Self { terminal, events: EventStream::new(), signals };
        execute!(stdout(), EnableBracketedPaste, EnableFocusChange)?;
        Ok(screen)
    }

    /// How large it is.
    ///
    /// # Errors
    /// When it doesn't tell.
    pub fn size(&self) -> io::Result<Size> {
        self.terminal.size()
    }

    /// Draws.
    ///
    /// # Errors
    /// When the terminal has gone.
    pub fn draw(&mut self, what: impl FnOnce(&mut Frame)) -> io::Result<()> {
        self.terminal.draw(what).map(drop)
    }

    /// Draws everything anew with the next picture.
    ///
    /// # Errors
    /// When the terminal has gone.
    pub fn clear(&mut self) -> io::Result<()> {
        self.terminal.clear()
    }

    /// What the user does next.
    ///
    /// # Errors
    /// When the terminal has gone, or the program is asked to end.
    pub async fn next(&mut self) -> Result<Event> {
        let [terminate, hangup, interrupt] = &mut self.signals;
        tokio::select! {
            event = self.events.next() => match event {
                Some(event) => Ok(event?),
                None => bail!("the terminal has gone"),
            },
            _ = terminate.recv() => bail!(Asked),
            _ = hangup.recv() => bail!(Asked),
            _ = interrupt.recv() => bail!(Asked),
        }
    }
}

/// A signal asks the program to end.
#[derive(Debug, thiserror::Error)]
#[error("asked to end")]
pub struct Asked;

impl Drop for Screen {
    fn drop(&mut self) {
        // There is nobody left to tell.
        let _ = execute!(stdout(), DisableFocusChange, DisableBracketedPaste);
        ratatui::restore();
    }
}
