//! What users have chosen for all notifications: JSON in the field `notify` of `user:<UUID>`.

use chinwag_protocol::UserUuid;

use super::Shared;
use super::link::unreadable;
use super::scripts::NOTIFY;
use crate::{NotifyChange, NotifySettings, Result};

pub(super) async fn settings(shared: &Shared, users: &[UserUuid]) -> Result<Vec<NotifySettings>> {
    if users.is_empty() {
        return Ok(Vec::new());
    }
    let action = "read what is to be notified";
    let mut commands = redis::pipe();
    for user in users {
        commands.cmd("HGET").arg(format!("user:{user}")).arg("notify");
    }
    let found: Vec<Option<String>> = shared.link.send(action, &commands).await?;
    found.into_iter().map(|json| read(action, json)).collect()
}

/// From the field of a user.
pub(super) fn read(action: &'static str, json: Option<String>) -> Result<NotifySettings> {
    let json = json.filter(|json| !json.is_empty());
    let read = |json: String| serde_json::from_str(&json).map_err(|_| unreadable(action, "a user"));
    json.map_or_else(|| Ok(NotifySettings::default()), read)
}

pub(super) async fn change(shared: &Shared, change: &NotifyChange) -> Result<NotifySettings> {
    let action = "change what is to be notified";
    let mut stored = String::new();
    loop {
        let wanted = change.apply(read(action, Some(stored.clone()))?);
        let mut script = NOTIFY.arg(change.user.to_string());
        script.arg(&stored).arg(wanted.json());
        let found: String = shared.link.run(action, &script).await?;
        if found == stored {
            return Ok(wanted);
        }
        // It is another one: the change is made to that.
        stored = found;
    }
}
