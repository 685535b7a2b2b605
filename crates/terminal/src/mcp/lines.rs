//! The lines of standard input, read by a thread, so that the end of the program waits for none.

use std::io::{self, BufRead, Read, stdin};
use std::thread;

use tokio::sync::mpsc;

/// The longest line, in bytes: more than a request with the longest message.
const LONGEST: usize = 1024 * 1024;

/// How many lines wait to be answered.
const WAITING: usize = 16;

/// A line of the input.
#[derive(PartialEq, Eq, Debug)]
pub enum Line {
    /// As it came, without its end.
    Whole(Vec<u8>),
    /// One that is too long, and was passed over.
    TooLong,
}

/// The lines to come.
pub struct Lines(mpsc::Receiver<Line>);

impl Lines {
    /// Those of standard input.
    pub fn of_stdin() -> Self {
        let (sender, receiver) = mpsc::channel(WAITING);
        thread::spawn(move || {
            let mut input = stdin().lock();
            // An input that can't be read has ended.
            while let Ok(Some(line)) = read(&mut input) {
                if sender.blocking_send(line).is_err() {
                    return;
                }
            }
        });
        Self(receiver)
    }

    /// The next one; `None` at the end.
    pub async fn next(&mut self) -> Option<Line> {
        self.0.recv().await
    }
}

fn read(input: &mut impl BufRead) -> io::Result<Option<Line>> {
    let mut line = Vec::new();
    input.by_ref().take(LONGEST as u64 + 1).read_until(b'\n', &mut line)?;
    if line.last() == Some(&b'\n') {
        line.pop();
    } else if line.len() > LONGEST {
        input.skip_until(b'\n')?;
        return Ok(Some(Line::TooLong));
    } else if line.is_empty() {
        return Ok(None);
    }
    Ok(Some(Line::Whole(line)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_is_too_long_is_passed_over_as_a_whole() {
        let fits = "x".repeat(LONGEST);
        let input = format!("a\n\n{fits}\n{fits}y\n{fits}{fits}\nb\nlast");
        let mut input = input.as_bytes();
        let lines = std::iter::from_fn(|| read(&mut input).unwrap()).collect::<Vec<_>>();
        let whole = |text: &str| Line::Whole(text.into());
        let [long, longer] = [Line::TooLong, Line::TooLong];
        let expected =
            [whole("a"), whole(""), whole(&fits), long, longer, whole("b"), whole("last")];
        assert!(lines == expected);
    }
}
