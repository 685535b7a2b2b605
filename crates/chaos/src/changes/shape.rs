//! Checks a frame by itself: the order of its changes, and the state of each message.

use super::record::{Frame, Reaction, State};

/// How many users of a reaction a message names.
const NAMED: u64 = 5;

/// The faults of a frame that came to this user.
pub fn faults(frame: &Frame, user: &str) -> Vec<String> {
    let states = frame.states.iter();
    let mut faults: Vec<_> = states.filter_map(|state| fault(frame, state, user)).collect();
    if let Some((channel, after, rev)) = frame.changes {
        let revs = || frame.states.iter().map(|state| state.rev);
        let is_in_order = [after].into_iter().chain(revs()).is_sorted_by(|one, next| one < next);
        if !is_in_order || revs().any(|last| last > rev) {
            let revs: Vec<_> = revs().collect();
            faults.push(format!("changes of channel {channel} from {after} to {rev} are {revs:?}"));
        }
        let mut seqs: Vec<_> = frame.states.iter().map(|state| state.seq).collect();
        seqs.sort_unstable();
        let mut pairs = seqs.windows(2);
        if let Some([seq, _]) = pairs.find(|pair| pair[0] == pair[1]) {
            faults.push(format!("changes of channel {channel} have {seq} twice"));
        }
    }
    faults
}

fn fault(frame: &Frame, state: &State, user: &str) -> Option<String> {
    let seq = state.seq;
    let has_more =
        state.text.is_some() || state.edited || state.pinned || !state.reactions.is_empty();
    if state.deleted && has_more {
        return Some(format!("{seq} is deleted and shows {state:?}"));
    }
    let is_wrong = |reaction: &&Reaction| !is_right(frame, reaction, user);
    let wrong = state.reactions.iter().find(is_wrong)?;
    Some(format!("{seq} has {wrong:?} in {}", frame.kind))
}

/// Whether as many users are named as reacted, and the reader knows whether they are one of them: from a reply, and from
/// the news of their own reaction.
fn is_right(frame: &Frame, reaction: &Reaction, user: &str) -> bool {
    let Reaction { count, users, mine, .. } = reaction;
    let is_told = frame.asked.is_some() || frame.kind == "messageReact";
    let is_one = users.iter().any(|is| is == user);
    let is_known = is_one || *count <= NAMED;
    users.len() as u64 == (*count).min(NAMED)
        && *count > 0
        && if is_told { *mine == is_one || !is_known } else { !mine }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reply(states: Vec<State>) -> Frame {
        Frame::of("channelMessages", Some(1), 2, states)
    }

    #[test]
    fn a_deleted_message_shows_nothing_else() {
        let deleted = State::deleted(1, 2);
        assert_eq!(faults(&reply(vec![deleted.clone()]), "ada"), [""; 0]);
        let kept = [
            State { text: Some(1), ..deleted.clone() },
            State { edited: true, ..deleted.clone() },
            State { pinned: true, ..deleted.clone() },
            State { reactions: vec![reaction(1, &["bob"], false)], ..deleted },
        ];
        for kept in kept {
            let faults = faults(&reply(vec![kept]), "ada");
            assert!(faults.len() == 1 && faults[0].starts_with("1 is deleted and shows"));
        }
    }

    fn reaction(count: u64, users: &[&str], mine: bool) -> Reaction {
        let users = users.iter().map(|user| (*user).to_owned()).collect();
        Reaction { emoji: "👍".to_owned(), count, users, mine }
    }

    #[test]
    fn a_reaction_names_those_who_made_it() {
        let is_right = |kind: &str, asked, reaction| {
            let states = vec![State { reactions: vec![reaction], ..State::at(1, 2) }];
            faults(&Frame::of(kind, asked, 2, states), "ada").is_empty()
        };
        let in_reply = |reaction| is_right("channelMessages", Some(1), reaction);
        assert!(in_reply(reaction(1, &["ada"], true)) && in_reply(reaction(1, &["bob"], false)));
        assert!(!in_reply(reaction(1, &["ada"], false)) && !in_reply(reaction(1, &["bob"], true)));
        assert!(!in_reply(reaction(2, &["ada"], true)) && !in_reply(reaction(0, &[], false)));
        let five = ["bob", "cyd", "dan", "eve", "fay"];
        assert!(in_reply(reaction(9, &five, true)) && in_reply(reaction(9, &five, false)));
        assert!(!in_reply(reaction(5, &five, true)));
        let live = |mine| is_right("channelChanges", None, reaction(1, &["ada"], mine));
        assert!(live(false) && !live(true));
        assert!(is_right("messageReact", None, reaction(1, &["ada"], true)));
    }

    #[test]
    fn changes_come_in_order_each_once_and_within_their_frame() {
        let faults = |after, rev, states: &[(u64, u64)]| {
            let states = states.iter().map(|(seq, rev)| State::at(*seq, *rev)).collect();
            let frame = Frame::of("channelChanges", None, 2, states);
            faults(&Frame { changes: Some((0, after, rev)), ..frame }, "ada").join("; ")
        };
        assert_eq!(faults(1, 4, &[(9, 2), (7, 4)]), "");
        assert_eq!(faults(4, 4, &[]), "");
        let told = "changes of channel 0 from 1 to 4 are";
        assert_eq!(faults(1, 4, &[(9, 4), (7, 2)]), format!("{told} [4, 2]"));
        assert_eq!(faults(1, 4, &[(9, 1)]), format!("{told} [1]"));
        assert_eq!(faults(1, 4, &[(9, 5)]), format!("{told} [5]"));
        assert_eq!(faults(1, 4, &[(9, 2), (9, 4)]), "changes of channel 0 have 9 twice");
    }
}
