//! The macro behind the table of requests and frames: from its rows to enums, parsers and writers.

macro_rules! table {
    (
        requests {$(
            $(#[doc = $about:literal])+
            $kind:literal $request:ident $( ( $payload:ident $(or $absent:ident)? $(by $read:ident)? ) )?
            $(-> $reply:ident $(and $news:literal)?)? $(-> $other:literal)?,
            cost $cost:tt $(and 1 for each $each:literal)?, $who:ident;
        )+}
        frames {$(
            $(#[doc = $frame_about:literal])+
            $frame_kind:literal $frame:ident $( ( $body:ident ) )?, $role:ident;
        )+}
    ) => {
        /// A request. Each variant is one `type` on the wire, its payload a property of the same name.
        #[derive(Clone, PartialEq, Eq, Debug)]
        pub enum Request {
            $( $(#[doc = $about])+ $request $( ($crate::incoming::$payload) )?, )+
        }

        impl Request {
            /// The `type` on the wire.
            #[must_use]
            pub const fn kind(&self) -> &'static str {
                match self { $( Self::$request { .. } => $kind, )+ }
            }

            /// Whether it needs a signed-in user.
            #[must_use]
            pub const fn needs_sign_in(&self) -> bool {
                match self { $( Self::$request { .. } => needs_sign_in!($who), )+ }
            }

            /// What it costs of its user's budget; a message costs [`MESSAGE_COST`].
            #[must_use]
            pub fn cost(&self) -> u32 {
                $( $( if let Self::$request(page) = self {
                    return page_cost($cost, page.wanted(), $each);
                } )? )+
                match self { $( Self::$request { .. } => $cost, )+ }
            }

            /// Reads the request of this type from its payload.
            pub(crate) fn read(kind: &str, payload: Option<&RawValue>) -> Result<Self, Refusal> {
                Ok(match kind {
                    $( $kind => request!(
                        $request, $kind, payload $(, $payload $(or $absent)? $(by $read)?)?
                    ), )+
                    _ => return Err(parse::unknown_type()),
                })
            }

            /// Writes the payload as a property.
            pub(crate) fn write<M: SerializeMap>(&self, to: &mut M) -> Result<(), M::Error> {
                match self { $(
                    Self::$request $( (bind!(payload $payload)) )? => {
                        $( to.serialize_entry($kind, bind!(payload $payload))?; )?
                    }
                )+ }
                Ok(())
            }
        }

        /// What a frame of the server holds. Each variant is one `type` on the wire, its payload a
        /// property of the same name.
        #[derive(Clone, PartialEq, Eq, Debug)]
        pub enum Body {
            $( $(
                #[doc = reply_about!($kind $($news)?)]
                $request($crate::outgoing::$reply),
            )? )+
            $( $(#[doc = $frame_about])+ $frame $( ($crate::outgoing::$body) )?, )+
        }

        impl Body {
            /// The `type` on the wire.
            #[must_use]
            pub const fn kind(&self) -> &'static str {
                match self {
                    $( $( Self::$request(any!($reply)) => $kind, )? )+
                    $( Self::$frame { .. } => $frame_kind, )+
                }
            }

            /// Reads the body of this type from its payload.
            pub(crate) fn read(kind: &str, payload: Option<&RawValue>) -> serde_json::Result<Self> {
                Ok(match kind {
                    $( $( $kind => body!($request, payload, $reply), )? )+
                    $( $frame_kind => body!($frame, payload $(, $body)?), )+
                    _ => return Err(Error::custom("a frame of another type")),
                })
            }

            /// Writes the payload as a property.
            pub(crate) fn write<M: SerializeMap>(&self, to: &mut M) -> Result<(), M::Error> {
                match self {
                    $( $( Self::$request(bind!(payload $reply)) => {
                        to.serialize_entry($kind, payload)?;
                    } )? )+
                    $( Self::$frame $( (bind!(payload $body)) )? => {
                        $( to.serialize_entry($frame_kind, bind!(payload $body))?; )?
                    } )+
                }
                Ok(())
            }
        }

        /// Every request, in the order of the table.
        pub const REQUESTS: &[RequestRow] = &[$( RequestRow {
            kind: $kind,
            about: concat!($($about),+).trim_ascii(),
            payload: part!($($payload)?),
            may_be_absent: false $($( || may_be_absent!($absent) )?)?,
            reply: reply!($kind $($reply)? $($other)?),
            cost: $cost,
            each: each!($($each)?),
            needs_sign_in: needs_sign_in!($who),
        }, )+];

        /// Every frame of the server: replies in the order of their requests, then the others.
        pub const FRAMES: &[FrameRow] = &[
            $( $( FrameRow {
                kind: $kind,
                about: reply_about!($kind $($news)?),
                payload: Some(Part::of::<$crate::outgoing::$reply>()),
                answers: true,
                is_news: false $( || !$news.is_empty() )?,
            }, )? )+
            $( FrameRow {
                kind: $frame_kind,
                about: concat!($($frame_about),+).trim_ascii(),
                payload: frame_part!($($body)?),
                answers: answers!($role),
                is_news: !answers!($role),
            }, )+
        ];
    };
}

/// A name that stands once for each `$of`, of which there may be none.
macro_rules! bind {
    ($name:ident $of:ident) => {
        $name
    };
}

macro_rules! any {
    ($of:ident) => {
        _
    };
}

macro_rules! request {
    ($request:ident, $kind:literal, $raw:ident) => {
        Self::$request
    };
    ($request:ident, $kind:literal, $raw:ident, $payload:ident) => {
        Self::$request(parse::payload($kind, $raw)?)
    };
    ($request:ident, $kind:literal, $raw:ident, $payload:ident or default) => {
        Self::$request(parse::optional($kind, $raw)?)
    };
    ($request:ident, $kind:literal, $raw:ident, $payload:ident by $read:ident) => {
        Self::$request(parse::$read($kind, $raw)?)
    };
}

macro_rules! body {
    ($frame:ident, $raw:ident) => {
        Self::$frame
    };
    ($frame:ident, $raw:ident, $body:ident) => {
        Self::$frame(required($raw)?)
    };
}

macro_rules! needs_sign_in {
    (user) => {
        true
    };
    (anybody) => {
        false
    };
}

macro_rules! answers {
    (answer) => {
        true
    };
    (news) => {
        false
    };
}

macro_rules! may_be_absent {
    (default) => {
        true
    };
}

macro_rules! part {
    () => {
        None
    };
    ($payload:ident) => {
        Some(Part::of::<$crate::incoming::$payload>())
    };
}

macro_rules! frame_part {
    () => {
        None
    };
    ($body:ident) => {
        Some(Part::of::<$crate::outgoing::$body>())
    };
}

macro_rules! reply {
    ($kind:literal) => {
        None
    };
    ($kind:literal $own:ident) => {
        Some($kind)
    };
    ($kind:literal $other:literal) => {
        Some($other)
    };
}

macro_rules! reply_about {
    ($kind:literal) => {
        concat!("The reply to `", $kind, "`.")
    };
    ($kind:literal $news:literal) => {
        concat!("The reply to `", $kind, "`, and ", $news, ".")
    };
}

macro_rules! each {
    () => {
        None
    };
    ($each:literal) => {
        Some($each)
    };
}
