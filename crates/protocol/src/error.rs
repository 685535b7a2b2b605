//! The one table of error codes. They are a public contract: a code never changes its meaning.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

macro_rules! error_codes {
    ($($number:literal $name:ident $meaning:literal;)*) => {
        /// Why a request was refused, as the `code` of an `error` frame.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
        #[serde(into = "u16", try_from = "u16")]
        #[repr(u16)]
        pub enum ErrorCode {
            $(#[doc = $meaning] $name = $number,)*
        }

        impl ErrorCode {
            /// Every code, in ascending order.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// The number on the wire.
            #[must_use]
            pub const fn number(self) -> u16 {
                self as u16
            }

            /// Its meaning, as in the documentation's table.
            #[must_use]
            pub const fn meaning(self) -> &'static str {
                match self { $(Self::$name => $meaning,)* }
            }
        }
    };
}

error_codes! {
    1 Malformed "Not valid JSON, or not of the documented shape.";
    2 UnknownType "The `type` is not one of the documented ones.";
    4 SignInRefused "Sign-in refused: wrong name, password or access key.";
    5 SignUpRefused "Sign-up refused: the name is taken, or the name or the password is not acceptable.";
    6 SignOutRefused "Sign-out refused.";
    7 MessageRefused "Message refused: empty, too long, an answer to no message, or not taken by its channel.";
    8 ChangeRefused "Change refused: no such message, a deleted one, too late, not one emoji, or too many.";
    10 UnknownUser "There is no such user.";
    11 ChannelRefused "Join, leave, read mark or history refused.";
    12 NotAllowed "Not allowed: not a member, an owner or an admin, or the channel is archived.";
    13 ChannelNotAcceptable "Channel refused: the name is taken or not acceptable, or there are too many.";
    14 LinkRefused "Link refused: unknown, used up or expired.";
    15 FileRefused "File refused: the size, too many, no space, not finished, or not the sender's.";
    20 SignInFirst "Sign in first.";
    21 NotYours "`userUUID`, `sessionUUID` or `SUUID` is not this session's.";
    22 TooManyRequests "Too many requests; `payload` holds the seconds to wait.";
    23 TooLarge "The request is too large.";
    30 StoreUnavailable "The store is unavailable; try again.";
}

impl JsonSchema for ErrorCode {
    fn schema_name() -> Cow<'static, str> {
        "ErrorCode".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let codes = Self::ALL
            .iter()
            .map(|code| json_schema!({ "const": code.number(), "description": code.meaning() }));
        json_schema!({
            "description": "Why a request was refused. A code never changes its meaning.",
            "type": "integer",
            "oneOf": codes.collect::<Vec<_>>(),
        })
    }
}

impl From<ErrorCode> for u16 {
    fn from(code: ErrorCode) -> Self {
        code.number()
    }
}

impl TryFrom<u16> for ErrorCode {
    type Error = String;

    fn try_from(number: u16) -> Result<Self, Self::Error> {
        let known = Self::ALL.iter().find(|code| code.number() == number);
        known.copied().ok_or_else(|| format!("{number} is not an error code"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_survives_its_number() {
        for &code in ErrorCode::ALL {
            assert_eq!(ErrorCode::try_from(code.number()), Ok(code));
        }
        assert!(ErrorCode::try_from(3).is_err());
    }
}
