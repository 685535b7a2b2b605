//! Groups and named channels for an export, with their members.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use chinwag_protocol::{ChannelUuid, UserUuid};
use jiff::Timestamp;

use super::details::{first_level, preferences};
use super::export::{ACTION, Export, PAGE, Source};
use super::link::unreadable;
use crate::transfer::{ChannelKind, ChannelRecord, DetailsRecord, MemberRecord, Record};
use crate::{Result, channel_name};

/// Groups and named channels, with how many messages each has.
pub(super) type Totals = BTreeMap<ChannelUuid, u64>;

impl Source {
    /// The groups and named channels of these users, and all public ones.
    pub(super) async fn totals_of_members(&self, users: &[UserUuid]) -> Result<Totals> {
        let mut found = BTreeSet::new();
        for users in users.chunks(PAGE) {
            let mut commands = redis::pipe();
            for user in users {
                commands.cmd("ZRANGE").arg(format!("userMemberships:{user}")).arg(0).arg(-1);
            }
            let channels: Vec<Vec<String>> = self.link.send(ACTION, &commands).await?;
            let uuid = |channel: &String| channel.parse::<ChannelUuid>().ok();
            found.extend(channels.iter().flatten().filter_map(uuid));
        }
        let mut commands = redis::pipe();
        for listed in ["channelsPublic", "channelsArchived"] {
            commands.cmd("ZRANGE").arg(listed).arg(0).arg(-1);
        }
        let listed: Vec<Vec<String>> = self.link.send(ACTION, &commands).await?;
        let uuid = |member: &String| member.rsplit('\0').next()?.parse::<ChannelUuid>().ok();
        found.extend(listed.iter().flatten().filter_map(uuid));
        let mut totals = Totals::new();
        for channel in found {
            totals.insert(channel, self.total(channel).await?);
        }
        Ok(totals)
    }

    async fn hash<T: std::str::FromStr>(
        &self,
        key: &str,
        channel: ChannelUuid,
    ) -> Result<HashMap<UserUuid, T>> {
        let mut commands = redis::pipe();
        commands.cmd("HGETALL").arg(format!("{key}:{}", channel_name(channel)));
        let (found,): (HashMap<String, String>,) = self.link.send(ACTION, &commands).await?;
        let parse =
            |(user, value): (String, String)| Some((user.parse().ok()?, value.parse().ok()?));
        Ok(found.into_iter().filter_map(parse).collect())
    }

    /// The owners of a channel.
    async fn owners(&self, channel: ChannelUuid) -> Result<HashSet<String>> {
        let mut commands = redis::pipe();
        commands.cmd("SMEMBERS").arg(format!("channelOwners:{channel}"));
        let (owners,) = self.link.send(ACTION, &commands).await?;
        Ok(owners)
    }

    /// What was changed of General.
    pub(super) async fn general(&self) -> Result<Option<DetailsRecord>> {
        let mut commands = redis::pipe();
        commands.cmd("HMGET").arg("channel:public").arg("topic").arg("posting");
        let ((topic, posting),): ((Option<String>, Option<String>),) =
            self.link.send(ACTION, &commands).await?;
        let topic = topic.unwrap_or_default().into();
        Ok(DetailsRecord::of_general(topic, posting.as_deref() == Some("owners")))
    }

    /// `None` for one that has ended meanwhile.
    async fn details(&self, channel: ChannelUuid) -> Result<Option<(ChannelKind, DetailsRecord)>> {
        let mut commands = redis::pipe();
        commands.cmd("HMGET").arg(format!("channel:{channel}"));
        commands.arg(&["kind", "name", "topic", "private", "posting", "archived", "madeAt"]);
        let (fields,): (Vec<Option<String>>,) = self.link.send(ACTION, &commands).await?;
        let Some([kind, name, topic, private, posting, archived, made_at]) = fields.as_array()
        else {
            return Err(unreadable(ACTION, "a channel"));
        };
        let kind = match kind.as_deref() {
            Some("group") => ChannelKind::Group,
            Some("named") => ChannelKind::Named,
            _ => return Ok(None),
        };
        let text = |field: &Option<String>| field.as_deref().unwrap_or_default().into();
        let is = |field: &Option<String>, word| field.as_deref() == Some(word);
        let created_at = made_at.as_deref().and_then(|at| at.parse().ok());
        let details = DetailsRecord {
            name: text(name),
            topic: text(topic),
            private: is(private, "1"),
            owners_post: is(posting, "owners"),
            archived: is(archived, "1"),
            created_at: created_at.unwrap_or(Timestamp::UNIX_EPOCH),
        };
        Ok(Some((kind, details)))
    }
}

impl Export<'_> {
    pub(super) async fn channels_of_members(
        &mut self,
        users: &[UserUuid],
        totals: Totals,
    ) -> Result<()> {
        for (channel, messages) in totals {
            let Some((kind, details)) = self.source.details(channel).await? else { continue };
            let record = ChannelRecord {
                uuid: channel_name(channel),
                kind: Some(kind),
                users: None,
                read: None,
                details: Some(details),
                messages,
            };
            self.put(Record::Channel { channel: record })?;
            self.counts.channels += 1;
            self.members(channel, kind, users, messages).await?;
            self.messages(channel, messages).await?;
        }
        Ok(())
    }

    /// The members among the users; of General and direct channels those alone who have chosen something.
    pub(super) async fn members(
        &mut self,
        channel: ChannelUuid,
        kind: ChannelKind,
        users: &[UserUuid],
        messages: u64,
    ) -> Result<()> {
        let is_listed = matches!(kind, ChannelKind::Group | ChannelKind::Named);
        let level = first_level(match kind {
            ChannelKind::General | ChannelKind::Named => "named",
            ChannelKind::Direct | ChannelKind::Group => "group",
        });
        let chosen: HashMap<_, String> = self.source.hash("channelPreferences", channel).await?;
        let since: HashMap<_, Timestamp> = if is_listed {
            self.source.hash("channelUsers", channel).await?
        } else {
            HashMap::new()
        };
        let (read, owners) = if is_listed || !chosen.is_empty() {
            (
                self.source.hash::<u64>("channelRead", channel).await?,
                self.source.owners(channel).await?,
            )
        } else {
            (HashMap::new(), HashSet::new())
        };
        let members: BTreeSet<_> = if is_listed {
            since.keys().copied().collect()
        } else {
            chosen.keys().copied().collect()
        };
        for user in members.into_iter().filter(|user| users.binary_search(user).is_ok()) {
            let member = MemberRecord {
                user,
                read: read.get(&user).copied().unwrap_or_default().min(messages),
                owner: owners.contains(&user.to_string()),
                since: since.get(&user).copied(),
                preferences: preferences(chosen.get(&user).map_or("", String::as_str), level),
            };
            self.put(Record::Member { member })?;
        }
        Ok(())
    }
}
