//! Users: found by name, made once, listed a page at a time.

use async_trait::async_trait;
use chinwag_protocol::UserUuid;

use super::link::unreadable;
use super::records::StoredUser;
use super::scripts::{ACCOUNT, CREATE_ACCOUNT, MEMBERS, STATUS, USERS};
use super::{RedisStore, Shared, access_keys, links, notify};
use crate::look::looks;
use crate::{
    Account, Accounts, Creation, MEMBERS_LIMIT, NewAccount, NotifyChange, NotifySettings,
    PasswordChange, Result, Sessions, User, UserStatus, UsersPage, UsersQuery,
};

#[async_trait]
impl Accounts for RedisStore {
    async fn account(&self, folded_name: &str) -> Result<Option<Account>> {
        find(&self.shared, folded_name).await
    }

    async fn create_account(&self, account: NewAccount) -> Result<Creation> {
        create(&self.shared, account).await
    }

    async fn users_named(&self, folded_names: Vec<String>) -> Result<Vec<Option<User>>> {
        named(&self.shared, &folded_names).await
    }

    async fn known_users(&self, users: Vec<UserUuid>) -> Result<Vec<User>> {
        let known = self.shared.names.users(&self.shared.link, &users).await?;
        Ok(users.iter().filter_map(|user| known.get(user).cloned()).collect())
    }

    async fn status(&self, users: Vec<UserUuid>) -> Result<Vec<UserStatus>> {
        let users: Vec<_> = users.iter().map(UserUuid::to_string).collect();
        let (first, others) = users.split_at(users.len().min(1));
        let Some(first) = first.first() else { return Ok(Vec::new()) };
        let found: Vec<String> =
            self.shared.link.run("find users", STATUS.arg(first).arg(others)).await?;
        let online =
            |user: UserStatus| UserStatus { online: self.is_online(user.user.uuid), ..user };
        Ok(listed(&found).filter(|user| !user.user.name.is_empty()).map(online).collect())
    }

    async fn users(&self, query: UsersQuery) -> Result<UsersPage> {
        page(&self.shared, query).await
    }

    async fn notify_settings(&self, users: Vec<UserUuid>) -> Result<Vec<NotifySettings>> {
        notify::settings(&self.shared, &users).await
    }

    async fn change_notify(&self, change: NotifyChange) -> Result<NotifySettings> {
        notify::change(&self.shared, &change).await
    }

    async fn change_password(&self, change: PasswordChange) -> Result<bool> {
        access_keys::change_password(&self.shared, change).await
    }
}

async fn find(shared: &Shared, folded_name: &str) -> Result<Option<Account>> {
    let action = "find an account";
    let found: Vec<String> = shared.link.run(action, &ACCOUNT.arg(folded_name)).await?;
    let [uuid, name, password, standing] = &found[..] else { return Ok(None) };
    let uuid = uuid.parse().map_err(|_| unreadable(action, "a user"))?;
    let user = User { uuid, name: name.as_str().into() };
    let standing = access_keys::standing_of(standing);
    Ok(Some(Account { user, password_hash: password.clone(), standing }))
}

async fn named(shared: &Shared, folded_names: &[String]) -> Result<Vec<Option<User>>> {
    if folded_names.is_empty() {
        return Ok(Vec::new());
    }
    let mut commands = redis::pipe();
    commands.cmd("MGET");
    for name in folded_names {
        commands.arg(format!("usersUsernameUUID:{name}"));
    }
    let (found,): (Vec<Option<String>>,) = shared.link.send("find users", &commands).await?;
    let found: Vec<Option<UserUuid>> =
        found.into_iter().map(|user| user.and_then(|user| user.parse().ok())).collect();
    let users: Vec<_> = found.iter().copied().flatten().collect();
    let users = shared.names.users(&shared.link, &users).await?;
    Ok(found.into_iter().map(|user| users.get(&user?).cloned()).collect())
}

async fn create(shared: &Shared, account: NewAccount) -> Result<Creation> {
    let NewAccount { user, folded_name, password_hash, link } = account;
    let (digest, now) =
        link.map(|(digest, at)| (access_keys::hex(&digest.0), links::now(at))).unwrap_or_default();
    let mut script = CREATE_ACCOUNT.arg(user.uuid.to_string());
    script.arg(&*user.name).arg(folded_name).arg(&password_hash);
    script.arg(StoredUser::new(&user, password_hash).json()).arg(digest).arg(now);
    script.arg(looks(&user.name));
    let answer: u8 = shared.link.run("create an account", &script).await?;
    Ok(match answer {
        0 => Creation::NameTaken,
        1 => Creation::Created,
        3 => Creation::LinkEnded,
        _ => Creation::LooksTaken,
    })
}

async fn page(shared: &Shared, query: UsersQuery) -> Result<UsersPage> {
    let action = "list users";
    let mut script = USERS.arg(query.folded_prefix);
    script.arg(query.offset.min(1 << 53)).arg(query.limit);
    let answer: Vec<String> = shared.link.run(action, &script).await?;
    let [total, online, rest @ ..] = &answer[..] else {
        return Err(unreadable(action, "a user"));
    };
    let number = |text: &str| text.parse::<u64>().map_err(|_| unreadable(action, "a number"));
    let (total, online) = (number(total)?, number(online)?);
    let users =
        (0..).zip(listed(rest)).map(|(at, user)| UserStatus { online: at < online, ..user });
    Ok(UsersPage { total, users: users.collect() })
}

/// The first members of General by name, and how many there are, as if this user had joined it.
pub(super) async fn general_members(
    shared: &Shared,
    user: &User,
) -> Result<(Vec<UserStatus>, u64)> {
    let action = "read a channel's members";
    let mut script = MEMBERS.arg(MEMBERS_LIMIT);
    let answer: Vec<String> = shared.link.run(action, script.arg(user.uuid.to_string())).await?;
    let (total, rest) = answer.split_first().ok_or_else(|| unreadable(action, "a member"))?;
    let total = total.parse().map_err(|_| unreadable(action, "a number"))?;
    Ok((listed(rest).collect(), total))
}

/// Users who are online, from what `scripts/standing.lua` lists of each.
pub(super) fn listed(rows: &[String]) -> impl Iterator<Item = UserStatus> {
    let (rows, _) = rows.as_chunks::<3>();
    rows.iter().filter_map(|[uuid, name, standing]| {
        let user = User { uuid: uuid.parse().ok()?, name: name.as_str().into() };
        Some(UserStatus { user, online: true, standing: access_keys::standing_of(standing) })
    })
}

/// Users from pairs of UUID and name.
pub(super) fn people(pairs: &[String]) -> impl Iterator<Item = User> {
    let (pairs, _) = pairs.as_chunks::<2>();
    pairs.iter().filter_map(|[uuid, name]| {
        Some(User { uuid: uuid.parse().ok()?, name: name.as_str().into() })
    })
}
