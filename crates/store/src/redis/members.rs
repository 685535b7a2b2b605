//! Groups and named channels: how they are made and edited, and how members come and go.

use async_trait::async_trait;
use chinwag_protocol::{ChannelUuid, UserUuid};
use jiff::Timestamp;
use uuid::Uuid;

use super::access_keys::standing_of;
use super::details::{StoredChange, StoredDetails, first_level, membership, parse, preferences};
use super::link::unreadable;
use super::links::now;
use super::records::News;
use super::scripts::{
    ADD_MEMBERS, CHANNEL_MEMBERS, CHANNEL_OF, CHANNELS, CREATE_CHANNEL, EDIT_CHANNEL, PREFERENCES,
    REMOVE_MEMBER,
};
use super::{RedisStore, Shared};
use crate::look::looks;
use crate::{
    Attempt, CHANNELS_LIMIT, ChannelDetails, ChannelEdit, ChannelsPage, ChannelsQuery, GROUP_SIZE,
    Members, MembersAdd, MembersChange, MembersPage, MembersQuery, Membership, NewChannel,
    Preferences, PreferencesChange, Result, User, UserStatus, channel_name,
};

#[async_trait]
impl Members for RedisStore {
    async fn create_channel(&self, new: NewChannel) -> Attempt<ChannelDetails> {
        let action = "create a channel";
        let NewChannel { made_by, name, topic, private, users, client_uuid, created_at, by_admins } =
            new;
        let mut people = users;
        people.push(made_by.uuid);
        people.sort_unstable();
        people.dedup();
        let shown = name.as_ref().map_or("", |name| &*name.shown);
        let folded = name.as_ref().map_or("", |name| &*name.folded);
        let mut script = CREATE_CHANNEL.arg(ChannelUuid::random().to_string());
        script.arg(made_by.uuid.to_string()).arg(shown).arg(folded).arg(&*topic).arg(flag(private));
        script.arg(created_at.to_string()).arg(created_at.as_microsecond());
        script.arg(client_uuid.unwrap_or_default()).arg(CHANNELS_LIMIT);
        script.arg(GROUP_SIZE.start()).arg(GROUP_SIZE.end()).arg(change()).arg(people.len());
        script.arg(flag(by_admins));
        script.arg(people.iter().map(UserUuid::to_string).collect::<Vec<_>>());
        script.arg(looks(shown)).arg(self.shared.link.prefix());
        let made: String = self.shared.link.attempt(action, &script).await?;
        Ok(parse::<StoredDetails>(action, &made)?.into())
    }

    async fn edit_channel(&self, edit: ChannelEdit) -> Attempt<ChannelDetails> {
        let action = "edit a channel";
        let ChannelEdit { asker, channel, name, topic, owners_post, archived } = edit;
        let set = |value: Option<&str>| value.map(|value| format!("={value}")).unwrap_or_default();
        let posting = owners_post.map(|owners| if owners { "owners" } else { "all" });
        let mut script = EDIT_CHANNEL.arg(channel_name(channel));
        script.arg(asker.to_string()).arg(change());
        script.arg(set(name.as_ref().map(|name| &*name.shown)));
        script.arg(set(name.as_ref().map(|name| &*name.folded))).arg(set(topic.as_deref()));
        script.arg(set(posting)).arg(set(archived.map(flag)));
        script.arg(name.map(|name| looks(&name.shown)).unwrap_or_default());
        script.arg(self.shared.link.prefix());
        let edited: String = self.shared.link.attempt(action, &script).await?;
        Ok(parse::<StoredDetails>(action, &edited)?.into())
    }

    async fn add_members(&self, add: MembersAdd) -> Attempt<MembersChange> {
        let action = "add members";
        let MembersAdd { asker, channel, users, owner, at } = add;
        let mut script = ADD_MEMBERS.arg(channel_name(channel));
        script.arg(asker.to_string()).arg(owner.map(flag).unwrap_or_default());
        script.arg(at.to_string()).arg(at.as_microsecond()).arg(CHANNELS_LIMIT).arg(change());
        script.arg(users.iter().map(UserUuid::to_string).collect::<Vec<_>>());
        script.arg(self.shared.link.prefix());
        let changed: String = self.shared.link.attempt(action, &script).await?;
        Ok(parse::<StoredChange>(action, &changed)?.into())
    }

    async fn remove_member(
        &self,
        asker: UserUuid,
        channel: ChannelUuid,
        user: UserUuid,
    ) -> Attempt<MembersChange> {
        let action = "remove a member";
        let mut script = REMOVE_MEMBER.arg(channel_name(channel));
        script.arg(asker.to_string()).arg(user.to_string()).arg(change());
        script.arg(now(Timestamp::now())).arg(self.shared.link.prefix());
        let changed: String = self.shared.link.attempt(action, &script).await?;
        Ok(parse::<StoredChange>(action, &changed)?.into())
    }

    async fn members(&self, query: MembersQuery) -> Attempt<MembersPage> {
        page(&self.shared, query).await
    }

    async fn channels(&self, query: ChannelsQuery) -> Result<ChannelsPage> {
        let action = "list channels";
        let mut script = CHANNELS.arg(query.asker.to_string());
        script.arg(query.folded_prefix).arg(query.offset.min(1 << 53)).arg(query.limit);
        let answer: Vec<String> =
            self.shared.link.run(action, script.arg(flag(query.archived))).await?;
        let (total, rows) = answer.split_first().ok_or_else(|| unreadable(action, "a channel"))?;
        let total = total.parse().map_err(|_| unreadable(action, "a number"))?;
        let (rows, _) = rows.as_chunks::<4>();
        let channels = rows.iter().map(|row| channel_with(action, row)).collect::<Result<_>>()?;
        Ok(ChannelsPage { total, channels })
    }

    async fn channel(
        &self,
        asker: UserUuid,
        channel: ChannelUuid,
    ) -> Attempt<(ChannelDetails, Option<Membership>)> {
        let action = "read a channel";
        let mut script = CHANNEL_OF.arg(asker.to_string());
        let answer: Vec<String> =
            self.shared.link.attempt(action, script.arg(channel_name(channel))).await?;
        let (rows, _) = answer.as_chunks::<4>();
        let row = rows.first().ok_or_else(|| unreadable(action, "a channel"))?;
        Ok(channel_with(action, row)?)
    }

    async fn memberships(&self, user: UserUuid) -> Result<Vec<ChannelUuid>> {
        let mut commands = redis::pipe();
        commands.cmd("ZRANGE").arg(format!("userMemberships:{user}")).arg(0).arg(-1);
        let (found,): (Vec<String>,) = self.shared.link.send("read memberships", &commands).await?;
        Ok(found.iter().filter_map(|channel| channel.parse().ok()).collect())
    }

    async fn change_preferences(&self, change: PreferencesChange) -> Attempt<Preferences> {
        let (user, session, address) = (change.user, change.session, change.channel.address());
        let [mut stored, kind] = exchange(&self.shared, &change, "", None).await?;
        loop {
            let wanted = change.apply(preferences(&stored, first_level(&kind)));
            let news = News::Preferences { user, session, address, preferences: wanted.clone() };
            let [found, _] =
                exchange(&self.shared, &change, &stored, Some((&wanted, news))).await?;
            if found == stored {
                return Ok(wanted);
            }
            // They are others meanwhile: the change is made to those.
            stored = found;
        }
    }
}

/// Puts preferences in the place of these, if they are still the member's. Returns those that were stored,
/// and the channel's kind.
async fn exchange(
    shared: &Shared,
    of: &PreferencesChange,
    stored: &str,
    new: Option<(&Preferences, News)>,
) -> Attempt<[String; 2]> {
    let action = "change preferences";
    let (json, news) = new.map(|(new, news)| (json(new), news.envelope())).unwrap_or_default();
    let mut script = PREFERENCES.arg(channel_name(of.channel.uuid));
    script.arg(of.user.to_string()).arg(stored).arg(json).arg(news).arg(shared.link.prefix());
    let answer: Vec<String> = shared.link.attempt(action, &script).await?;
    Ok(answer.try_into().map_err(|_| unreadable(action, "a channel"))?)
}

/// One page of members, online first, then by name.
pub(super) async fn page(shared: &Shared, query: MembersQuery) -> Attempt<MembersPage> {
    let action = "list members";
    let mut script = CHANNEL_MEMBERS.arg(query.asker.to_string());
    script.arg(channel_name(query.channel)).arg(query.folded_prefix);
    script.arg(query.offset.min(1 << 53)).arg(query.limit);
    let answer: Vec<String> = shared.link.attempt(action, &script).await?;
    let (total, rows) = answer.split_first().ok_or_else(|| unreadable(action, "a member"))?;
    let total = total.parse().map_err(|_| unreadable(action, "a number"))?;
    let (rows, _) = rows.as_chunks::<5>();
    let member = |[uuid, name, standing, owner, online]: &[String; 5]| {
        let user = User { uuid: uuid.parse().ok()?, name: name.as_str().into() };
        let standing = standing_of(standing);
        Some((UserStatus { user, online: online == "1", standing }, owner == "1"))
    };
    Ok(MembersPage { total, members: rows.iter().filter_map(member).collect() })
}

fn channel_with(
    action: &'static str,
    [details, member, owner, preferences]: &[String; 4],
) -> Result<(ChannelDetails, Option<Membership>)> {
    let details: StoredDetails = parse(action, details)?;
    let membership = membership(owner, preferences, details.first_level());
    Ok((details.into(), (member == "1").then_some(membership)))
}

fn json(preferences: &Preferences) -> String {
    // Words, numbers and strings only: there is nothing that could fail.
    serde_json::to_string(preferences).unwrap_or_default()
}

fn flag(is: bool) -> &'static str {
    if is { "1" } else { "0" }
}

/// The number of a change, by which a node knows news that it hears more than once.
fn change() -> String {
    Uuid::new_v4().to_string()
}
