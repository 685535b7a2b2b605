//! What a participant did and saw, in the order of one clock.

/// A change of members by an owner.
#[derive(Clone, Debug)]
pub struct Change {
    /// The channel, by its place in the scene.
    pub channel: usize,
    /// The participant, by their place in the scene.
    pub who: usize,
    /// Whether they were added; else they were removed.
    pub added: bool,
    /// When it was sent.
    pub asked: u64,
    /// When its reply came; `None` if it may have been made or not.
    pub acknowledged: Option<u64>,
}

/// A message, however often it was sent.
#[derive(Clone, Debug)]
pub struct Sent {
    /// The channel.
    pub channel: usize,
    /// Its text, which no other message has.
    pub text: String,
    /// When it was first sent.
    pub asked: u64,
    /// When it came back, with its `Seq` and UUID.
    pub acknowledged: Option<(u64, u64, String)>,
}

/// A request that shows a channel to members only.
#[derive(Clone, Debug)]
pub struct Request {
    /// Its type.
    pub kind: &'static str,
    /// The channel.
    pub channel: usize,
    /// When it was sent.
    pub asked: u64,
    /// When its answer came.
    pub answered: u64,
    /// Whether it was answered as to a member.
    pub shown: bool,
}

/// A message that reached the participant, live or in a reply.
#[derive(Clone, Debug)]
pub struct Receipt {
    /// The channel.
    pub channel: usize,
    /// Its place there.
    pub seq: u64,
    /// When it came.
    pub at: u64,
}

/// The news of a removal on a connection that had the whole history.
#[derive(Clone, Debug)]
pub struct Gone {
    /// The channel.
    pub channel: usize,
    /// When the end of the history was asked for.
    pub since: u64,
    /// Up to which `Seq` the participant had every message then.
    pub seen: u64,
}

/// All that a participant did and saw.
#[derive(Default, Debug)]
pub struct Record {
    /// Changes in their order.
    pub changes: Vec<Change>,
    /// Messages in their order.
    pub sent: Vec<Sent>,
    /// Requests in their order.
    pub requests: Vec<Request>,
    /// Messages that came, in their order.
    pub received: Vec<Receipt>,
    /// Removals that were heard of.
    pub gone: Vec<Gone>,
    /// By channel the UUIDs of the messages from the first on, without a gap.
    pub seen: Vec<Vec<String>>,
}
