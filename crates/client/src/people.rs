//! Accounts: links, devices, roles, blocks and reports.

use chinwag_protocol::incoming::{Block, NewLink, NewReport, ReportsPage, UserEdit, UuidRef};
use chinwag_protocol::outgoing::{Device, Link, Reports, ServerFigures, User};
use chinwag_protocol::{Body, Request, UserUuid};
use uuid::Uuid;

use crate::client::reply;
use crate::{At, Client, Error};

/// Requests about accounts. All of them fail with [`Error::Refused`] or, without a connection, [`Error::Disconnected`]; one of an
/// admin alone with [`NotAllowed`](chinwag_protocol::ErrorCode::NotAllowed), and each with
/// [`UnknownType`](chinwag_protocol::ErrorCode::UnknownType) on a server of 0.1.
impl Client {
    /// Makes a link: as an admin an invite or the reset of a password, for oneself the sign-in of another device. Its `url` is a
    /// secret, and told this once.
    ///
    /// # Errors
    /// When the server refuses, or there is no connection.
    pub async fn create_link(&self, new: NewLink) -> Result<Link, Error> {
        reply!(self, Request::LinkCreate(new), LinkCreate)
    }

    /// The links that can still be used, without their secrets: for an admin those of the server, for others their own.
    ///
    /// # Errors
    /// When the server refuses, or there is no connection.
    pub async fn links(&self) -> Result<Vec<Link>, Error> {
        reply!(self, Request::Links, Links).map(|listed| listed.links)
    }

    /// Ends a link.
    ///
    /// # Errors
    /// When the server refuses, or there is no connection.
    pub async fn revoke_link(&self, link: Uuid) -> Result<(), Error> {
        reply!(self, Request::LinkRevoke(UuidRef { uuid: link }), LinkRevoke).map(drop)
    }

    /// The devices on which the user is signed in, the one used last first.
    ///
    /// # Errors
    /// When the server refuses, or there is no connection.
    pub async fn devices(&self) -> Result<Vec<Device>, Error> {
        reply!(self, Request::Devices, Devices).map(|listed| listed.devices)
    }

    /// Signs out one of the devices.
    ///
    /// # Errors
    /// When the server refuses, or there is no connection.
    pub async fn end_device(&self, device: Uuid) -> Result<(), Error> {
        reply!(self, Request::DeviceEnd(UuidRef { uuid: device }), DeviceEnd).map(drop)
    }

    /// Changes the role of a user, deactivates one or brings one back, or deletes a user's messages, as an admin. Returns the user
    /// as it is then.
    ///
    /// # Errors
    /// When the server refuses, or there is no connection.
    pub async fn edit_user(&self, edit: UserEdit) -> Result<User, Error> {
        reply!(self, Request::UserEdit(edit), UserEdit)
    }

    /// Blocks a user, or ends that. Returns all whom the user has blocked.
    ///
    /// # Errors
    /// When the server refuses, or there is no connection.
    pub async fn block(&self, user: UserUuid, on: bool) -> Result<Vec<User>, Error> {
        self.blocks(Block { user: Some(user), on: Some(on) }).await
    }

    /// Those whom the user has blocked, by name.
    ///
    /// # Errors
    /// When the server refuses, or there is no connection.
    pub async fn blocked(&self) -> Result<Vec<User>, Error> {
        self.blocks(Block::default()).await
    }

    async fn blocks(&self, block: Block) -> Result<Vec<User>, Error> {
        reply!(self, Request::Block(block), Block).map(|blocked| blocked.users)
    }

    /// Reports a message to the admins, who get a copy of it.
    ///
    /// # Errors
    /// When the server refuses, or there is no connection.
    pub async fn report(
        &self,
        at: impl Into<At<'_>>,
        reason: impl Into<String>,
    ) -> Result<(), Error> {
        let at = self.reference(at);
        let new = NewReport { recipient: at.recipient, seq: at.seq, reason: reason.into() };
        reply!(self, Request::Report(new), Report).map(drop)
    }

    /// The open reports, as an admin, newest first, page by page.
    ///
    /// # Errors
    /// When the server refuses, or there is no connection.
    pub async fn reports(&self, page: ReportsPage) -> Result<Reports, Error> {
        reply!(self, Request::Reports(page), Reports)
    }

    /// Closes a report, and deletes its copy of the message.
    ///
    /// # Errors
    /// When the server refuses, or there is no connection.
    pub async fn close_report(&self, report: Uuid) -> Result<(), Error> {
        reply!(self, Request::ReportClose(UuidRef { uuid: report }), ReportClose).map(drop)
    }

    /// How much there is on the server, as an admin.
    ///
    /// # Errors
    /// When the server refuses, or there is no connection.
    pub async fn server_figures(&self) -> Result<ServerFigures, Error> {
        reply!(self, Request::Server, Server)
    }
}
