//! Links, as they stand in frames.

use chinwag_protocol::{UserUuid, outgoing};
use chinwag_store::{Link, LinkKind, User};

/// A link without its secret, with the names of its users.
pub fn link(link: Link, users: &[User]) -> outgoing::Link {
    let named = |uuid: Option<UserUuid>| {
        let user = users.iter().find(|user| Some(user.uuid) == uuid)?;
        Some(super::user(user, None))
    };
    outgoing::Link {
        uuid: link.uuid,
        kind: match link.kind {
            LinkKind::Claim => outgoing::LinkKind::Claim,
            LinkKind::Invite => outgoing::LinkKind::Invite,
            LinkKind::Reset => outgoing::LinkKind::Reset,
            LinkKind::Device => outgoing::LinkKind::Device,
        },
        url: None,
        expires_at: link.expires_at,
        uses_left: link.uses,
        by: named(link.by),
        user: named(link.user),
        channels: link.channels,
    }
}
