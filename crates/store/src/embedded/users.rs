//! The list of all users: online first, then by name, a page at a time.

use rusqlite::Connection;

use super::presence::{Listed, Presence};
use super::statements::accounts;
use crate::{User, UserStatus, UsersPage, UsersQuery};

/// Where a page begins is known in memory; the names of those offline are looked up, one by one.
pub(super) fn page(
    db: &Connection,
    presence: &Presence,
    query: &UsersQuery,
) -> rusqlite::Result<UsersPage> {
    let Listed { total, online, offline, standings } = presence.page(query);
    let status = |user: User, online| UserStatus {
        standing: standings.get(&user.uuid).copied().unwrap_or_default(),
        user,
        online,
    };
    let mut users: Vec<_> = online.into_iter().map(|user| status(user, true)).collect();
    for user in offline {
        let user = accounts::user(db, user)?;
        users.extend(user.map(|user| status(user, false)));
    }
    Ok(UsersPage { total, users })
}

#[cfg(test)]
mod tests {
    use chinwag_protocol::UserUuid;
    use rusqlite::StatementStatus;
    use tempfile::TempDir;

    use super::*;
    use crate::embedded::schema;

    const USERS: u64 = 100_000;

    #[test]
    fn the_last_page_of_100_000_users_costs_what_the_first_does() {
        let dir = TempDir::new().unwrap();
        let db = schema::open_writer(&dir.path().join("chinwag.db")).unwrap();
        let name = |number: u64| format!("p {number:06}");
        let fill = db.unchecked_transaction().unwrap();
        let mut online = Vec::new();
        for number in 0..USERS {
            let user = User { uuid: UserUuid::random(), name: name(number).into() };
            accounts::insert_user(&fill, &user, &name(number), "").unwrap();
            if number % 2 == 0 {
                online.push(user);
            }
        }
        fill.commit().unwrap();
        let presence = Presence::load(&db).unwrap();
        for user in &online {
            presence.start_session(user, user.name.to_string(), |_| Ok(())).unwrap();
        }
        // SQLite's own count of what it did, in steps of its virtual machine, for a page of 100.
        let steps = |offset, prefix: &str, first: u64| {
            db.prepare_cached(accounts::USER).unwrap().reset_status(StatementStatus::VmStep);
            let query = UsersQuery { offset, limit: 100, folded_prefix: prefix.to_owned() };
            let found = page(&db, &presence, &query).unwrap();
            let names: Vec<_> =
                found.users.iter().map(|status| status.user.name.to_string()).collect();
            let expected: Vec<_> = (0..100).map(|place| name(first + 2 * place)).collect();
            assert_eq!(names, expected);
            db.prepare_cached(accounts::USER).unwrap().get_status(StatementStatus::VmStep)
        };
        assert_eq!(steps(0, "", 0), 0);
        let first_offline = steps(USERS / 2, "", 1);
        assert!((1..=1_000).contains(&first_offline), "{first_offline}");
        assert_eq!(steps(USERS - 100, "", USERS - 199), first_offline);
        assert_eq!(steps(9_900, "p 09", 99_801), first_offline);
    }
}
