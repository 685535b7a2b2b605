//! Reads the command line, and finds the line of `.env` with an invalid setting.

use clap::builder::StyledStr;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::parser::ValueSource;
use clap::{ArgMatches, CommandFactory, FromArgMatches, Parser};

use super::Command;
use crate::config::{Config, Settings, Wrong};
use crate::env_file::{EnvFile, Problem};

const ABOUT: &str = "A chat server with its own web client. Without a command, it serves the chat.";

const LONG_ABOUT: &str = "A chat server with its own web client.

Without a command, chinwag serves the chat: by default at http://localhost:5000, with all data in ./data. With a \
command, it does that instead.

Each option before a command is also an environment variable, and may stand in a file named .env in the working \
directory. An option overrides the environment, and the environment overrides the file.";

const SETTINGS: &str =
    "Settings such as PORT=5000, DATA_DIR=FOLDER and REDIS_URL=URL: `chinwag --help` lists them.";

/// The command line.
#[derive(Parser, Debug)]
#[command(
    name = "chinwag",
    version,
    max_term_width = 100,
    about = ABOUT,
    long_about = LONG_ABOUT,
    after_help = SETTINGS,
    after_long_help = ""
)]
pub struct Arguments {
    /// The settings.
    #[command(flatten)]
    pub settings: Settings,
    /// What to do instead of serving the chat.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// A setting, or the file `.env`, can't be used. Another start would fail in the same way.
#[derive(Debug, thiserror::Error)]
pub enum BadSettings {
    /// A line of the file `.env`, or the file itself.
    #[error(transparent)]
    File(#[from] Problem),
    /// An invalid value, and its line in `.env`.
    #[error("{wrong}{}", place(line.as_ref()))]
    Value {
        /// The setting, its value and the allowed values.
        wrong: Wrong,
        /// From 1.
        line: Option<usize>,
    },
}

fn place(line: Option<&usize>) -> String {
    line.map(|line| format!(" It is in line {line} of the file .env.")).unwrap_or_default()
}

/// Reads the command line and the environment. Errors, `--help` and `--version` end the process.
#[must_use]
pub fn read() -> (Arguments, ArgMatches) {
    let matches =
        Arguments::command().try_get_matches().unwrap_or_else(|error| helped(error).exit());
    let arguments = Arguments::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
    (arguments, matches)
}

/// Says that a setting goes before the command, if one was found after it.
fn helped(mut error: clap::Error) -> clap::Error {
    let Some(ContextValue::String(found)) = error.get(ContextKind::InvalidArg) else {
        return error;
    };
    let name = found.trim_start_matches('-').split('=').next().unwrap_or_default();
    let is_setting =
        Arguments::command().get_arguments().any(|known| known.get_long() == Some(name));
    if error.kind() == ErrorKind::UnknownArgument && is_setting {
        let tip = StyledStr::from(format!(
            "'--{name}' is a setting: put it before the command, as in 'chinwag --{name} ... backup ...'"
        ));
        error.remove(ContextKind::SuggestedArg);
        error.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![tip]));
    }
    error
}

/// Checks the file `.env` and every setting.
///
/// # Errors
/// The first problem, with its line in `.env` if it is there.
pub fn check(
    settings: &Settings,
    matches: &ArgMatches,
    file: &EnvFile,
) -> Result<Config, BadSettings> {
    file.check()?;
    settings.check().map_err(|wrong| {
        let variable = wrong.variable();
        let source = matches.value_source(&variable.to_lowercase());
        let from_environment = source == Some(ValueSource::EnvVariable);
        let line = file.line_of(variable).filter(|_| from_environment);
        BadSettings::Value { wrong, line }
    })
}
