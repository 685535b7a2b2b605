//! Warns of environment variables that are probably misspelt settings.

use clap::CommandFactory;
use strsim::osa_distance;

use crate::config::Settings;
use crate::env_file::EnvFile;

/// How many letters a misspelt name may have wrong, missing, added or swapped.
const MOST_WRONG: usize = 2;

/// The shortest setting that a variable of the environment is compared with. A shorter name is too often
/// the name of something else: `HOST` is nearly `HOSTS`, and Kubernetes sets `CHINWAG_PORT` for the Service.
const SHORTEST: usize = 6;

/// Warns of each variable of the environment, and of the file `.env` in it, whose name is nearly that of
/// a setting.
pub fn warn(file: &EnvFile) {
    let settings = settings();
    for (variable, _) in std::env::vars_os() {
        let Some(variable) = variable.to_str() else { continue };
        let line = file.line_of(variable);
        if let Some(meant) = meant(variable, line.is_some(), &settings) {
            let place = line.map(|line| format!(" (line {line} of the file .env)"));
            let place = place.unwrap_or_default();
            tracing::warn!("{variable} is no setting{place}: did you mean {meant}?");
        }
    }
}

/// The names of all settings.
fn settings() -> Vec<String> {
    let command = Settings::command();
    let names = command.get_arguments().filter_map(|setting| setting.get_env()?.to_str());
    names.map(str::to_owned).collect()
}

/// The setting that a variable with this name is probably meant to be.
fn meant<'a>(variable: &str, is_in_file: bool, settings: &'a [String]) -> Option<&'a str> {
    if settings.iter().any(|setting| setting == variable) {
        return None;
    }
    let upper = variable.to_uppercase();
    let name = upper.strip_prefix("CHINWAG_").unwrap_or(&upper);
    let is_meant = |setting: &&String| {
        if setting.len() >= SHORTEST {
            osa_distance(name, setting) <= MOST_WRONG
        } else {
            is_in_file && osa_distance(name, setting) <= 1
        }
    };
    settings.iter().find(is_meant).map(String::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelt_setting_is_found_and_others_are_left_alone() {
        let settings = settings();
        for (variable, expected) in [
            ("MESAGE_RATE", Some("MESSAGE_RATE")),
            ("MESSAGE_RAET", Some("MESSAGE_RATE")),
            ("message_rate", Some("MESSAGE_RATE")),
            ("CHINWAG_DATA_DIR", Some("DATA_DIR")),
            ("CHINWAG_PORT", None),
            ("REDIS_ADRESS", Some("REDIS_ADDRESS")),
            ("MESSAGE_RATE", None),
            ("HOST", None),
            ("HOME", None),
            ("CHINWAG_USER", None),
            ("CHINWAG_PASSWORD", None),
        ] {
            assert_eq!(meant(variable, false, &settings), expected, "{variable}");
        }
        assert_eq!(meant("HOST", true, &settings), Some("HOSTS"));
        assert_eq!(meant("CHINWAG_PORT", true, &settings), Some("PORT"));
        assert_eq!(meant("COMPOSE_PROJECT_NAME", true, &settings), None);
    }
}
