//! The file `.env` in the working directory: lines of `NAME=value`, with `$` as a literal.

use std::collections::HashMap;
use std::{env, fs, io};

use thiserror::Error;

/// Its name. Folders above the working directory are not searched.
const NAME: &str = ".env";

/// The variables that the file has set.
#[derive(Debug, Default)]
pub struct EnvFile {
    /// The line of each variable that was not in the environment before, from 1.
    lines: HashMap<String, usize>,
    /// The first problem in it.
    problem: Option<Problem>,
}

/// A problem in the file. It quotes no line, which may hold a password.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
pub enum Problem {
    /// The file can't be read.
    #[error("failed to read the file .env: {0}")]
    Unreadable(String),
    /// A line does not have the form `NAME=value`.
    #[error("line {0} of the file .env is not NAME=value; a value with spaces needs quotes")]
    Line(usize),
}

impl EnvFile {
    /// Sets the file's variables in the environment, except those that it has already. Call it before
    /// other threads run, and [`EnvFile::check`] for problems in the file.
    #[must_use]
    pub fn load() -> Self {
        match fs::read(NAME) {
            Ok(text) => Self::take(&String::from_utf8_lossy(&text)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Self::default(),
            Err(error) => {
                let problem = Some(Problem::Unreadable(error.to_string()));
                Self { problem, ..Self::default() }
            }
        }
    }

    fn take(text: &str) -> Self {
        let mut file = Self::default();
        let text = text.trim_start_matches('\u{feff}');
        for (line, number) in text.lines().zip(1..) {
            let line = literal(line) + "\n";
            let Ok(variables) =
                dotenvy::from_read_iter(line.as_bytes()).collect::<Result<Vec<_>, _>>()
            else {
                file.problem.get_or_insert(Problem::Line(number));
                continue;
            };
            for (name, _) in variables.into_iter().filter(|(name, _)| env::var_os(name).is_none()) {
                // The line has just been parsed, so that this can't fail.
                if dotenvy::from_read(line.as_bytes()).is_ok() {
                    file.lines.insert(name, number);
                }
            }
        }
        file
    }

    /// The line that set this variable.
    #[must_use]
    pub fn line_of(&self, variable: &str) -> Option<usize> {
        self.lines.get(variable).copied()
    }

    /// # Errors
    /// The first problem in the file.
    pub fn check(&self) -> Result<(), Problem> {
        self.problem.clone().map_or(Ok(()), Err)
    }
}

/// The line with each `$` escaped, so that no part of a value stands for another variable.
fn literal(line: &str) -> String {
    let (mut escaped, mut in_single_quotes, mut in_double_quotes) = (false, false, false);
    let mut text = String::with_capacity(line.len());
    for character in line.trim_end().chars() {
        match character {
            '$' if !escaped && !in_single_quotes => text.push('\\'),
            '\'' if !escaped && !in_double_quotes => in_single_quotes = !in_single_quotes,
            '"' if !escaped && !in_single_quotes => in_double_quotes = !in_double_quotes,
            _ => {}
        }
        escaped = character == '\\' && !escaped && !in_single_quotes;
        text.push(character);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(line: &str) -> Option<String> {
        let line = literal(line) + "\n";
        let (_, value) = dotenvy::from_read_iter(line.as_bytes()).next()?.ok()?;
        Some(value)
    }

    #[test]
    fn a_value_is_literal() {
        for (line, expected) in [
            ("A=se$cret", "se$cret"),
            ("A=${HOME}$", "${HOME}$"),
            ("A=\"se$cret\"", "se$cret"),
            ("A='se$cret'", "se$cret"),
            (r"A=se\$cret", "se$cret"),
            (r#"A="it's $5""#, "it's $5"),
            ("export A=b # $c", "b"),
            ("A=b   ", "b"),
            ("A=", ""),
        ] {
            assert_eq!(value(line).as_deref(), Some(expected), "{line}");
        }
        assert_eq!(value("A=b, c"), None);
        assert_eq!(value("A B=c"), None);
    }

    #[test]
    fn a_malformed_line_is_reported_by_its_number_alone() {
        let file =
            EnvFile::take("# comment\r\n\r\nCHINWAG_TEST_A=1\r\nsecret word\r\nCHINWAG_TEST_B=$2");
        let problem = file.check().unwrap_err();
        assert_eq!(problem, Problem::Line(4));
        assert!(!problem.to_string().contains("secret"));
        assert_eq!(file.line_of("CHINWAG_TEST_A"), Some(3));
        assert_eq!(file.line_of("CHINWAG_TEST_B"), Some(5));
        assert_eq!(env::var("CHINWAG_TEST_B").unwrap(), "$2");
        // A variable of the environment stays, so that no line has set it.
        assert_eq!(EnvFile::take("\u{feff}CHINWAG_TEST_A=2").line_of("CHINWAG_TEST_A"), None);
        assert_eq!(env::var("CHINWAG_TEST_A").unwrap(), "1");
    }
}
