//! GitHub's events, in one line each and one for each commit.

use crate::lenient::{Object, object, objects, string, string_in};
use crate::lines::Lines;

/// How many commits of a push are told.
const COMMITS: usize = 5;

/// The longest line of a commit, in characters.
const SUMMARY: usize = 100;

/// The text of an event; `None` if it isn't told.
pub(crate) fn text(event: &str, payload: &Object) -> Option<String> {
    let mut lines = Lines::default();
    match event {
        "push" => add_push(&mut lines, payload),
        "pull_request" => add_item(&mut lines, payload, "pull_request", "pull request"),
        "issues" => add_item(&mut lines, payload, "issue", "issue"),
        "release" => add_release(&mut lines, payload),
        "workflow_run" => add_run(&mut lines, payload),
        _ => {}
    }
    (!lines.is_empty()).then(|| lines.into_text())
}

fn add_push(lines: &mut Lines, payload: &Object) {
    let reference = string(payload, "ref").unwrap_or_default();
    let branch = reference.strip_prefix("refs/heads/");
    let (kind, name) = match (branch, reference.strip_prefix("refs/tags/")) {
        (Some(branch), _) => ("branch", branch),
        (None, Some(tag)) => ("tag", tag),
        (None, None) => return,
    };
    let who = string_in(payload, "pusher", "name").unwrap_or_else(|| sender(payload));
    let (repository, is) = (repository(payload), |key| payload.get(key) == Some(&true.into()));
    if is("deleted") {
        return lines.add(&format!("{who} deleted the {kind} {name} of {repository}"));
    }
    let commits: Vec<_> = objects(payload, "commits").collect();
    let url = string(payload, "compare").or_else(|| string(payload, "compare_url"));
    let told = match commits.len() {
        0 if is("created") || kind == "tag" => {
            format!("{who} made the {kind} {name} of {repository}")
        }
        0 => return,
        1 => format!("{who} pushed 1 commit to {name} of {repository}"),
        many => format!("{who} pushed {many} commits to {name} of {repository}"),
    };
    lines.add_link(Some(&told), url);
    for commit in commits.iter().take(COMMITS) {
        let id: String = string(commit, "id").unwrap_or_default().chars().take(7).collect();
        let summary = string(commit, "message").and_then(|message| message.lines().next());
        let summary = crate::cut(summary.unwrap_or_default(), SUMMARY);
        lines.add_link(Some(&format!("{id} {summary}")), string(commit, "url"));
    }
    if commits.len() > COMMITS {
        lines.add(&format!("and {} more", commits.len() - COMMITS));
    }
}

/// A pull request or an issue that was opened, closed or opened again.
fn add_item(lines: &mut Lines, payload: &Object, key: &str, noun: &str) {
    let Some(item) = object(payload, key) else { return };
    let merged = item.get("merged") == Some(&true.into());
    let done = match string(payload, "action") {
        Some("closed") if merged => "merged",
        Some("ready_for_review") => "made ready for review",
        Some(action @ ("opened" | "closed" | "reopened")) => action,
        _ => return,
    };
    let number = item.get("number").and_then(serde_json::Value::as_u64).unwrap_or_default();
    let title = string(item, "title").unwrap_or_default();
    let (who, repository) = (sender(payload), repository(payload));
    let told = format!("{who} {done} {noun} #{number} of {repository}: {title}");
    lines.add_link(Some(&told), string(item, "html_url"));
}

fn add_release(lines: &mut Lines, payload: &Object) {
    let Some(release) = object(payload, "release") else { return };
    if string(payload, "action") != Some("published") {
        return;
    }
    let name = string(release, "name").or_else(|| string(release, "tag_name"));
    let (who, repository) = (sender(payload), repository(payload));
    let told = format!("{who} released {} of {repository}", name.unwrap_or_default());
    lines.add_link(Some(&told), string(release, "html_url"));
}

fn add_run(lines: &mut Lines, payload: &Object) {
    let Some(run) = object(payload, "workflow_run") else { return };
    if string(payload, "action") != Some("completed") {
        return;
    }
    let part = |key| string(run, key).unwrap_or_default();
    let ended = match part("conclusion") {
        "success" => "succeeded",
        "failure" => "failed",
        "timed_out" => "timed out",
        "cancelled" => "was cancelled",
        _ => return,
    };
    let (branch, repository) = (part("head_branch"), repository(payload));
    let told = format!("{} {ended} on {branch} of {repository}", part("name"));
    lines.add_link(Some(&told), string(run, "html_url"));
}

fn repository(payload: &Object) -> &str {
    string_in(payload, "repository", "full_name").unwrap_or("a repository")
}

fn sender(payload: &Object) -> &str {
    string_in(payload, "sender", "login").unwrap_or("Somebody")
}
