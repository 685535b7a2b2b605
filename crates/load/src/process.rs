//! This process: its cores, its open files, and what it prints.

use std::io::{Write, stderr, stdout};

use anyhow::{Context, Result};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Which cores the servers run on, and which the generator; empty for any.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cores {
    /// The server's, its Redis's too.
    pub server: Vec<usize>,
    /// The generator's.
    pub generator: Vec<usize>,
}

impl Cores {
    /// Reads `0,1`, `0-1,2` or `any`.
    pub fn parse(text: &str) -> Result<Self, String> {
        let range = |text: &str| {
            let (first, last) = text.split_once('-').unwrap_or((text, text));
            Some((first.parse().ok()?..=last.parse().ok()?).collect())
        };
        if text == "any" {
            return Ok(Self::default());
        }
        text.split_once(',')
            .and_then(|(server, generator)| {
                Some(Self { server: range(server)?, generator: range(generator)? })
            })
            .ok_or_else(|| "it takes the server's and the generator's cores: 0,1 or 0-1,2".into())
    }
}

/// Lets this process and those that it starts have as many open files as the system allows.
pub fn raise_open_files() -> Result<()> {
    let limit = getrlimit(Resource::Nofile);
    setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, ..limit })?;
    Ok(())
}

/// Tells what is going on, on a line of the error output.
pub fn say(what: &str) {
    // Its reader has closed it.
    let _ = writeln!(stderr(), "{what}");
}

/// Tells what was measured, on a line of the output.
pub fn report(what: &str) -> Result<()> {
    writeln!(stdout(), "{what}").context("failed to print")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cores_are_read() {
        let cores = |server: &[usize], generator: &[usize]| {
            Ok(Cores { server: server.to_vec(), generator: generator.to_vec() })
        };
        assert_eq!(Cores::parse("0,1"), cores(&[0], &[1]));
        assert_eq!(Cores::parse("0-1,2-3"), cores(&[0, 1], &[2, 3]));
        assert_eq!(Cores::parse("any"), cores(&[], &[]));
        assert!(Cores::parse("0").is_err() && Cores::parse("a,b").is_err());
    }
}
