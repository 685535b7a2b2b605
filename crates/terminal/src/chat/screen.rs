//! The terminal: taken over for the chat, and given back however the chat ends.

use std::env;
use std::io::{self, stdout};

use anyhow::{Context, Result, bail};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use clap::Args;
use crossterm::cursor::Show;
use crossterm::event::{
    DisableBracketedPaste, DisableFocusChange, DisableMouseCapture, EnableBracketedPaste,
    EnableFocusChange, EnableMouseCapture, Event, EventStream,
};
use crossterm::style::Print;
use crossterm::terminal::{
    Clear, ClearType, EnterAlternateScreen, LeaveAlternateScreen, SetTitle, disable_raw_mode,
    enable_raw_mode,
};
use crossterm::{execute, queue};
use futures_util::StreamExt;
use ratatui::buffer::{Buffer, CellWidth};
use ratatui::layout::Size;
use ratatui::{DefaultTerminal, Frame};
use tokio::signal::unix::{Signal, SignalKind, signal};

use super::alerts::{Alert, Notify};
use super::state::Links;
use crate::charset::{ascii, is_utf8};

/// The terminal.
pub struct Screen {
    terminal: DefaultTerminal,
    events: EventStream,
    signals: [Signal; 3],
    mouse: bool,
    utf8: bool,
    wishes: Wishes,
    title: String,
}

/// How the user wants to use the terminal.
#[derive(Args, Clone, Copy, Debug)]
pub struct Wishes {
    /// How to call you when somebody writes to you, or your name
    #[arg(long, value_enum, default_value_t = Notify::Auto, env = "CHINWAG_NOTIFY")]
    notify: Notify,

    /// Leave the mouse to the terminal, which then selects text with it
    #[arg(long)]
    no_mouse: bool,
}

impl Screen {
    /// Takes the terminal over.
    ///
    /// # Errors
    /// When it can't be.
    pub fn enter(wishes: Wishes) -> Result<Self> {
        let signals = [SignalKind::terminate(), SignalKind::hangup(), SignalKind::interrupt()];
        let [terminate, hangup, interrupt] = signals.map(signal);
        let signals = [terminate?, hangup?, interrupt?];
        let terminal = ratatui::try_init().context("failed to take the terminal over")?;
        let wishes = Wishes { notify: wishes.notify.known(), ..wishes };
        let (events, title) = (EventStream::new(), String::new());
        let (mouse, utf8) = (!wishes.no_mouse, is_utf8());
        let screen = Self { terminal, events, signals, mouse, utf8, wishes, title };
        screen.take_modes()?;
        if has_window() {
            execute!(stdout(), Print(SAVE_TITLE))?;
        }
        Ok(screen)
    }

    fn take_modes(&self) -> io::Result<()> {
        execute!(stdout(), EnableBracketedPaste, EnableFocusChange)?;
        if self.mouse { execute!(stdout(), EnableMouseCapture) } else { Ok(()) }
    }

    /// Takes the mouse, or leaves it to the terminal, which selects text with it.
    ///
    /// # Errors
    /// If the terminal has gone.
    pub fn take_mouse(&mut self, taken: bool) -> io::Result<()> {
        self.mouse = taken && !self.wishes.no_mouse;
        if self.mouse {
            execute!(stdout(), EnableMouseCapture)
        } else {
            execute!(stdout(), DisableMouseCapture)
        }
    }

    /// Gives the terminal back, stops the program until the shell continues it, and takes the terminal again.
    ///
    /// # Errors
    /// If the terminal has gone.
    pub fn suspend(&mut self) -> io::Result<()> {
        give_back_modes()?;
        execute!(stdout(), LeaveAlternateScreen, Show)?;
        disable_raw_mode()?;
        rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::TSTP)?;
        enable_raw_mode()?;
        execute!(stdout(), EnterAlternateScreen)?;
        self.take_modes()
    }

    /// How this terminal draws addresses.
    pub fn links() -> Links {
        if has_window() { Links::Opened } else { Links::Plain }
    }

    /// How large it is.
    ///
    /// # Errors
    /// When it doesn't tell.
    pub fn size(&self) -> io::Result<Size> {
        self.terminal.size()
    }

    /// Draws, in ASCII on a terminal that shows nothing else.
    ///
    /// # Errors
    /// When the terminal has gone.
    pub fn draw(&mut self, what: impl FnOnce(&mut Frame)) -> io::Result<()> {
        let utf8 = self.utf8;
        let drawn = self.terminal.draw(|frame| {
            what(frame);
            if !utf8 {
                to_ascii(frame.buffer_mut());
            }
        });
        drawn.map(drop)
    }

    /// Redraws everything with the next picture.
    ///
    /// # Errors
    /// When the terminal has gone.
    pub fn clear(&mut self) -> io::Result<()> {
        execute!(stdout(), Clear(ClearType::All))?;
        // Both buffers are empty then. The terminal's own way asks for the cursor's place, and fails without an answer.
        self.terminal.swap_buffers();
        Ok(())
    }

    /// Calls the user.
    ///
    /// # Errors
    /// If the terminal has gone.
    pub fn call(&mut self, alert: &Alert) -> io::Result<()> {
        let bytes = self.wishes.notify.bytes(alert);
        execute!(stdout(), Print(if self.utf8 { bytes } else { ascii(&bytes) }))
    }

    /// Puts a text on the clipboard, where the terminal lets programs do that (OSC 52).
    ///
    /// # Errors
    /// If the terminal has gone.
    pub fn copy(text: &str) -> io::Result<()> {
        if !has_window() {
            return Ok(());
        }
        execute!(stdout(), Print(format!("\u{1b}]52;c;{}\u{7}", BASE64_STANDARD.encode(text))))
    }

    /// Sets the title of the terminal's window.
    ///
    /// # Errors
    /// If the terminal has gone.
    pub fn set_title(&mut self, title: String) -> io::Result<()> {
        let title = if self.utf8 { title } else { ascii(&title) };
        if self.title == title || !has_window() {
            return Ok(());
        }
        execute!(stdout(), SetTitle(&title))?;
        self.title = title;
        Ok(())
    }

    /// The next event of the keyboard, the mouse or the window.
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

/// The title is put aside and brought back, by terminals that can.
const SAVE_TITLE: &str = "\u{1b}[22;2t";
const RESTORE_TITLE: &str = "\u{1b}[23;2t";

/// The console of Linux has no window, and might show titles and links as text.
fn has_window() -> bool {
    env::var_os("TERM").is_none_or(|terminal| terminal != "linux")
}

fn to_ascii(buffer: &mut Buffer) {
    for cell in buffer.content.iter_mut().filter(|cell| !cell.symbol().is_ascii()) {
        let width = usize::from(cell.cell_width());
        let shown: String = ascii(cell.symbol()).chars().take(1).collect();
        cell.set_symbol(&format!("{shown:width$}"));
    }
}

fn give_back_modes() -> io::Result<()> {
    queue!(stdout(), DisableMouseCapture, DisableFocusChange)?;
    execute!(stdout(), DisableBracketedPaste)
}

/// A signal asks the program to end.
#[derive(Debug, thiserror::Error)]
#[error("asked to end")]
pub struct Asked;

impl Drop for Screen {
    fn drop(&mut self) {
        // There is nobody left to tell.
        let _ = give_back_modes();
        if has_window() {
            let _ = execute!(stdout(), Print(RESTORE_TITLE));
        }
        ratatui::restore();
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use portable_pty::{CommandBuilder, PtySize, native_pty_system};

    use super::*;

    #[test]
    #[ignore = "a_panic_gives_the_terminal_back_before_it_is_told starts it in a terminal"]
    fn panics() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let _entered = runtime.enter();
        let mut screen = Screen::enter(Wishes { notify: Notify::Off, no_mouse: false }).unwrap();
        screen.draw(|frame| frame.render_widget("lobby", frame.area())).unwrap();
        panic!("a defect of the chat");
    }

    /// The shell tells how the panic left the terminal, and which modes it has.
    #[test]
    fn a_panic_gives_the_terminal_back_before_it_is_told() {
        let pair = native_pty_system().openpty(PtySize::default()).unwrap();
        let mut command = CommandBuilder::new("sh");
        command.args([
            "-c",
            "\"$0\" chat::screen::tests::panics --exact --ignored --nocapture; stty -a",
        ]);
        command.arg(env::current_exe().unwrap());
        command.env("TERM", "xterm-256color");
        let mut child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let (mut shown, mut output) = (Vec::new(), pair.master.try_clone_reader().unwrap());
        // On Linux the end of a terminal whose program has ended is an error.
        let _ = output.read_to_end(&mut shown);
        child.wait().unwrap();
        let shown = String::from_utf8_lossy(&shown);
        let at = |text: &str| shown.find(text).unwrap_or_else(|| panic!("{text:?} in {shown:?}"));
        let steps = ["\u{1b}[?1049h", "lobby", "\u{1b}[?1049l", "a defect of the chat"].map(at);
        assert!(steps.is_sorted(), "{shown:?}");
        for undone in ["\u{1b}[?2004l", "\u{1b}[?1000l", "\u{1b}[?25h"] {
            at(undone);
        }
        let modes = &shown[at("speed ")..];
        assert!(!modes.contains("-icanon") && !modes.contains("-echo "), "{modes}");
    }
}
