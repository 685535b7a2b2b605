//! Who has become a member of which channel while nobody listened, and who isn't one any more.

use std::collections::HashSet;
use std::sync::Arc;

use chinwag_protocol::{ChannelUuid, UserUuid};
use redis::aio::PubSubSink;
use redis::{RedisResult, Value};

use super::details::{StoredDetails, StoredMember, parse};
use super::feed::{AT_ONCE, FeedTask, read};
use super::scripts::MEMBERSHIP;
use super::watched::Reached;
use crate::{Event, Member, Result, channel_name};

const ACTION: &str = "find a user's channels";

/// A user's part in a channel.
struct Part {
    /// Of a group or a named channel: what it is, and the user.
    news: Option<(StoredDetails, StoredMember)>,
    /// Behind what the channel is the user's.
    last: Reached,
}

impl FeedTask {
    /// Follows General, and the channels that have become those of the users here while nobody listened.
    pub(super) async fn follow_new(&mut self, sink: &mut PubSubSink) -> Result<()> {
        if !self.watched.follows(ChannelUuid::GENERAL) {
            let general = self.reached(&[ChannelUuid::GENERAL]).await?;
            self.watched.general(general.into_values().next().unwrap_or_default());
        }
        let users: Vec<_> = self.watched.users().collect();
        let listed: HashSet<_> = self.channels_of(&users).await?.into_iter().collect();
        let followed: HashSet<_> = self.watched.memberships().collect();
        let new: Vec<_> = listed.difference(&followed).copied().collect();
        let gone: Vec<_> = followed.difference(&listed).copied().collect();
        let found = self.memberships(&new).await?;
        let left = self.memberships(&gone).await?;
        self.subscribe_new(sink, new.iter().map(|(_, channel)| *channel)).await?;
        for ((user, channel), Part { news, last }) in new.into_iter().zip(found) {
            self.watched.begin(user, channel, last);
            self.unheard.extend(news.map(|(details, member)| added(details, member)));
        }
        let mut names = Vec::new();
        for ((user, channel), Part { news, .. }) in gone.into_iter().zip(left) {
            // A channel that Redis has lost is followed until that is noticed.
            let Some((details, member)) = news else { continue };
            if self.watched.leave(user, channel, !details.private) {
                names.push(channel_name(channel));
            }
            self.unheard.push(removed(details, member));
        }
        self.unsubscribe(sink, &names).await
    }

    /// The parts of users in channels.
    async fn memberships(&self, of: &[(UserUuid, ChannelUuid)]) -> Result<Vec<Part>> {
        let mut found = Vec::with_capacity(of.len());
        for of in of.chunks(AT_ONCE) {
            let mut calls = redis::pipe();
            for (user, channel) in of {
                let call = MEMBERSHIP.call(&mut calls);
                call.arg(channel_name(*channel)).arg(user.to_string());
            }
            if calls.is_empty() {
                continue;
            }
            let answers = self.shared.link.send_calls(ACTION, &MEMBERSHIP, &mut calls).await?;
            for ((_, channel), answer) in of.iter().zip(answers) {
                found.push(part(*channel, answer)?);
            }
        }
        Ok(found)
    }
}

/// There is no news of direct channels, nor of one that Redis has lost. Of one that has ended only the UUID
/// is known.
fn part(channel: ChannelUuid, answer: RedisResult<Value>) -> Result<Part> {
    let answer: Option<Vec<String>> = read(ACTION, answer)?;
    let [kind, details, member, mark, rev] = answer.as_deref().unwrap_or_default() else {
        return Ok(Part { news: None, last: Reached::default() });
    };
    let news = match &**kind {
        "group" | "named" => Some((parse(ACTION, details)?, parse(ACTION, member)?)),
        "ended" => Some((StoredDetails::ended(channel), parse(ACTION, member)?)),
        _ => None,
    };
    // What there was when the user became a member counts as read.
    let [seq, rev] = [mark, rev].map(|number| number.parse().unwrap_or_default());
    let last = news.as_ref().map(|(details, _)| Reached { seq, rev, edition: details.edition });
    let last = last.unwrap_or_default();
    Ok(Part { news, last })
}

fn added(details: StoredDetails, member: StoredMember) -> Event {
    let (added, changed, removed) = (vec![Member::from(member)], Vec::new(), Vec::new());
    Event::Members { details: Arc::new(details.into()), added, changed, removed }
}

fn removed(details: StoredDetails, member: StoredMember) -> Event {
    let (added, changed, removed) = (Vec::new(), Vec::new(), vec![Member::from(member).user]);
    Event::Members { details: Arc::new(details.into()), added, changed, removed }
}
