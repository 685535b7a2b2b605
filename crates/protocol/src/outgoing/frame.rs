//! One frame of the server with its envelope: how it is written, and read by clients.

use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

use super::User;
use crate::envelope::Envelope;
use crate::table::Body;
use crate::{RequestId, SessionUuid, UserUuid};

/// One frame from the server.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Outgoing {
    /// That of the request which it answers, where that has one.
    pub id: Option<RequestId>,
    /// Who did it.
    pub by: By,
    /// The `type` and the payload.
    pub body: Body,
}

/// Who did what a frame tells, beside the payload of `sys`, `channelLeave` and `channelTyping`.
#[derive(Clone, PartialEq, Eq, Debug, Default, JsonSchema)]
pub struct By {
    /// The session.
    #[schemars(rename = "SUUID")]
    pub session: Option<SessionUuid>,
    /// The user.
    #[schemars(rename = "userUUID")]
    pub user_uuid: Option<UserUuid>,
    /// The user, with name and presence.
    pub user: Option<User>,
}

impl Outgoing {
    /// Answers the request with this `id`.
    #[must_use]
    pub fn answer(id: Option<RequestId>, body: Body) -> Self {
        Self { id, by: By::default(), body }
    }

    /// Tells news of what a session or a user did.
    #[must_use]
    pub fn news(by: By, body: Body) -> Self {
        Self { id: None, by, body }
    }

    /// Reads one frame's text.
    ///
    /// # Errors
    /// When it is not one JSON object, its `type` is unknown, or a property has the wrong shape.
    pub fn parse(text: &str) -> serde_json::Result<Self> {
        let envelope: Envelope = serde_json::from_str(text)?;
        let by = By {
            session: property(envelope.short_session)?,
            user_uuid: property(envelope.user_uuid)?,
            user: property(envelope.user)?,
        };
        let body = Body::read(&envelope.kind.unwrap_or_default(), envelope.payload)?;
        Ok(Self { id: property(envelope.id)?, by, body })
    }

    /// The frame's text, as bytes.
    #[must_use]
    pub fn to_json(&self) -> Vec<u8> {
        // Room for most messages, so that the text is not moved as it grows.
        let mut text = Vec::with_capacity(512);
        match serde_json::to_writer(&mut text, self) {
            Ok(()) => text,
            Err(_) => unreachable!("every field is plain JSON"),
        }
    }
}

fn property<T: DeserializeOwned>(raw: Option<&RawValue>) -> serde_json::Result<Option<T>> {
    raw.map(|raw| serde_json::from_str(raw.get())).transpose()
}

impl From<Body> for Outgoing {
    fn from(body: Body) -> Self {
        Self::news(By::default(), body)
    }
}

impl Serialize for Outgoing {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut map = to.serialize_map(None)?;
        map.serialize_entry("type", self.body.kind())?;
        if let Some(id) = &self.id {
            map.serialize_entry("id", id)?;
        }
        self.by.write(&mut map)?;
        self.body.write(&mut map)?;
        map.end()
    }
}

impl By {
    /// The properties that a type of frame has, and whether it always has them.
    pub(crate) fn of(kind: &str) -> &'static [(&'static str, bool)] {
        match kind {
            "sys" => &[("SUUID", false), ("userUUID", false), ("user", false)],
            "channelLeave" => &[("SUUID", true), ("userUUID", true)],
            "channelTyping" => &[("userUUID", true)],
            _ => &[],
        }
    }

    fn write<M: SerializeMap>(&self, to: &mut M) -> Result<(), M::Error> {
        if let Some(session) = &self.session {
            to.serialize_entry("SUUID", session)?;
        }
        if let Some(user_uuid) = &self.user_uuid {
            to.serialize_entry("userUUID", user_uuid)?;
        }
        if let Some(user) = &self.user {
            to.serialize_entry("user", user)?;
        }
        Ok(())
    }
}
