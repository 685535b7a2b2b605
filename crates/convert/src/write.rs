//! Writes what was gathered as the lines of an export.

use std::collections::{BTreeSet, HashMap};
use std::io::{self, BufWriter, Write};
use std::sync::Arc;

use chinwag_protocol::{ChannelUuid, MessageUuid, UserUuid};
use chinwag_store::File;
use chinwag_store::transfer::{
    ChannelRecord, Counts, DetailsRecord, MemberRecord, MessageRecord, Record, StateRecord,
    UserRecord, VERSION,
};
use jiff::Timestamp;

use crate::gather::{Channel, Entry, Gathered, Kind};
use crate::ids::{derived, part};
use crate::names::Names;
use crate::plan::{Planned, plan};
use crate::split::split;
use crate::{Error, Loss, Report};

/// The sizes of a group.
const GROUP: std::ops::RangeInclusive<usize> = 3..=20;

/// The most mentions and kinds of reactions of a message.
const MENTIONS: usize = 50;
const KINDS: usize = 20;

/// Writes everything; returns the report.
pub(crate) fn write(mut gathered: Gathered, out: impl Write) -> Result<Report, Error> {
    gathered.flush()?;
    let same = settle(&mut gathered);
    let mut entries = sorted(&mut gathered, &same);
    let users = gathered.people.uuids(gathered.format());
    let names = user_names(&mut gathered);
    let mut writer = Writer { out: BufWriter::new(out), users, names, end: Counts::default() };
    writer.record(&Record::Chinwag { version: VERSION })?;
    let general = general_first(&gathered);
    let first = general.map_or_else(Vec::new, |number| take(&mut entries, number));
    let (planned, total) = plan(&mut gathered, first, &writer.names)?;
    writer.users(&gathered, total)?;
    writer.channel(ChannelRecord::general(total))?;
    writer.messages(&mut gathered, &planned)?;
    for (number, uuid) in in_order(&mut gathered, &writer.users, general) {
        let entries = take(&mut entries, number);
        let kind = gathered.channels[number].kind;
        if entries.is_empty() && !matches!(kind, Kind::Named { .. }) {
            continue;
        }
        let began = entries.first().map(|entry| entry.at);
        let (planned, total) = plan(&mut gathered, entries, &writer.names)?;
        writer.head(&gathered, number, uuid, began, total)?;
        writer.messages(&mut gathered, &planned)?;
    }
    let end = writer.end;
    writer.record(&Record::End { end })?;
    writer.out.flush()?;
    let mut report = gathered.report;
    Counts { users: report.users, channels: report.channels, messages: report.messages } = end;
    Ok(report)
}

/// Decides the kinds of channels by their members, and finds those that are the same one: direct channels
/// and groups of the same users.
fn settle(gathered: &mut Gathered) -> HashMap<u32, u32> {
    let (mut same, mut of_users) = (HashMap::new(), HashMap::new());
    for (number, channel) in (0..).zip(&mut gathered.channels) {
        // One without messages isn't written at all.
        if !matches!(channel.kind, Kind::Direct | Kind::Group) || channel.authors.is_empty() {
            continue;
        }
        if channel.members.is_empty() {
            channel.members.clone_from(&channel.authors);
        }
        channel.kind = match channel.members.len() {
            1 | 2 if channel.kind == Kind::Direct => Kind::Direct,
            size if GROUP.contains(&size) => Kind::Group,
            _ => Kind::Named { private: true },
        };
        if matches!(channel.kind, Kind::Named { .. }) {
            continue;
        }
        let users: BTreeSet<u32> = channel.members.clone();
        let first = *of_users.entry(users).or_insert(number);
        same.insert(number, first);
    }
    same
}

/// The entries by channel and time, without strangers in direct channels.
fn sorted(gathered: &mut Gathered, same: &HashMap<u32, u32>) -> HashMap<usize, Vec<Entry>> {
    let mut entries: HashMap<usize, Vec<Entry>> = HashMap::new();
    for mut entry in std::mem::take(&mut gathered.entries) {
        entry.channel = same.get(&entry.channel).copied().unwrap_or(entry.channel);
        let channel = &gathered.channels[entry.channel as usize];
        if channel.kind == Kind::Direct && !channel.members.contains(&entry.sender) {
            gathered.report.lose(Loss::Stranger);
            continue;
        }
        entries.entry(entry.channel as usize).or_default().push(entry);
    }
    // Stable: what has one time stays as the archive has it.
    for entries in entries.values_mut() {
        entries.sort_by_key(|entry| entry.at);
    }
    entries
}

fn take(entries: &mut HashMap<usize, Vec<Entry>>, channel: usize) -> Vec<Entry> {
    entries.remove(&channel).unwrap_or_default()
}

/// A name for each. People choose before bots, so that these get the numbers.
fn user_names(gathered: &mut Gathered) -> Vec<String> {
    let mut names = Names::new(gathered.options.name);
    let people = gathered.people.all();
    let mut given = vec![String::new(); people.len()];
    let mut order: Vec<usize> = (0..people.len()).collect();
    order.sort_by_key(|number| (people[*number].bot, people[*number].deactivated));
    for number in order {
        let person = &people[number];
        let name = names.give(&person.names, &format!("user {}", person.key), "user");
        if person.names.first() != Some(&name) {
            let from = person.names.first().unwrap_or(&person.key).clone();
            gathered.report.renamed.push((from, name.clone()));
        }
        given[number] = name;
    }
    given
}

fn general_first(gathered: &Gathered) -> Option<usize> {
    gathered.channels.iter().position(|channel| channel.kind == Kind::General)
}

/// The other channels as an export has them: direct ones by users, then groups and named ones by UUID. Named
/// ones get their names.
fn in_order(
    gathered: &mut Gathered,
    users: &[UserUuid],
    general: Option<usize>,
) -> Vec<(usize, ChannelUuid)> {
    let format = gathered.format();
    let mut order: Vec<_> = Vec::new();
    let mut names = Names::new(gathered.options.name);
    for (number, channel) in gathered.channels.iter_mut().enumerate() {
        if Some(number) == general {
            continue;
        }
        let mut pair: Vec<UserUuid> = Vec::new();
        if channel.kind == Kind::Direct {
            pair.extend(channel.members.iter().map(|member| users[*member as usize]));
            pair.sort_unstable();
        } else if matches!(channel.kind, Kind::Named { .. } | Kind::General) {
            let typed = channel.name.trim_start_matches('#').to_owned();
            let not_an_id = typed.trim().parse::<uuid::Uuid>().is_err();
            let candidates: Vec<_> = std::iter::once(typed.clone()).filter(|_| not_an_id).collect();
            channel.name = names.give(&candidates, "channel", "channel");
            if channel.name != typed {
                let (from, to) = (format!("#{typed}"), format!("#{}", channel.name));
                gathered.report.renamed.push((from, to));
            }
        }
        let uuid = ChannelUuid(derived(format, "channel", &[&channel.key]));
        order.push((channel.kind != Kind::Direct, pair, uuid, number));
    }
    order.sort_unstable();
    order.into_iter().map(|(_, _, uuid, number)| (number, uuid)).collect()
}

struct Writer<W: Write> {
    out: BufWriter<W>,
    users: Vec<UserUuid>,
    names: Vec<String>,
    end: Counts,
}

impl<W: Write> Writer<W> {
    fn record(&mut self, record: &Record) -> io::Result<()> {
        serde_json::to_writer(&mut self.out, record)?;
        self.out.write_all(b"\n")
    }

    fn users(&mut self, gathered: &Gathered, read: u64) -> io::Result<()> {
        let people = gathered.people.all();
        let mut order: Vec<usize> = (0..people.len()).collect();
        order.sort_unstable_by_key(|number| self.users[*number]);
        for number in order {
            let mut user = UserRecord::new(self.users[number], &self.names[number]);
            user.read = read;
            user.deactivated = people[number].deactivated;
            self.end.users += 1;
            self.record(&Record::User { user })?;
        }
        Ok(())
    }

    fn channel(&mut self, channel: ChannelRecord) -> io::Result<()> {
        self.end.channels += 1;
        self.end.messages += channel.messages;
        self.record(&Record::Channel { channel })
    }

    /// A channel besides General, and its members.
    fn head(
        &mut self,
        gathered: &Gathered,
        number: usize,
        uuid: ChannelUuid,
        began: Option<Timestamp>,
        total: u64,
    ) -> io::Result<()> {
        let channel = &gathered.channels[number];
        let members: Vec<UserUuid> =
            channel.members.iter().map(|member| self.users[*member as usize]).collect();
        if channel.kind == Kind::Direct
            && let (Some(one), Some(other)) = (members.first(), members.last())
        {
            return self.channel(ChannelRecord::direct(uuid, [*one, *other], total));
        }
        let created_at = channel.created_at.or(began).unwrap_or(Timestamp::UNIX_EPOCH);
        let details = details(channel, created_at);
        self.channel(ChannelRecord::with_members(uuid, details, total))?;
        let owners: BTreeSet<UserUuid> =
            channel.owners.iter().map(|owner| self.users[*owner as usize]).collect();
        let mut members = members;
        members.sort_unstable();
        for user in members {
            let mut member = MemberRecord::new(user, created_at);
            member.read = total;
            member.owner = owners.contains(&user);
            self.record(&Record::Member { member })?;
        }
        Ok(())
    }

    fn messages(&mut self, gathered: &mut Gathered, planned: &[Planned]) -> io::Result<()> {
        let mut rev = 0;
        for message in planned {
            self.message(gathered, message, &mut rev)?;
        }
        Ok(())
    }

    fn message(
        &mut self,
        gathered: &mut Gathered,
        planned: &Planned,
        rev: &mut u64,
    ) -> io::Result<()> {
        let kept = gathered.kept(&planned.entry)?;
        let text = gathered.shown(&kept, &self.names);
        let files: Box<[File]> =
            kept.files.iter().filter_map(|file| gathered.files.taken(file).cloned()).collect();
        gathered.report.files += files.len() as u64;
        gathered.report.lose_some(Loss::File, (kept.files.len() - files.len()) as u64);
        let Entry { uuid, sender, at, pinned, .. } = planned.entry;
        let (most, format) = (gathered.options.message_length, gathered.format());
        let mut mentions = kept.text.mentioned();
        gathered.report.lose_some(Loss::Mention, mentions.len().saturating_sub(MENTIONS) as u64);
        mentions.truncate(MENTIONS);
        let reactions = self.reactions(gathered, kept.reactions);
        for (number, text) in split(&text, most).into_iter().enumerate() {
            let (seq, sender) = (planned.seq + number as u64, self.users[sender as usize]);
            let uuid = MessageUuid(part(format, uuid, number));
            let mut message = MessageRecord::new(seq, uuid, sender, text.into(), at);
            message.reply_to = planned.reply_to;
            message.root = planned.reply_to.map(|_| planned.root);
            let mut state = StateRecord { edited_at: kept.edited_at, ..StateRecord::default() };
            if number == 0 {
                message.mentions = mentions.iter().map(|user| self.users[*user as usize]).collect();
                message.mention_all = kept.text.all;
                message.files.clone_from(&files);
                state.pinned_at = pinned.then_some(at);
                state.replies = planned.replies;
                state.reactions.clone_from(&reactions);
                if planned.replies > 0 {
                    message.root = Some(seq);
                }
            }
            if state != StateRecord::default() {
                *rev += 1;
                state.rev = *rev;
                message.state = Some(Box::new(state));
            }
            self.record(&Record::Message { message })?;
        }
        Ok(())
    }

    fn reactions(
        &self,
        gathered: &mut Gathered,
        reactions: Vec<(String, Vec<u32>)>,
    ) -> Vec<(Arc<str>, Vec<UserUuid>)> {
        let mut kinds: Vec<(Arc<str>, Vec<UserUuid>)> = Vec::new();
        for (emoji, users) in reactions {
            let place = kinds.iter().position(|(known, _)| **known == *emoji);
            let place = match place {
                Some(place) => place,
                None if kinds.len() == KINDS => {
                    gathered.report.lose_some(Loss::Reaction, users.len() as u64);
                    continue;
                }
                None => {
                    kinds.push((emoji.into(), Vec::new()));
                    kinds.len() - 1
                }
            };
            for user in users {
                let user = self.users[user as usize];
                if !kinds[place].1.contains(&user) {
                    kinds[place].1.push(user);
                }
            }
        }
        kinds.retain(|(_, users)| !users.is_empty());
        kinds
    }
}

fn details(channel: &Channel, created_at: Timestamp) -> DetailsRecord {
    let name = if channel.kind == Kind::Group { "" } else { &channel.name };
    let mut details = DetailsRecord::new(name, created_at);
    details.topic = channel.topic.as_str().into();
    details.private = channel.kind != Kind::Named { private: false };
    details.archived = channel.archived;
    details
}
