//! Paths of files as one writes them: with `~`, in quotes, or with backslashes before spaces, as terminals paste them.

use std::env;
use std::fs::read_dir;
use std::path::{Path, PathBuf};

use crate::plain::one_line;

/// How many paths Tab offers.
const MOST: usize = 100;

/// The path that these words begin with, and the text behind it.
pub fn path_and_text(words: &str) -> Option<(String, String)> {
    let words = words.trim_start();
    let (path, rest) = if let quote @ ('"' | '\'') = words.chars().next()? {
        let (path, rest) = words[1..].split_once(quote)?;
        (path.to_owned(), rest)
    } else {
        let (path, length) = unescaped(words);
        (path, &words[length..])
    };
    let ends = rest.is_empty() || rest.starts_with(char::is_whitespace);
    (ends && !path.is_empty()).then(|| (path, rest.trim().to_owned()))
}

/// Up to the first space without a backslash before it: the path without backslashes, and its length as it is written.
fn unescaped(words: &str) -> (String, usize) {
    let (mut path, mut characters) = (String::new(), words.char_indices());
    while let Some((at, character)) = characters.next() {
        match character {
            '\\' => path.extend(characters.next().map(|(_, escaped)| escaped)),
            space if space.is_whitespace() => return (path, at),
            other => path.push(other),
        }
    }
    (path, words.len())
}

/// The path with the user's home in the place of `~`.
pub fn expanded(path: &str) -> PathBuf {
    let rest = path.strip_prefix('~').filter(|rest| rest.is_empty() || rest.starts_with('/'));
    match (rest, env::var_os("HOME")) {
        (Some(rest), Some(home)) => Path::new(&home).join(rest.trim_start_matches('/')),
        _ => path.into(),
    }
}

/// In quotes, if it has spaces.
pub fn quoted(path: &str) -> String {
    match path {
        path if !path.contains(|c: char| c.is_whitespace() || matches!(c, '\\' | '"' | '\'')) => {
            path.into()
        }
        path if path.contains('"') => {
            path.replace('\\', "\\\\").replace(' ', "\\ ").replace('"', "\\\"")
        }
        path => format!("\"{path}\""),
    }
}

/// The paths that begin so, as they are written; folders end in `/`.
pub fn paths(start: &str, folders_alone: bool) -> Vec<String> {
    let (written, length) = match start.strip_prefix(['"', '\'']) {
        Some(open) if !open.contains(['"', '\'']) => (open.to_owned(), start.len()),
        Some(_) => return Vec::new(),
        None => unescaped(start),
    };
    if length < start.len() {
        return Vec::new();
    }
    let (folder, name) = match written.rsplit_once('/') {
        Some((folder, name)) => (format!("{folder}/"), name.to_owned()),
        None => (String::new(), written),
    };
    let place = if folder.is_empty() { PathBuf::from(".") } else { expanded(&folder) };
    let entries = read_dir(place).into_iter().flatten().flatten();
    let mut found: Vec<_> = entries
        .filter_map(|entry| {
            let found = entry.file_name().into_string().ok()?;
            // A name that a terminal would obey can only be typed.
            let fits = found.starts_with(&name) && one_line(&found) == found;
            let is_shown = name.starts_with('.') || !found.starts_with('.');
            let is_folder = entry.path().is_dir();
            (fits && is_shown && (is_folder || !folders_alone)).then(|| {
                let path = format!("{folder}{found}{}", if is_folder { "/" } else { "" });
                quoted(&path) + if is_folder { "" } else { " " }
            })
        })
        .collect();
    found.sort();
    found.truncate(MOST);
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_read_as_terminals_paste_it() {
        let read = |words| path_and_text(words).map(|(path, text)| format!("{path}|{text}"));
        for (words, expected) in [
            ("plan.pdf", "plan.pdf|"),
            ("plan.pdf The plan", "plan.pdf|The plan"),
            ("/a/my\\ plan.pdf  The\nplan", "/a/my plan.pdf|The\nplan"),
            ("'/a/my plan.pdf'", "/a/my plan.pdf|"),
            ("\"my plan.pdf\" it's", "my plan.pdf|it's"),
            ("a\\'b", "a'b|"),
        ] {
            assert_eq!(read(words).as_deref(), Some(expected), "{words}");
            let (path, _) = path_and_text(words).unwrap();
            let again = path_and_text(&quoted(&path));
            assert_eq!(again, Some((path, String::new())), "{words}");
        }
        for words in ["", " ", "\"open", "\"a\"b", "''"] {
            assert_eq!(read(words), None, "{words}");
        }
    }

    #[test]
    fn paths_are_completed_with_quotes_and_without_hidden_ones() {
        let folder = tempfile::tempdir().unwrap();
        let base = folder.path().to_str().unwrap();
        for name in ["plan.pdf", "plan two.pdf", ".hidden", "bell\u{7}"] {
            std::fs::write(folder.path().join(name), "x").unwrap();
        }
        std::fs::create_dir(folder.path().join("plans")).unwrap();
        let found = |start: &str, folders| {
            let all = paths(&format!("{base}/{start}"), folders);
            all.iter().map(|path| path.replace(&format!("{base}/"), "")).collect::<Vec<_>>()
        };
        assert_eq!(found("pl", false), ["\"plan two.pdf\" ", "plan.pdf ", "plans/"]);
        assert_eq!(found("plan\\ t", false), ["\"plan two.pdf\" "]);
        assert_eq!(found("pl", true), ["plans/"]);
        assert_eq!(found("", false).len(), 3);
        assert_eq!(found(".h", false), [".hidden "]);
        assert_eq!(found("plan.pdf x", false), [""; 0]);
    }
}
