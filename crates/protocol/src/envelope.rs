//! Takes the JSON object of a frame apart: the properties beside the payload, and the payload.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Error, IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

/// The properties of a frame, each kept as raw JSON so that one mistyped value does not hide the
/// others. `null` counts as absent.
#[derive(Default)]
pub struct Envelope<'a> {
    /// The `type`, where it is a string.
    pub kind: Option<Cow<'a, str>>,
    pub id: Option<&'a RawValue>,
    pub session_uuid: Option<&'a RawValue>,
    /// The `SUUID`.
    pub short_session: Option<&'a RawValue>,
    pub user_uuid: Option<&'a RawValue>,
    pub user: Option<&'a RawValue>,
    /// The property that has the name of the `type`.
    pub payload: Option<&'a RawValue>,
}

/// A string, borrowed unless it has escapes.
#[derive(Deserialize)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

struct EnvelopeVisitor;

/// What is known while the properties pass by. Each is taken once.
#[derive(Default)]
struct Draft<'a> {
    kind: Option<&'a RawValue>,
    found: Envelope<'a>,
    /// Properties before the `type`, one of which may be the payload. Most frames begin with the `type`.
    early: Vec<(Cow<'a, str>, &'a RawValue)>,
}

impl<'de> Deserialize<'de> for Envelope<'de> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_map(EnvelopeVisitor)
    }
}

impl<'de> Visitor<'de> for EnvelopeVisitor {
    type Value = Envelope<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Envelope<'de>, A::Error> {
        let mut draft = Draft::default();
        while let Some(Text(name)) = map.next_key()? {
            if let Some(place) = draft.place(&name) {
                once(place, map.next_value()?)?;
                if name == "type" {
                    draft.find_payload()?;
                }
            } else if draft.found.kind.is_none() {
                draft.early.push((name, map.next_value()?));
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(draft.finish())
    }
}

impl<'a> Draft<'a> {
    /// Where a property is kept, if it counts.
    fn place(&mut self, name: &str) -> Option<&mut Option<&'a RawValue>> {
        let found = &mut self.found;
        Some(match name {
            "type" => &mut self.kind,
            "id" => &mut found.id,
            "sessionUUID" => &mut found.session_uuid,
            "SUUID" => &mut found.short_session,
            "userUUID" => &mut found.user_uuid,
            "user" => &mut found.user,
            other if found.kind.as_deref() == Some(other) => &mut found.payload,
            _ => return None,
        })
    }

    /// Reads the `type`, and takes the payload from the properties before it.
    fn find_payload<E: Error>(&mut self) -> Result<(), E> {
        self.found.kind = self.kind.and_then(text);
        for (name, value) in std::mem::take(&mut self.early) {
            if self.found.kind.as_ref() == Some(&name) {
                once(&mut self.found.payload, value)?;
            }
        }
        Ok(())
    }

    fn finish(self) -> Envelope<'a> {
        let given = |raw: Option<&'a RawValue>| raw.filter(|raw| raw.get() != "null");
        let found = self.found;
        Envelope {
            kind: found.kind,
            id: given(found.id),
            session_uuid: given(found.session_uuid),
            short_session: given(found.short_session),
            user_uuid: given(found.user_uuid),
            user: given(found.user),
            payload: given(found.payload),
        }
    }
}

fn once<'a, E: Error>(place: &mut Option<&'a RawValue>, value: &'a RawValue) -> Result<(), E> {
    match place.replace(value) {
        None => Ok(()),
        Some(_) => Err(E::custom("a property is given twice")),
    }
}

fn text(raw: &RawValue) -> Option<Cow<'_, str>> {
    serde_json::from_str(raw.get()).ok().map(|Text(text)| text)
}
