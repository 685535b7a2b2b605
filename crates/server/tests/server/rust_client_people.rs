//! The Rust client manages accounts, bots and hooks on the real server.

use std::process::Command;

use chinwag_client::protocol::ErrorCode;
use chinwag_client::protocol::incoming::{NewLink, NewLinkKind, ReportsPage, UserEdit};
use chinwag_client::protocol::outgoing::{Role, User};
use chinwag_client::{Channel, Client, Event, Events, Login};

use crate::support::TestServer;

fn secret_of(url: &str) -> String {
    url.trim().split_once("#link=").unwrap().1.to_owned()
}

async fn sign_in(server: &TestServer, login: Login) -> (Client, Events) {
    Client::sign_in(server.address(), login).await.unwrap()
}

/// Ada, who is an admin by the link of `chinwag admin`.
async fn admin(server: &TestServer) -> (Client, Events) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_chinwag"));
    let output =
        command.args(["admin", "Ada"]).env("DATA_DIR", server.data_dir()).output().unwrap();
    let link = secret_of(&String::from_utf8(output.stdout).unwrap());
    let (name, password) = ("Ada".into(), "secret".into());
    sign_in(server, Login::Join { name, password, link }).await
}

fn new_link(kind: NewLinkKind) -> NewLink {
    NewLink { kind, uses: None, expires: None, channels: Vec::new(), user: None }
}

fn names(users: &[User]) -> Vec<&str> {
    users.iter().map(|user| &*user.username).collect()
}

#[tokio::test]
async fn an_admin_invites_and_ends_an_account() {
    let server = TestServer::embedded();
    let (ada, _events) = admin(&server).await;
    let invite = NewLink { uses: Some(2), ..new_link(NewLinkKind::Invite) };
    let made = ada.create_link(invite).await.unwrap();
    let link = secret_of(&made.url.unwrap());
    let join = Login::Join { name: "Bob".into(), password: "secret".into(), link };
    let (bob, mut bobs) = sign_in(&server, join).await;
    let listed = ada.links().await.unwrap();
    assert_eq!((listed.len(), listed[0].uses_left, &listed[0].url), (1, 1, &None));
    ada.revoke_link(made.uuid).await.unwrap();
    assert_eq!(ada.links().await.unwrap(), []);
    let refused = bob.server_figures().await.unwrap_err();
    assert_eq!(refused.code(), Some(ErrorCode::NotAllowed));
    assert_eq!(ada.server_figures().await.unwrap().users, 2);
    let edit = UserEdit { user: bob.me(), deactivated: Some(true), ..UserEdit::default() };
    let edited = ada.edit_user(edit).await.unwrap();
    assert_eq!((edited.deactivated, edited.role), (true, Role::Member));
    while let Some(event) = bobs.next().await {
        assert!(!matches!(event, Event::Message(_)), "{event:?}");
    }
}

#[tokio::test]
async fn a_user_blocks_reports_and_signs_a_device_out() {
    let server = TestServer::embedded();
    let (ada, _events) = admin(&server).await;
    let login = Login::SignUp { name: "Bob".into(), password: "secret".into() };
    let (bob, _bobs) = sign_in(&server, login).await;
    assert_eq!(names(&bob.block(ada.me(), true).await.unwrap()), ["Ada"]);
    assert_eq!(names(&bob.blocked().await.unwrap()), ["Ada"]);
    let refused = bob.send(Channel::Direct(ada.me()), "psst").await.unwrap_err();
    assert_eq!(refused.code(), Some(ErrorCode::MessageRefused));
    assert_eq!(bob.block(ada.me(), false).await.unwrap(), []);

    let rude = bob.send(Channel::General, "rude").await.unwrap();
    bob.report(&rude, "It is rude.").await.unwrap();
    let reports = ada.reports(ReportsPage::default()).await.unwrap().reports;
    assert_eq!((reports.len(), &*reports[0].reason), (1, "It is rude."));
    assert_eq!(&*reports[0].message.text, "rude");
    ada.close_report(reports[0].uuid).await.unwrap();
    assert_eq!(ada.reports(ReportsPage::default()).await.unwrap().reports, []);

    let made = bob.create_link(new_link(NewLinkKind::Device)).await.unwrap();
    let link = secret_of(&made.url.unwrap());
    let (phone, mut events) = sign_in(&server, Login::Link { link, password: None }).await;
    assert_eq!(phone.me(), bob.me());
    let devices = bob.devices().await.unwrap();
    let other = devices.iter().find(|device| !device.current).unwrap();
    assert_eq!(devices.len(), 2);
    bob.end_device(other.uuid).await.unwrap();
    // The events end with the session.
    while events.next().await.is_some() {}
    assert_eq!(bob.devices().await.unwrap().len(), 1);
}

#[tokio::test]
async fn an_admin_makes_bots_and_hooks() {
    let server = TestServer::embedded();
    let (ada, _events) = admin(&server).await;
    let made = ada.create_bot("Helper").await.unwrap();
    let login = Login::Resume { access_key: made.access_key };
    let (bot, _) = sign_in(&server, login).await;
    let said = bot.send(Channel::General, "Here").await.unwrap();
    assert!(said.sender.bot && said.sender_uuid.is_bot());
    let refused = bot.create_hook(Channel::General, "Alerts").await.unwrap_err();
    assert_eq!(refused.code(), Some(ErrorCode::NotAllowed));
    let hook = ada.create_hook(Channel::General, "Alerts").await.unwrap();
    assert!(hook.url.contains("/hooks/"), "{}", hook.url);
    let listed = ada.hooks(Some(Channel::General.id())).await.unwrap();
    assert_eq!(listed, std::slice::from_ref(&hook.hook));
    assert_eq!(ada.hooks(None).await.unwrap(), listed);
    ada.delete_hook(hook.hook.uuid).await.unwrap();
    assert_eq!(ada.hooks(None).await.unwrap(), []);
}
