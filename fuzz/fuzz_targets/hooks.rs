//! Bodies of hooks, in each of the shapes: none breaks the reader, and a text that is taken shows something.

#![no_main]

use chinwag_hooks::{Head, cut, read};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    // The first byte chooses what stands before the body.
    let Some((choice, body)) = data.split_first() else { return };
    let types = [None, Some("application/json"), Some("application/x-www-form-urlencoded")];
    let events = ["push", "pull_request", "issues", "release", "workflow_run"];
    let content_type = types[usize::from(choice % 3)];
    let github_event = events.get(usize::from(choice / 3)).copied();
    let Ok(post) = read(Head { content_type, github_event }, body) else { return };
    if let Some(text) = post.text {
        assert!(!text.trim().is_empty());
        assert!(cut(&text, 4_000).chars().count() <= 4_000);
    }
});
