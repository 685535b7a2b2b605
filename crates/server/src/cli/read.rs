//! The command line, and where a wrong setting comes from.

use anyhow::anyhow;
use clap::builder::StyledStr;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::parser::ValueSource;
use clap::{ArgMatches, CommandFactory, FromArgMatches};

use crate::config::{Settings, Wrong};
use crate::env_file::EnvFile;

/// Reads the command line and the environment. A wrong one, `--help` and `--version` end the process.
#[must_use]
pub fn read() -> (Settings, ArgMatches) {
    let matches =
        Settings::command().try_get_matches().unwrap_or_else(|error| helped(error).exit());
    let settings = Settings::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
    (settings, matches)
}

/// Tells where a setting has to stand, if one was found behind the command.
fn helped(mut error: clap::Error) -> clap::Error {
    let Some(ContextValue::String(found)) = error.get(ContextKind::InvalidArg) else {
        return error;
    };
    let name = found.trim_start_matches('-').split('=').next().unwrap_or_default();
    let is_setting =
        Settings::command().get_arguments().any(|known| known.get_long() == Some(name));
    if error.kind() == ErrorKind::UnknownArgument && is_setting {
        let tip = StyledStr::from(format!(
            "'--{name}' is a setting: it stands before the command, as in 'chinwag --{name} ... backup ...'"
        ));
        error.remove(ContextKind::SuggestedArg);
        error.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![tip]));
    }
    error
}

/// Names the line of the file `.env` that holds the wrong setting, if one does.
#[must_use]
pub fn explain(wrong: Wrong, matches: &ArgMatches, file: &EnvFile) -> anyhow::Error {
    let variable = wrong.variable();
    let source = matches.value_source(&variable.to_lowercase());
    match file.line_of(variable).filter(|_| source == Some(ValueSource::EnvVariable)) {
        Some(line) => anyhow!("{wrong} It is in line {line} of the file .env."),
        None => wrong.into(),
    }
}
