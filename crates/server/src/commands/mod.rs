//! The one match from a request to its handler.

pub mod activity;
pub mod block;
mod bot_create;
pub mod change_password;
pub mod channel_changes;
pub mod channel_create;
pub mod channel_edit;
pub mod channel_members;
pub mod channel_prefs;
pub mod channels;
pub mod devices;
pub mod file_create;
pub mod history;
mod hooks;
pub mod inbox;
pub mod join;
pub mod leave;
pub mod links;
pub mod member_add;
pub mod member_remove;
pub mod mention;
pub mod message;
pub mod message_change;
pub mod message_reactors;
pub mod notify;
pub mod push_subscribe;
pub mod push_test;
pub mod push_unsubscribe;
pub mod read;
pub mod recipient;
pub mod reports;
pub mod search;
mod server;
pub mod sign_in;
pub mod sign_out;
pub mod sign_out_everywhere;
pub mod sign_up;
pub mod typing;
pub mod user_edit;
pub mod users;

use std::panic::AssertUnwindSafe;
use std::rc::Rc;

use chinwag_protocol::{Body, Incoming, Request};
use futures_util::FutureExt;

use crate::connection::Connection;
use crate::core::Core;
use crate::refused::{Outcome, Refused};
use crate::reply;
use crate::traces::Trace;

/// Runs a request to its end, once it is admitted, and answers it if it is refused.
pub async fn run(core: &Rc<Core>, connection: &Rc<Connection>, incoming: Incoming) {
    let (id, kind) = (incoming.id.clone(), incoming.request.kind());
    let trace = Trace::request(kind);
    let outcome = trace.follow(without_panic(kind, handle(core, connection, incoming))).await;
    if let Err(refused) = outcome {
        trace.refused(refused.code);
        core.refuse(connection, id, kind, refused);
    }
}

/// Turns a handler's panic, which is a defect, into a refusal: it costs nobody else anything.
async fn without_panic(kind: &str, handler: impl Future<Output = Outcome>) -> Outcome {
    AssertUnwindSafe(handler).catch_unwind().await.unwrap_or_else(|_| {
        tracing::error!(kind, "a handler panicked");
        Err(Refused::unavailable())
    })
}

async fn handle(core: &Rc<Core>, connection: &Rc<Connection>, incoming: Incoming) -> Outcome {
    let Incoming { id, request, .. } = incoming;
    match request {
        Request::SignIn(sign_in) => sign_in::handle(core, connection, id, sign_in).await,
        Request::SignUp(credentials) => sign_up::handle(core, connection, id, credentials).await,
        Request::SignOut => sign_out::handle(core, connection, id).await,
        Request::SignOutEverywhere => sign_out_everywhere::handle(core, connection, id).await,
        Request::ChangePassword(change) => {
            change_password::handle(core, connection, id, change).await
        }
        Request::ChannelJoin(channel) => join::handle(core, connection, id, channel).await,
        Request::ChannelLeave(channel) => leave::handle(core, connection, id, channel).await,
        Request::ChannelMessage(new) => message::handle(core, connection, id, new).await,
        Request::FileCreate(new) => file_create::handle(core, connection, id, new).await,
        Request::ChannelMessages(page) => history::handle(core, connection, id, page).await,
        Request::ChannelRead(mark) => read::handle(core, connection, id, mark).await,
        Request::ChannelTyping(channel) => typing::handle(core, connection, channel).await,
        Request::Users(page) => users::handle(core, connection, id, page).await,
        Request::Inbox(wants) => inbox::handle(core, connection, id, wants).await,
        Request::ChannelCreate(new) => channel_create::handle(core, connection, id, new).await,
        Request::ChannelEdit(edit) => channel_edit::handle(core, connection, id, edit).await,
        Request::MemberAdd(add) => member_add::handle(core, connection, id, add).await,
        Request::MemberRemove(remove) => member_remove::handle(core, connection, id, remove).await,
        Request::ChannelMembers(page) => channel_members::handle(core, connection, id, page).await,
        Request::Channels(page) => channels::handle(core, connection, id, page).await,
        Request::ChannelPrefs(change) => channel_prefs::handle(core, connection, id, change).await,
        Request::MessageEdit(edit) => message_change::edit(core, connection, id, edit).await,
        Request::MessageDelete(at) => message_change::delete(core, connection, id, at).await,
        Request::MessageReact(react) => message_change::react(core, connection, id, react).await,
        Request::MessagePin(pin) => message_change::pin(core, connection, id, pin).await,
        Request::MessageReactors(page) => {
            message_reactors::handle(core, connection, id, page).await
        }
        Request::ChannelChanges(page) => channel_changes::handle(core, connection, id, page).await,
        Request::Activity(page) => activity::handle(core, connection, id, page).await,
        Request::Notify(change) => notify::handle(core, connection, id, change).await,
        Request::PushSubscribe(new) => push_subscribe::handle(core, connection, id, new).await,
        Request::PushUnsubscribe(at) => push_unsubscribe::handle(core, connection, id, at).await,
        Request::PushTest(at) => push_test::handle(core, connection, id, at).await,
        Request::Search(asked) => search::handle(core, connection, id, asked).await,
        Request::LinkCreate(new) => links::create(core, connection, id, new).await,
        Request::Links => links::list(core, connection, id).await,
        Request::LinkRevoke(at) => links::revoke(core, connection, id, at).await,
        Request::Devices => devices::list(core, connection, id).await,
        Request::DeviceEnd(at) => devices::end(core, connection, id, at).await,
        Request::LinkCheck(at) => links::check(core, connection, id, at).await,
        Request::UserEdit(edit) => user_edit::handle(core, connection, id, edit).await,
        Request::Block(block) => block::handle(core, connection, id, block).await,
        Request::Report(new) => reports::add(core, connection, id, new).await,
        Request::Reports(page) => reports::list(core, connection, id, page).await,
        Request::ReportClose(at) => reports::close(core, connection, id, at).await,
        Request::Server => server::handle(core, connection, id).await,
        Request::BotCreate(new) => bot_create::handle(core, connection, id, new).await,
        Request::HookCreate(new) => hooks::create(core, connection, id, new).await,
        Request::Hooks(of) => hooks::list(core, connection, id, of).await,
        Request::HookDelete(at) => hooks::delete(core, connection, id, at).await,
        Request::Ping => {
            connection.send(reply::to(id, Body::Pong));
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use chinwag_protocol::ErrorCode;

    use super::*;

    #[test]
    fn a_panic_is_error_30() {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let handler = async { panic!("a defect") };
        let outcome = runtime.block_on(without_panic("users", handler));
        assert_eq!(outcome.unwrap_err().code, ErrorCode::StoreUnavailable);
    }
}
