//! Channels of others, in which everything happens that can.

use serde_json::{Value, json};

use super::answer;
use super::rows::{IN_CHANNEL, Place, kind};
use super::scene::{NOBODY, Scene};
use crate::files::ask::{create, put, send, status, text};
use crate::support::TestClient;

/// What stands in channels of others.
pub const SECRET: &str = "the-secret-of-the-others";

/// A private channel and a group of Ada and Cid. Their direct channel belongs to them.
pub struct Inside {
    /// By their UUIDs, the private one first.
    pub channels: Vec<String>,
    pub files: Vec<String>,
    /// A hook of the private channel.
    pub hook: Value,
    name: String,
    /// The UUIDs of messages.
    messages: Vec<String>,
    /// The secrets of uploads, the hook and an invite.
    keys: Vec<String>,
}

impl Inside {
    pub fn new(scene: &mut Scene) -> Self {
        scene.columns += 1;
        let name = format!("den-{}", scene.columns);
        let members = json!([scene.cid.user]);
        let new = json!({"name": name, "topic": SECRET, "private": true, "users": members});
        let den = uuid(&scene.ada.ask("channelCreate", new));
        let users = json!([scene.cid.user, scene.tom.user]);
        let group = uuid(&scene.ada.ask("channelCreate", json!({"users": users})));
        let new = json!({"recipientUUID": den, "name": format!("hook {}", scene.columns)});
        let made = scene.ada.ask("hookCreate", new);
        let mut keys = vec![secret(&made, "/")];
        // An admin who is a member invites into it.
        let role = |role: &str| json!({"userUUID": scene.ada.user, "role": role});
        let (admin, member) = (role("admin"), role("member"));
        scene.max.ask("userEdit", admin);
        let invite = json!({"kind": "invite", "channels": [den]});
        keys.push(secret(&scene.ada.ask("linkCreate", invite), "#link="));
        scene.max.ask("userEdit", member);
        let channels = vec![den, group];
        Self { channels, files: vec![], hook: made["UUID"].clone(), name, messages: vec![], keys }
    }

    /// What nobody outside may be shown, and no log may have.
    pub fn secrets(&self) -> Vec<String> {
        let all = [&self.channels, &self.files, &self.messages, &self.keys].into_iter().flatten();
        let named = [SECRET, &self.name, "secret.txt", self.hook.as_str().unwrap()];
        all.cloned().chain(named.map(str::to_owned)).collect()
    }

    /// Does everything, with each request that names a channel; returns the types of the news that members heard.
    pub fn happens(&mut self, scene: &mut Scene) -> Vec<String> {
        let mut phone = scene.there.sign_in("Ada");
        for client in [&mut phone, &mut scene.cid, &mut scene.tom] {
            client.ask("inbox", json!({"wants": ["channels", "changes"]}));
        }
        let direct = (scene.cid.user.clone(), scene.ada.user.clone());
        let shared = [0, 1].map(|at| (self.channels[at].clone(), self.channels[at].clone()));
        for (of_ada, of_cid) in shared.into_iter().chain([direct]) {
            self.happens_in(scene, &of_ada, &of_cid);
        }
        let heard = [&mut phone, &mut scene.cid, &mut scene.tom].map(TestClient::so_far).concat();
        heard.iter().map(|frame| frame["type"].as_str().unwrap().to_owned()).collect()
    }

    fn happens_in(&mut self, scene: &mut Scene, of_ada: &str, of_cid: &str) {
        scene.cid.ask("channelJoin", json!({"recipientUUID": of_cid}));
        let up = create(&mut scene.cid, of_cid, "secret.txt", SECRET.len());
        self.keys.push(text(&up, "token").to_owned());
        assert_eq!(status(&put(scene.there, &up, 0, SECRET.as_bytes())), "204");
        let file = text(&up, "UUID").to_owned();
        let own = [(); 2].map(|()| self.say(&mut scene.ada, of_ada, json!({"message": SECRET})));
        let others = [(); 2].map(|()| {
            let reply = json!({"message": SECRET, "replyTo": own[0], "mentions": [scene.tom.user]});
            self.say(&mut scene.cid, of_cid, reply)
        });
        self.messages.push(uuid(&send(&mut scene.cid, of_cid, &[&file])));
        if of_ada == self.channels[0] {
            // Admins see the one message that is reported.
            let message = json!({"recipientUUID": of_ada, "message": "rude", "replyTo": own[0]});
            let rude = scene.ada.ask("channelMessage", message);
            let report = json!({"recipientUUID": of_cid, "seq": rude["Seq"], "reason": "Rude"});
            scene.cid.ask("report", report);
        }
        self.files.push(file);
        let place = Place {
            recipient: of_ada.to_owned(),
            other: scene.cid.user.clone(),
            target: scene.tom.user.clone(),
            own,
            others,
            hook: json!(NOBODY),
            link: json!(NOBODY),
            secret: String::new(),
            report: json!(NOBODY),
            me: scene.ada.user.clone(),
            sign_in: json!({}),
            // The name of a hook is its bot's, which everybody may know.
            unique: "work".to_owned(),
        };
        // What is reported is shown to admins.
        for (label, payload) in IN_CHANNEL.iter().filter(|(label, _)| *label != "`report`") {
            let answer = answer(&mut scene.ada, kind(label), &payload(&place));
            if kind(label) == "channelMessage" {
                self.messages.push(uuid(&answer["channelMessage"]));
            }
        }
    }

    fn say(&mut self, client: &mut TestClient, recipient: &str, mut message: Value) -> u64 {
        message["recipientUUID"] = json!(recipient);
        let sent = client.ask("channelMessage", message);
        self.messages.push(uuid(&sent));
        sent["Seq"].as_u64().unwrap()
    }

    /// Waits until the search finds the latest, so that it could be found from outside.
    pub fn is_found_by_its_members(&self, scene: &mut Scene) {
        let query = json!({"query": SECRET, "limit": 50});
        while !scene.cid.ask("search", query.clone()).to_string().contains(&self.channels[1]) {
            std::thread::yield_now();
        }
    }
}

fn uuid(made: &Value) -> String {
    text(made, "UUID").to_owned()
}

/// What stands behind the last of these in an address.
fn secret(made: &Value, behind: &str) -> String {
    text(made, "url").rsplit_once(behind).unwrap().1.to_owned()
}
