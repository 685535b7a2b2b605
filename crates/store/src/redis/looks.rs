//! What the names look like that were there before looks were noted.

use redis::{Pipeline, pipe};

use super::link::{Link, unreadable};
use super::records::StoredUser;
use crate::Result;
use crate::look::looks;

/// How many users are read at once.
const PAGE: usize = 1_000;

/// The field that says that all users are noted; no look is empty.
const ALL: &str = "";

/// Notes the looks of all users, unless a node did so before. Those who sign up meanwhile are
/// noted by their own script, and a look that is noted already stays whose it is.
pub(super) async fn add_missing(link: &Link) -> Result<()> {
    let action = "note what names look like";
    let mut asked = pipe();
    asked.cmd("HEXISTS").arg("namesByLook").arg(ALL).cmd("LLEN").arg("users");
    let (done, users): (bool, usize) = link.send(action, &asked).await?;
    if done {
        return Ok(());
    }
    for from in (0..users).step_by(PAGE) {
        let mut page = pipe();
        page.cmd("LRANGE").arg("users").arg(from).arg(from + PAGE - 1);
        let (page,): (Vec<String>,) = link.send(action, &page).await?;
        let mut note = pipe();
        for json in &page {
            let user: StoredUser =
                serde_json::from_str(json).map_err(|_| unreadable(action, "a user"))?;
            for look in looks(&user.username) {
                let uuid = user.uuid.to_string();
                note.cmd("HSETNX").arg("namesByLook").arg(look).arg(uuid).ignore();
            }
        }
        let () = link.send(action, &note).await?;
    }
    let mut end = pipe();
    note_all(&mut end);
    link.send(action, &end).await
}

/// Notes that the looks of all users are noted.
pub(super) fn note_all(commands: &mut Pipeline) {
    commands.cmd("HSET").arg("namesByLook").arg(ALL).arg("all").ignore();
}
