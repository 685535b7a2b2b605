//! From one frame's text to one request, or to the exact error.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use super::{
    ChannelEdit, Incoming, LinkSignIn, MemberAdd, MessageEdit, NewChannel, NewFile, NewLink,
    NewMessage, NewReport, PasswordSignIn, PrefsChange, Refusal, Request, SignIn, SignUp,
};
use crate::envelope::Envelope;
use crate::{ErrorCode, RequestId, UserUuid};

/// `signIn`'s payload before it is known which of the three ways it takes.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct EitherSignIn {
    username: Option<String>,
    password: Option<String>,
    create: Option<bool>,
    access_key: Option<String>,
    link: Option<String>,
    device: Option<String>,
}

impl Incoming {
    /// Reads one frame's text.
    ///
    /// # Errors
    /// A [`Refusal`] when it is not one JSON object, its `type` is unknown, or a property has the wrong shape.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let Ok(envelope) = serde_json::from_str::<Envelope>(text) else {
            return Err(malformed("", "The frame is not one valid JSON object."));
        };
        let id = id(&envelope)?;
        read(&envelope, id.clone()).map_err(|refusal| Refusal { id, ..refusal })
    }
}

impl Refusal {
    /// Refuses a request that is too large to be read, by an object of its `type` and its `id`.
    #[must_use]
    pub fn too_large(head: &str) -> Self {
        let (id, kind) = match Incoming::parse(head) {
            Ok(Incoming { id, request, .. }) => (id, request.kind()),
            // The payload is missing.
            Err(Self { id, kind, .. }) => (id, kind),
        };
        Self { id, code: ErrorCode::TooLarge, kind, sentence: "The request is too large.".into() }
    }
}

fn id(envelope: &Envelope) -> Result<Option<RequestId>, Refusal> {
    let Some(raw) = envelope.id else { return Ok(None) };
    let id = serde_json::from_str(raw.get()).ok().filter(RequestId::is_acceptable);
    id.map(Some).ok_or_else(|| {
        malformed("", "\"id\" must be a string of up to 64 characters or an integer.")
    })
}

fn read(envelope: &Envelope, id: Option<RequestId>) -> Result<Incoming, Refusal> {
    let Some(name) = &envelope.kind else {
        return Err(malformed("", "A request needs a \"type\", which is a string."));
    };
    let request = Request::read(name, envelope.payload)?;
    let kind = request.kind();
    Ok(Incoming {
        id,
        session: [
            identity(kind, "sessionUUID", envelope.session_uuid)?,
            identity(kind, "SUUID", envelope.short_session)?,
        ],
        user: identity(kind, "userUUID", envelope.user_uuid)?,
        request,
    })
}

/// Reads a payload that must be there.
pub fn payload<T: DeserializeOwned>(
    kind: &'static str,
    raw: Option<&RawValue>,
) -> Result<T, Refusal> {
    let object = raw.filter(|raw| raw.get().starts_with('{'));
    let Some(raw) = object else {
        return Err(malformed(kind, format!("\"{kind}\" needs a property \"{kind}\", an object.")));
    };
    serde_json::from_str(raw.get()).map_err(|_| {
        malformed(kind, format!("The payload of \"{kind}\" is not of the documented shape."))
    })
}

/// Reads a payload that may be absent.
pub fn optional<T: DeserializeOwned + Default>(
    kind: &'static str,
    raw: Option<&RawValue>,
) -> Result<T, Refusal> {
    raw.map_or_else(|| Ok(T::default()), |raw| payload(kind, Some(raw)))
}

/// Reads a sign-in, of which the properties present tell the way.
pub fn sign_in(kind: &'static str, raw: Option<&RawValue>) -> Result<SignIn, Refusal> {
    let EitherSignIn { username, password, create, access_key, link, device } = payload(kind, raw)?;
    check_device(kind, device.as_deref())?;
    match (access_key, link, username, password) {
        (Some(access_key), ..) => Ok(SignIn::AccessKey(super::AccessKey { access_key })),
        (_, Some(link), _, password) => Ok(SignIn::Link(LinkSignIn { link, password, device })),
        (.., Some(username), Some(password)) => {
            Ok(SignIn::Password(PasswordSignIn { username, password, create, device }))
        }
        _ => Err(malformed(
            kind,
            "\"signIn\" needs a username and a password, an accessKey, or a link.",
        )),
    }
}

/// Reads a sign-up, of which some parts have a limit.
pub fn sign_up(kind: &'static str, raw: Option<&RawValue>) -> Result<SignUp, Refusal> {
    let new: SignUp = payload(kind, raw)?;
    check_device(kind, new.device.as_deref())?;
    Ok(new)
}

fn check_device(kind: &'static str, device: Option<&str>) -> Result<(), Refusal> {
    let most = SignUp::MAX_DEVICE;
    if device.is_some_and(|device| device.chars().count() > most) {
        return Err(malformed(kind, format!("\"device\" has {most} characters at the most.")));
    }
    Ok(())
}

/// Reads a link to be made, of which some parts have a limit.
pub fn new_link(kind: &'static str, raw: Option<&RawValue>) -> Result<NewLink, Refusal> {
    let new: NewLink = payload(kind, raw)?;
    if new.uses.is_some_and(|uses| !(1..=NewLink::MAX_USES).contains(&uses)) {
        return Err(malformed(kind, "\"uses\" is a number from 1 to 1000."));
    }
    if new.expires.is_some_and(|expires| !(1..=NewLink::MAX_EXPIRES).contains(&expires)) {
        return Err(malformed(
            kind,
            "\"expires\" is a number of seconds, 2592000 (30 days) at the most.",
        ));
    }
    if new.channels.len() > NewLink::MAX_CHANNELS {
        let most = NewLink::MAX_CHANNELS;
        return Err(malformed(kind, format!("\"channels\" has {most} UUIDs at the most.")));
    }
    Ok(new)
}

/// Reads a report, whose reason has a limit.
pub fn report(kind: &'static str, raw: Option<&RawValue>) -> Result<NewReport, Refusal> {
    let new: NewReport = payload(kind, raw)?;
    if new.reason.chars().count() > NewReport::MAX_REASON {
        return Err(malformed(kind, "\"reason\" has 500 characters at the most."));
    }
    Ok(new)
}

/// Reads a message, of which some parts have a limit; an empty `clientUUID` means none.
pub fn message(kind: &'static str, raw: Option<&RawValue>) -> Result<NewMessage, Refusal> {
    let mut new: NewMessage = payload(kind, raw)?;
    mentions(kind, new.mentions.as_ref())?;
    at_most(kind, "files", new.files.as_ref(), NewMessage::MAX_FILES)?;
    new.client_uuid = client_uuid(kind, new.client_uuid)?;
    Ok(new)
}

/// Reads a file to be uploaded; an empty `clientUUID` means none.
pub fn new_file(kind: &'static str, raw: Option<&RawValue>) -> Result<NewFile, Refusal> {
    let mut new: NewFile = payload(kind, raw)?;
    new.client_uuid = client_uuid(kind, new.client_uuid)?;
    Ok(new)
}

/// Reads a new text, whose mentions have a limit.
pub fn message_edit(kind: &'static str, raw: Option<&RawValue>) -> Result<MessageEdit, Refusal> {
    let edit: MessageEdit = payload(kind, raw)?;
    mentions(kind, edit.mentions.as_ref())?;
    Ok(edit)
}

/// Reads a channel to be made, of which some parts have a limit.
pub fn new_channel(kind: &'static str, raw: Option<&RawValue>) -> Result<NewChannel, Refusal> {
    let mut new: NewChannel = payload(kind, raw)?;
    new.client_uuid = client_uuid(kind, new.client_uuid)?;
    at_most(kind, "users", new.users.as_ref(), NewChannel::MAX_USERS)?;
    topic(kind, new.topic.as_deref())?;
    Ok(new)
}

/// Reads a change of a channel, of which some parts have a limit.
pub fn channel_edit(kind: &'static str, raw: Option<&RawValue>) -> Result<ChannelEdit, Refusal> {
    let edit: ChannelEdit = payload(kind, raw)?;
    topic(kind, edit.topic.as_deref())?;
    Ok(edit)
}

/// Reads the users to be added, of whom there is a limit.
pub fn member_add(kind: &'static str, raw: Option<&RawValue>) -> Result<MemberAdd, Refusal> {
    let add: MemberAdd = payload(kind, raw)?;
    at_most(kind, "users", add.users.as_ref(), NewChannel::MAX_USERS)?;
    Ok(add)
}

/// Reads preferences, of which some parts have a limit.
pub fn prefs_change(kind: &'static str, raw: Option<&RawValue>) -> Result<PrefsChange, Refusal> {
    let change: PrefsChange = payload(kind, raw)?;
    let section = change.section.as_deref().unwrap_or_default();
    if section.chars().count() > PrefsChange::MAX_SECTION {
        return Err(malformed(kind, "\"section\" has 64 characters at the most."));
    }
    Ok(change)
}

fn topic(kind: &'static str, topic: Option<&str>) -> Result<(), Refusal> {
    let most = NewChannel::MAX_TOPIC;
    if topic.is_some_and(|topic| topic.len() > most && topic.chars().count() > most) {
        return Err(malformed(kind, "\"topic\" has 500 characters at the most."));
    }
    Ok(())
}

fn mentions(kind: &'static str, mentions: Option<&Vec<UserUuid>>) -> Result<(), Refusal> {
    at_most(kind, "mentions", mentions, NewMessage::MAX_MENTIONS)
}

fn client_uuid(kind: &'static str, given: Option<String>) -> Result<Option<String>, Refusal> {
    if given.as_ref().is_some_and(|long| long.len() > NewMessage::MAX_CLIENT_UUID) {
        return Err(malformed(kind, "\"clientUUID\" must be a string of up to 64 bytes."));
    }
    Ok(given.filter(|client_uuid| !client_uuid.is_empty()))
}

fn at_most<T>(
    kind: &'static str,
    property: &str,
    uuids: Option<&Vec<T>>,
    most: usize,
) -> Result<(), Refusal> {
    if uuids.is_some_and(|uuids| uuids.len() > most) {
        return Err(malformed(kind, format!("\"{property}\" has {most} UUIDs at the most.")));
    }
    Ok(())
}

/// Reads an optional identity; empty means absent.
fn identity(
    kind: &'static str,
    name: &str,
    raw: Option<&RawValue>,
) -> Result<Option<String>, Refusal> {
    let Some(raw) = raw else { return Ok(None) };
    let text: String = serde_json::from_str(raw.get())
        .map_err(|_| malformed(kind, format!("\"{name}\" must be a string.")))?;
    Ok(Some(text).filter(|text| !text.is_empty()))
}

/// Takes `null` for an absent string, as the clients of loosely typed languages send it.
pub(super) fn string<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    Option::<String>::deserialize(from).map(Option::unwrap_or_default)
}

pub fn unknown_type() -> Refusal {
    let sentence = "The \"type\" is not one that this server knows.".to_owned();
    Refusal { id: None, code: ErrorCode::UnknownType, kind: "", sentence }
}

fn malformed(kind: &'static str, sentence: impl Into<String>) -> Refusal {
    Refusal { id: None, code: ErrorCode::Malformed, kind, sentence: sentence.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> (u16, &'static str) {
        let refusal = Incoming::parse(text).expect_err(text);
        (refusal.code.number(), refusal.kind)
    }

    #[test]
    fn what_is_not_one_json_object_is_malformed() {
        for text in
            ["", "{", "[]", "null", "7", "\"signIn\"", "{} {}", "{type:\"users\"}", "\u{feff}{}"]
        {
            assert_eq!(refused(text), (1, ""), "{text}");
        }
        assert_eq!(refused(&format!("{{\"x\":{}", "[".repeat(100_000))), (1, ""));
        assert_eq!(refused(r#"["signIn"]"#), (1, ""));
    }

    #[test]
    fn the_type_must_be_a_known_string() {
        assert_eq!(refused("{}"), (1, ""));
        assert_eq!(refused(r#"{"type":7}"#), (1, ""));
        assert_eq!(refused(r#"{"type":"nonsense"}"#), (2, ""));
    }

    #[test]
    fn a_payload_must_be_there_and_of_its_shape() {
        assert_eq!(refused(r#"{"type":"signIn"}"#), (1, "signIn"));
        assert_eq!(refused(r#"{"type":"signIn","signIn":[]}"#), (1, "signIn"));
        assert_eq!(refused(r#"{"type":"signIn","signIn":{"username":"a"}}"#), (1, "signIn"));
        assert_eq!(
            refused(r#"{"type":"channelMessage","channelMessage":{}}"#),
            (1, "channelMessage")
        );
        assert_eq!(refused(r#"{"type":"users","users":["a"]}"#), (1, "users"));
        assert_eq!(refused(r#"{"type":"users","users":{"limit":-1}}"#), (1, "users"));
        assert_eq!(refused(r#"{"type":"users","userUUID":7}"#), (1, "users"));
    }

    #[test]
    fn a_refusal_keeps_the_id_and_no_value_of_the_request() {
        let text = r#"{"type":"signUp","id":"a1","signUp":{"username":1,"password":"secret"}}"#;
        let refusal = Incoming::parse(text).unwrap_err();
        assert_eq!(refusal.id, Some(RequestId::Text("a1".into())));
        assert!(!refusal.sentence.contains("secret"));
    }

    #[test]
    fn a_request_that_is_too_large_is_named_by_its_head() {
        let head = |text: &str| {
            let Refusal { id, code, kind, .. } = Refusal::too_large(text);
            assert_eq!(code, ErrorCode::TooLarge);
            (id, kind)
        };
        let seven = Some(RequestId::Number(7));
        assert_eq!(head(r#"{"type":"channelMessage","id":7}"#), (seven.clone(), "channelMessage"));
        assert_eq!(head(r#"{"id":7,"type":"ping"}"#), (seven.clone(), "ping"));
        assert_eq!(head(r#"{"id":7,"type":"dance"}"#), (seven, ""));
        assert_eq!(head(r#"{"id":{},"type":"ping"}"#), (None, ""));
        assert_eq!(head("{}"), (None, ""));
    }

    #[test]
    fn an_id_is_a_short_string_or_an_integer() {
        let parse = |id: &str| Incoming::parse(&format!(r#"{{"type":"ping","id":{id}}}"#));
        assert_eq!(parse("7").unwrap().id, Some(RequestId::Number(7)));
        assert_eq!(parse(r#""é""#).unwrap().id, Some(RequestId::Text("é".into())));
        assert_eq!(parse("null").unwrap().id, None);
        for wrong in ["1.5", "[]", "true", &format!("\"{}\"", "x".repeat(65))] {
            assert_eq!(parse(wrong).unwrap_err().code, ErrorCode::Malformed, "{wrong}");
        }
    }

    #[test]
    fn an_integer_is_one_however_it_is_written() {
        for (written, limit) in [("50", 50), ("50.0", 50), ("5e1", 50), ("-0.0", 0), ("-2.0", -2)] {
            let text = format!(
                r#"{{"type":"channelMessages","id":{written},"channelMessages":{{"limit":{written}}}}}"#
            );
            let incoming = Incoming::parse(&text).unwrap();
            assert_eq!(incoming.id, Some(RequestId::Number(limit)), "{written}");
            let Request::ChannelMessages(channel_messages) = incoming.request else { panic!() };
            assert_eq!(channel_messages.limit, Some(limit), "{written}");
        }
        let seq = |written: &str| {
            let payload = format!(r#"{{"recipientUUID":"","seq":{written}}}"#);
            Incoming::parse(&format!(r#"{{"type":"channelRead","channelRead":{payload}}}"#))
        };
        let Request::ChannelRead(channel_read) = seq("7.0").unwrap().request else { panic!() };
        assert_eq!(channel_read.seq, 7);
        for wrong in ["7.5", "-1.0", "1e30", "\"7\"", "null", "true"] {
            assert!(seq(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn empty_null_and_absent_identities_are_one() {
        let text = r#"{"type":"users","userUUID":"","SUUID":null,"extra":{"a":[1]}}"#;
        let incoming = Incoming::parse(text).unwrap();
        assert_eq!((incoming.user, incoming.session), (None, [None, None]));
    }

    #[test]
    fn the_order_of_the_properties_is_no_matter() {
        let text = r#"{"channelRead":{"seq":7},"users":1,"id":1,"t\u0079pe":"channelRe\u0061d"}"#;
        let Request::ChannelRead(channel_read) = Incoming::parse(text).unwrap().request else {
            panic!()
        };
        assert_eq!(channel_read.seq, 7);
    }

    #[test]
    fn a_property_that_counts_is_given_once() {
        for twice in [
            r#"{"type":"ping","type":"ping"}"#,
            r#"{"type":"ping","id":1,"id":null}"#,
            r#"{"type":"signUp","signUp":{},"signUp":{}}"#,
            r#"{"signUp":{},"signUp":{},"type":"signUp"}"#,
            r#"{"signUp":{},"type":"signUp","signUp":{}}"#,
        ] {
            assert_eq!(refused(twice), (1, ""), "{twice}");
        }
        assert!(Incoming::parse(r#"{"x":1,"type":"ping","x":1,"users":1,"users":2}"#).is_ok());
    }

    #[test]
    fn general_may_be_named_by_nothing() {
        for payload in ["{}", r#"{"recipientUUID":""}"#, r#"{"recipientUUID":null}"#] {
            let text = format!(r#"{{"type":"channelJoin","channelJoin":{payload}}}"#);
            let request = Incoming::parse(&text).unwrap().request;
            assert!(
                matches!(request, Request::ChannelJoin(channel_join) if channel_join.recipient.is_empty())
            );
        }
    }
}
