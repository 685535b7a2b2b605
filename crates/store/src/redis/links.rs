//! Links, devices and roles.

use async_trait::async_trait;
use chinwag_protocol::UserUuid;
use jiff::Timestamp;
use uuid::Uuid;

use super::access_keys::{hex, standing_of};
use super::accounts::listed;
use super::link::unreadable;
use super::records::News;
use super::scripts::{ADD_LINK, EDIT_USER, FIND_LINK, REVOKE_LINK, USE_LINK};
use super::{RedisStore, client};
use crate::{
    Attempt, Device, Failure, KEYS_LIMIT, KeyDigest, KnownUser, Link, LinkUse, Links, Result, Role,
    Sessions, Standing, User, UserEdit, UserStatus,
};

/// How many users are read at once.
const AT_ONCE: usize = 1_000;

#[async_trait]
impl Links for RedisStore {
    async fn add_link(&self, link: Link, digest: KeyDigest) -> Attempt<()> {
        add(&self.shared.link, &link, digest).await
    }

    async fn link(&self, digest: KeyDigest) -> Result<Option<Link>> {
        let mut script = FIND_LINK.arg(hex(&digest.0));
        let found: Vec<String> =
            self.shared.link.run("find a link", script.arg(now(Timestamp::now()))).await?;
        let [json, uses] = &found[..] else { return Ok(None) };
        Ok(read(json, uses))
    }

    async fn links(&self, asker: UserUuid) -> Result<Vec<Link>> {
        let mut commands = redis::pipe();
        commands.cmd("HGETALL").arg("links");
        commands.cmd("HGETALL").arg("linkUses");
        commands.cmd("SISMEMBER").arg("admins").arg(asker.to_string());
        let (links, uses, is_admin): (
            std::collections::HashMap<String, String>,
            std::collections::HashMap<String, String>,
            bool,
        ) = self.shared.link.send("list links", &commands).await?;
        let now = Timestamp::now();
        let mut found: Vec<_> = links
            .iter()
            .filter_map(|(digest, json)| read(json, uses.get(digest)?))
            .filter(|link| link.expires_at > now && (is_admin || link.by == Some(asker)))
            .collect();
        found.sort_by_key(|link| std::cmp::Reverse(link.at));
        Ok(found)
    }

    async fn revoke_link(&self, asker: UserUuid, link: Uuid) -> Attempt<()> {
        let mut script = REVOKE_LINK.arg(asker.to_string());
        let _: bool = self.shared.link.attempt("end a link", script.arg(link.to_string())).await?;
        Ok(())
    }

    async fn use_link(&self, used: LinkUse) -> Attempt<(User, Role)> {
        let action = "use a link";
        let LinkUse { link, user, password_hash, key, device, session, at } = used;
        let news = News::KeysRevoked { user, kept: Some(key.0), session };
        let password = password_hash.unwrap_or_default();
        let mut script = USE_LINK.arg(hex(&link.0));
        script.arg(user.to_string()).arg(now(at)).arg(hex(&key.0)).arg(device);
        script.arg(&password).arg(KEYS_LIMIT).arg(news.envelope()).arg(self.shared.link.prefix());
        let found: Vec<String> = self.shared.link.attempt(action, &script).await?;
        let [name, standing] = &found[..] else { return Err(unreadable(action, "a user").into()) };
        Ok((User { uuid: user, name: name.as_str().into() }, standing_of(standing).role))
    }

    async fn devices(&self, user: UserUuid) -> Result<Vec<Device>> {
        let mut commands = redis::pipe();
        commands.cmd("HGETALL").arg(format!("access_key:{user}"));
        commands.cmd("HGETALL").arg(format!("accessKeyDevices:{user}"));
        let (keys, names): (
            std::collections::HashMap<String, i64>,
            std::collections::HashMap<String, String>,
        ) = self.shared.link.send("list devices", &commands).await?;
        let device = |(digest, used_at): (&String, &i64)| {
            let name = names.get(digest).map_or("", String::as_str).into();
            Some(Device { digest: unhex(digest)?, name, used_at: *used_at })
        };
        let mut devices: Vec<_> = keys.iter().filter_map(device).collect();
        devices.sort_by_key(|device| (std::cmp::Reverse(device.used_at), device.digest.0));
        Ok(devices)
    }

    async fn edit_user(&self, edit: UserEdit) -> Attempt<UserStatus> {
        let status = self::edit(&self.shared.link, edit).await?;
        Ok(UserStatus { online: self.is_online(edit.user), ..status })
    }

    async fn has_admin(&self) -> Result<bool> {
        let mut commands = redis::pipe();
        commands.cmd("EXISTS").arg("admins");
        let (found,): (bool,) = self.shared.link.send("look for an admin", &commands).await?;
        Ok(found)
    }
}

/// Adds links from the command line.
///
/// # Errors
/// When Redis can't be written.
pub async fn add_links(
    url: &str,
    roots: Option<Vec<u8>>,
    links: &[(Link, KeyDigest)],
) -> Attempt<()> {
    let to = open(url, roots).await?;
    for (link, digest) in links {
        add(&to, link, *digest).await?;
    }
    Ok(())
}

/// All users by their folded names, for the command line.
///
/// # Errors
/// When Redis can't be read.
pub async fn known_users(url: &str, roots: Option<Vec<u8>>) -> Result<Vec<KnownUser>> {
    let action = "list users";
    let from = open(url, roots).await?;
    let mut commands = redis::pipe();
    commands.cmd("ZRANGE").arg("usersOnline").arg(0).arg(-1);
    commands.cmd("ZRANGE").arg("usersOffline").arg(0).arg(-1);
    let (mut members, offline): (Vec<String>, Vec<String>) = from.send(action, &commands).await?;
    members.extend(offline);
    members.sort();
    let mut known = Vec::new();
    for members in members.chunks(AT_ONCE) {
        let mut commands = redis::pipe();
        let members: Vec<_> = members.iter().filter_map(|at| at.split_once('\0')).collect();
        for (_, uuid) in &members {
            commands.cmd("HMGET").arg(format!("user:{uuid}")).arg(&[
                "name",
                "role",
                "deactivatedAt",
            ]);
        }
        let found: Vec<[Option<String>; 3]> = from.send(action, &commands).await?;
        known.extend(members.iter().zip(found).filter_map(|((folded, uuid), fields)| {
            let [name, role, deactivated_at] = fields;
            let role = if role.as_deref() == Some("admin") { Role::Admin } else { Role::Member };
            Some(KnownUser {
                user: User { uuid: uuid.parse().ok()?, name: name?.into() },
                folded_name: (*folded).to_owned(),
                standing: Standing { role, deactivated: deactivated_at.is_some(), hook: false },
            })
        }));
    }
    Ok(known)
}

/// Changes a user from the command line.
///
/// # Errors
/// When it is denied, or Redis can't be written.
pub async fn edit_user(url: &str, roots: Option<Vec<u8>>, change: UserEdit) -> Attempt<()> {
    edit(&open(url, roots).await?, change).await?;
    Ok(())
}

async fn edit(link: &super::link::Link, edit: UserEdit) -> Attempt<UserStatus> {
    let action = "edit a user";
    let role = match edit.role {
        Some(Role::Admin) => "admin",
        Some(Role::Member) => "member",
        None => "",
    };
    let deactivated = match edit.deactivated {
        Some(true) => "1",
        Some(false) => "0",
        None => "",
    };
    let news = News::KeysRevoked { user: edit.user, kept: None, session: edit.session };
    let asker = edit.asker.map(|asker| asker.to_string()).unwrap_or_default();
    let (since, until) = edit.deletion().map_or_else(Default::default, |deletion| {
        (deletion.since.to_string(), deletion.until.to_string())
    });
    let mut script = EDIT_USER.arg(asker);
    script.arg(edit.user.to_string()).arg(role).arg(deactivated).arg(now(edit.at));
    script
        .arg(news.envelope())
        .arg(since)
        .arg(until)
        .arg(Uuid::new_v4().to_string())
        .arg(link.prefix());
    let found: Vec<String> = link.attempt(action, &script).await?;
    listed(&found).next().ok_or_else(|| Failure::from(unreadable(action, "a user")))
}

async fn open(url: &str, roots: Option<Vec<u8>>) -> Result<super::link::Link> {
    let action = "open the Redis store";
    let client = client::of(url, roots).map_err(|error| super::unavailable(action, &error))?;
    super::reach::reach(&client, "command").await
}

async fn add(to: &super::link::Link, link: &Link, digest: KeyDigest) -> Attempt<()> {
    // Words, numbers and strings only: there is nothing that could fail.
    let json = serde_json::to_string(&stored(link)).unwrap_or_default();
    let text = |user: Option<UserUuid>| user.map(|user| user.to_string()).unwrap_or_default();
    let mut script = ADD_LINK.arg(hex(&digest.0));
    script.arg(json).arg(link.uses).arg(text(link.by)).arg(text(link.user)).arg(now(link.at));
    script.arg(match link.kind {
        crate::LinkKind::Invite | crate::LinkKind::Reset => "admins",
        crate::LinkKind::Claim | crate::LinkKind::Device => "",
    });
    let _: bool = to.attempt("make a link", &script).await?;
    Ok(())
}

/// With times in whole seconds, which sort as text does.
fn stored(link: &Link) -> Link {
    let whole = |time: Timestamp| Timestamp::from_second(time.as_second()).unwrap_or(time);
    Link { at: whole(link.at), expires_at: whole(link.expires_at), ..link.clone() }
}

pub(super) fn now(at: Timestamp) -> String {
    Timestamp::from_second(at.as_second()).unwrap_or(at).to_string()
}

fn read(json: &str, uses: &str) -> Option<Link> {
    let link: Link = serde_json::from_str(json).ok()?;
    Some(Link { uses: uses.parse().ok()?, ..link })
}

fn unhex(text: &str) -> Option<KeyDigest> {
    let mut bytes = [0; 32];
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    for (byte, at) in bytes.iter_mut().zip((0..64).step_by(2)) {
        *byte = u8::from_str_radix(&text[at..at + 2], 16).ok()?;
    }
    Some(KeyDigest(bytes))
}
