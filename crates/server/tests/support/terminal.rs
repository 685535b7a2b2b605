//! A terminal of one's own: the real binary in it, and what it shows.

use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex};
use std::thread;

use chinwag_testbed::MISSING;
use portable_pty::{Child, CommandBuilder, ExitStatus, MasterPty, PtySize, native_pty_system};
use vt100::{Parser, Screen};

pub struct Terminal {
    master: Box<dyn MasterPty>,
    keys: Box<dyn Write + Send>,
    child: Box<dyn Child + Send + Sync>,
    shown: Arc<Shown>,
}

/// What has come, and whether the program has ended.
struct Shown {
    state: Mutex<(Parser, Vec<u8>, bool)>,
    changed: Condvar,
}

impl Terminal {
    /// Runs chinwag there, at home in this folder.
    pub fn start(arguments: &[&str], home: &Path, variables: &[(&str, &str)]) -> Self {
        Self::run(env!("CARGO_BIN_EXE_chinwag"), arguments, home, variables)
    }

    /// Runs any program there.
    pub fn run(program: &str, arguments: &[&str], home: &Path, variables: &[(&str, &str)]) -> Self {
        let size = PtySize { rows: 24, cols: 80, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).unwrap();
        let mut command = CommandBuilder::new(program);
        command.args(arguments);
        command.cwd(home);
        for variable in
            ["XDG_STATE_HOME", "CHINWAG_USER", "CHINWAG_PASSWORD", "NO_COLOR", "CHINWAG_NOTIFY"]
        {
            command.env_remove(variable);
        }
        command.env("HOME", home);
        command.env("TERM", "xterm-256color");
        command.env("LC_ALL", "C.UTF-8");
        command.env("TZ", "UTC");
        for (name, value) in variables {
            command.env(name, value);
        }
        let child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let shown = Arc::new(Shown {
            state: Mutex::new((Parser::new(cells(24), cells(80), 0), Vec::new(), false)),
            changed: Condvar::new(),
        });
        let (mut output, showing) = (pair.master.try_clone_reader().unwrap(), Arc::clone(&shown));
        thread::spawn(move || {
            let mut bytes = [0; 4096];
            loop {
                let read = output.read(&mut bytes).unwrap_or(0);
                let mut state = showing.state.lock().unwrap();
                state.0.process(&bytes[..read]);
                state.1.extend(&bytes[..read]);
                state.2 = read == 0;
                showing.changed.notify_all();
                if read == 0 {
                    break;
                }
            }
        });
        let keys = pair.master.take_writer().unwrap();
        Self { master: pair.master, keys, child, shown }
    }

    /// Presses keys, as the bytes that they send.
    pub fn press(&mut self, keys: &str) {
        self.keys.write_all(keys.as_bytes()).unwrap();
        self.keys.flush().unwrap();
    }

    /// Waits until the screen shows this.
    pub fn until(&self, text: &str) {
        self.until_screen(text, |screen| screen.contents().contains(text));
    }

    /// Waits until the screen fits.
    pub fn until_screen(&self, what: &str, fits: impl Fn(&Screen) -> bool) {
        let state = self.shown.state.lock().unwrap();
        let waiting = |state: &mut (Parser, Vec<u8>, bool)| !fits(state.0.screen()) && !state.2;
        let (state, _) = self.shown.changed.wait_timeout_while(state, MISSING, waiting).unwrap();
        let screen = state.0.screen();
        assert!(fits(screen), "{what:?} is missing:\n{}", screen.contents());
    }

    /// Waits until the program has sent this to the terminal.
    pub fn until_sent(&self, bytes: &str) {
        let has = |sent: &[u8]| sent.windows(bytes.len()).any(|part| part == bytes.as_bytes());
        let state = self.shown.state.lock().unwrap();
        let waiting = |state: &mut (Parser, Vec<u8>, bool)| !has(&state.1) && !state.2;
        let (state, _) = self.shown.changed.wait_timeout_while(state, MISSING, waiting).unwrap();
        assert!(has(&state.1), "{bytes:?} is missing: {:?}", String::from_utf8_lossy(&state.1));
    }

    /// Creates an account by the form.
    pub fn sign_up(&mut self, name: &str) {
        self.until("Sign in at http://");
        self.press(&format!("{name}\tsecret"));
        self.until("••••••");
        self.press("\r");
        self.until(&format!("There is no user “{name}”."));
        self.press("\r");
        self.until("# General");
    }

    pub fn resize(&self, rows: u16, cols: u16) {
        self.shown.state.lock().unwrap().0.screen_mut().set_size(cells(rows), cells(cols));
        self.master.resize(PtySize { rows, cols, pixel_width: 0, pixel_height: 0 }).unwrap();
    }

    /// What it shows now.
    pub fn screen(&self) -> Screen {
        self.shown.state.lock().unwrap().0.screen().clone()
    }

    /// Quits once nothing waits to be stored, of which it would ask.
    pub fn quit(&mut self) {
        self.until_screen("all stored", |screen| !screen.contents().contains("sending…"));
        self.press("\u{11}");
        assert!(self.ended().0.success());
    }

    /// Asks the program to end.
    pub fn terminate(&self) {
        let id = self.child.process_id().unwrap().to_string();
        assert!(std::process::Command::new("kill").arg(id).status().unwrap().success());
    }

    /// Waits for its end; returns all bytes that it sent, too.
    pub fn ended(&mut self) -> (ExitStatus, Vec<u8>) {
        let state = self.shown.state.lock().unwrap();
        let (mut state, _) =
            self.shown.changed.wait_timeout_while(state, MISSING, |state| !state.2).unwrap();
        assert!(state.2, "it has not ended:\n{}", state.0.screen().contents());
        (self.child.wait().unwrap(), std::mem::take(&mut state.1))
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // It may have ended before.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn cells(count: u16) -> NonZeroU16 {
    NonZeroU16::new(count).unwrap()
}
