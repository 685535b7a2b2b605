//! Who asks, about which channel, and what is there before they ask.

use std::process::Command;

use serde_json::{Value, json};

use super::rows::Place;
use crate::support::{TestClient, TestRedis, TestServer};

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Who {
    Nobody,
    /// Was a member once, where there are members.
    Outsider,
    Member,
    Owner,
    /// A member.
    Bot,
    /// No member.
    Admin,
    /// By the other user of the channel.
    Blocked,
    Deactivated,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Where {
    General,
    /// Where owners post, in General: its admins.
    ClosedGeneral,
    Direct,
    Group,
    Public,
    Private,
    Archived,
    /// Where owners post.
    Announcements,
}

/// No channel, hook or user.
pub const NOBODY: &str = "123e4567-e89b-12d3-a456-426614174000";

/// Those who make what the others ask about.
pub struct Scene<'a> {
    pub here: &'a TestServer,
    pub there: &'a TestServer,
    /// An admin.
    pub max: TestClient,
    /// The owner of all channels.
    pub ada: TestClient,
    /// The other member.
    pub cid: TestClient,
    pub tom: TestClient,
    pub columns: usize,
}

impl<'a> Scene<'a> {
    pub fn new(here: &'a TestServer, there: &'a TestServer, redis: Option<&TestRedis>) -> Self {
        let (ada, cid, tom) = (here.sign_in("Ada"), there.sign_in("Cid"), here.sign_in("Tom"));
        let max = first_admin(here, redis);
        Self { here, there, max, ada, cid, tom, columns: 0 }
    }

    /// Makes what a column asks about, and signs its asker in.
    pub fn place(&mut self, who: Who, channel: Where) -> (TestClient, Place) {
        self.columns += 1;
        let unique = format!("column-{}", self.columns);
        let (mut asker, me, sign_in) = self.asker(who, &unique);
        // A group never changes, so that a stranger can't have written in it.
        let never = who == Who::Nobody || (who == Who::Outsider && channel == Where::Group);
        let member = if never { self.ada.user.clone() } else { me.clone() };
        let recipient = self.channel(channel, &member, &unique);
        let of_cid = if channel == Where::Direct { me.clone() } else { recipient.clone() };
        let others = messages(&mut self.cid, &of_cid);
        let own = if never { others } else { messages(&mut asker, &recipient) };
        let hook = self.hook(channel, &recipient, &unique);
        let report = json!({"recipientUUID": of_cid, "seq": others[0], "reason": "Spam"});
        // One user makes ten reports an hour, and others can't close any.
        let report = if who == Who::Admin {
            self.cid.ask("report", report)["UUID"].clone()
        } else {
            json!(NOBODY)
        };
        let link = self.max.ask("linkCreate", json!({"kind": "invite"}));
        let secret = link["url"].as_str().unwrap().split_once("#link=").unwrap().1.to_owned();
        self.settle(who, channel, &recipient, &me, &mut asker);
        let place = Place {
            recipient,
            other: self.cid.user.clone(),
            target: self.tom.user.clone(),
            own,
            others,
            hook,
            link: link["UUID"].clone(),
            secret,
            report,
            me,
            sign_in,
            unique,
        };
        (asker, place)
    }

    /// A connection of this one, the UUID, and how to sign in.
    fn asker(&mut self, who: Who, unique: &str) -> (TestClient, String, Value) {
        let name = format!("asker of {unique}");
        let mut client = self.there.connect();
        let mut sign_in = json!({"username": name, "password": "secret"});
        match who {
            Who::Nobody => {
                return (
                    client,
                    NOBODY.to_owned(),
                    json!({"username": "Tom", "password": "secret"}),
                );
            }
            Who::Bot => {
                let made = self.max.ask("botCreate", json!({"username": name}));
                sign_in = json!({"accessKey": made["accessKey"]});
                client.send(&json!({"type": "signIn", "signIn": sign_in}));
                made["user"]["UUID"].as_str().unwrap().clone_into(&mut client.user);
                client.until("authorized");
            }
            _ => client.sign_in(&name),
        }
        if who == Who::Admin {
            self.max.ask("userEdit", json!({"userUUID": client.user, "role": "admin"}));
        }
        let me = client.user.clone();
        (client, me, sign_in)
    }

    /// Makes the channel, with this member; returns how the asker names it.
    fn channel(&mut self, channel: Where, member: &str, unique: &str) -> String {
        let users = [member, &self.cid.user, &self.tom.user];
        match channel {
            Where::General | Where::ClosedGeneral => {
                self.max.ask("channelEdit", json!({"recipientUUID": "", "posting": "all"}));
                String::new()
            }
            Where::Direct => self.cid.user.clone(),
            Where::Group => {
                let made = self.cid.ask("channelCreate", json!({"users": users}));
                made["UUID"].as_str().unwrap().to_owned()
            }
            _ => {
                let private = channel == Where::Private;
                let new = json!({"name": format!("channel of {unique}"), "private": private, "users": users});
                self.ada.ask("channelCreate", new)["UUID"].as_str().unwrap().to_owned()
            }
        }
    }

    fn hook(&mut self, channel: Where, recipient: &str, unique: &str) -> Value {
        let maker = match channel {
            Where::General | Where::ClosedGeneral => &mut self.max,
            Where::Direct | Where::Group => return json!(NOBODY),
            _ => &mut self.ada,
        };
        let new = json!({"recipientUUID": recipient, "name": format!("hook of {unique}")});
        maker.ask("hookCreate", new)["UUID"].clone()
    }

    /// Makes the asker and the channel what they are to be.
    fn settle(
        &mut self,
        who: Who,
        channel: Where,
        recipient: &str,
        me: &str,
        asker: &mut TestClient,
    ) {
        let is_general = [Where::General, Where::ClosedGeneral].contains(&channel);
        let is_named = !is_general && ![Where::Direct, Where::Group].contains(&channel);
        match who {
            Who::Outsider | Who::Admin if is_named => {
                let removal = json!({"recipientUUID": recipient, "userUUID": me});
                self.ada.ask("memberRemove", removal);
            }
            Who::Owner => {
                let owner = json!({"recipientUUID": recipient, "users": [me], "owner": true});
                self.ada.ask("memberAdd", owner);
            }
            Who::Blocked => {
                self.cid.ask("block", json!({"userUUID": me, "on": true}));
            }
            Who::Deactivated => {
                self.max.ask("userEdit", json!({"userUUID": me, "deactivated": true}));
                asker.until("signOut");
            }
            _ => {}
        }
        let edit = match channel {
            Where::Archived => json!({"recipientUUID": recipient, "archived": true}),
            Where::Announcements | Where::ClosedGeneral => {
                json!({"recipientUUID": recipient, "posting": "owners"})
            }
            _ => return,
        };
        let editor = if is_general { &mut self.max } else { &mut self.ada };
        editor.ask("channelEdit", edit);
    }
}

/// Two messages, by their `Seq`.
fn messages(client: &mut TestClient, recipient: &str) -> [u64; 2] {
    [(); 2].map(|()| {
        let payload = json!({"recipientUUID": recipient, "message": "hello"});
        client.ask("channelMessage", payload)["Seq"].as_u64().unwrap()
    })
}

/// Max, by a link of the command line.
fn first_admin(here: &TestServer, redis: Option<&TestRedis>) -> TestClient {
    let mut command = Command::new(env!("CARGO_BIN_EXE_chinwag"));
    command.args(["admin", "Max"]).env("DATA_DIR", here.data_dir());
    if let Some(redis) = redis {
        command.env("REDIS_URL", redis.url());
    }
    let printed = String::from_utf8(command.output().unwrap().stdout).unwrap();
    let (_, link) = printed.trim_end().split_once("#link=").unwrap();
    let mut client = here.connect();
    let sign_up = json!({"username": "Max", "password": "secret", "link": link});
    client.send(&json!({"type": "signUp", "signUp": sign_up}));
    client.until("authorized");
    client
}
