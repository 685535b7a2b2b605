//! The identifiers on the wire, one type each, so that none is taken for another.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use uuid::Uuid;

use crate::integer;

macro_rules! uuid_type {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(
            Clone,
            Copy,
            PartialEq,
            Eq,
            PartialOrd,
            Ord,
            Hash,
            Debug,
            Default,
            Serialize,
            Deserialize,
            JsonSchema,
        )]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl $name {
            /// A new one, version 4: 122 random bits.
            #[must_use]
            pub fn random() -> Self {
                Self(Uuid::new_v4())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::try_parse(text).map(Self)
            }
        }
    };
}

uuid_type!(
    /// A user. Public; made when the user signs up and never changed.
    UserUuid
);
uuid_type!(
    /// One connection, from its `ready` frame to its end.
    SessionUuid
);
uuid_type!(
    /// One stored message.
    MessageUuid
);
uuid_type!(
    /// An incoming hook. It names the hook in its address, and is no secret.
    HookUuid
);
uuid_type!(
    /// A channel. The nil UUID is General, which is written `public` in Redis.
    ChannelUuid
);
uuid_type!(
    /// A file, uploaded or being so.
    FileUuid
);

impl UserUuid {
    /// A new one of a bot. Its version is 8, by which it is known: that of a person is of version 4.
    #[must_use]
    pub fn random_bot() -> Self {
        Self(uuid::Builder::from_custom_bytes(Uuid::new_v4().into_bytes()).into_uuid())
    }

    /// Whether it is a bot's.
    #[must_use]
    pub fn is_bot(self) -> bool {
        self.0.get_version_num() == 8
    }
}

impl ChannelUuid {
    /// The channel of everybody.
    pub const GENERAL: Self = Self(Uuid::nil());

    /// Whether this is the channel of everybody.
    #[must_use]
    pub fn is_general(self) -> bool {
        self == Self::GENERAL
    }
}

/// The `id` that a request may carry and its direct reply repeats: a string of up to 64 characters, or an integer.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS, JsonSchema)]
#[serde(untagged)]
pub enum RequestId {
    /// An integer.
    Number(
        #[serde(deserialize_with = "integer::required")]
        #[ts(type = "number")]
        i64,
    ),
    /// A string of up to 64 characters.
    Text(#[schemars(length(max = 64))] String),
}

impl RequestId {
    /// The longest string taken, in characters.
    pub const MAX_CHARS: usize = 64;

    /// Whether its length is within the limit.
    #[must_use]
    pub fn is_acceptable(&self) -> bool {
        match self {
            Self::Number(_) => true,
            Self::Text(text) => text.chars().count() <= Self::MAX_CHARS,
        }
    }
}
