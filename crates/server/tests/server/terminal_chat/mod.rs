//! `chinwag chat` in a real terminal, against the real server.

mod ascii;
mod attention;
mod changes;
mod channels;
mod files;
mod search;
mod sign_in;
mod sizes;
mod tail;
mod talk;
mod writing;

use crate::support::TestServer;

const ENTER: &str = "\r";

fn url(server: &TestServer) -> String {
    format!("http://{}", server.address())
}

/// All of the terminal is given back: the screen, the cursor, the pasting, the mouse, the title.
fn given_back(sent: &[u8]) {
    let sent = String::from_utf8_lossy(sent);
    let (_, end) = sent.rsplit_once("\u{1b}[?1049h").expect("the screen was taken over");
    let modes = ["?1049l", "?2004l", "?1004l", "?1000l", "23;2t"];
    for mode in modes {
        assert!(end.contains(&format!("\x1b[{mode}")), "{mode:?}");
    }
}
