//! Tests of batches that are joined.

use chinwag_store::Channel;

use super::*;
use crate::samples;

/// A batch with a message of this `Seq` and one behind it.
fn batch(channel: &Channel, seq: u64) -> Batch {
    let mut draft = Draft::default();
    for seq in [seq, seq + 1] {
        draft.message(Arc::new(samples::message(channel, seq)), false, None);
    }
    draft.finish()
}

#[test]
fn batches_of_one_channel_become_one_piece() {
    let batches = [1, 3, 5].map(|seq| batch(&Channel::GENERAL, seq));
    let (joined, count) = batches[0].join(batches[1..].iter()).unwrap();
    assert_eq!(count, 2);
    let [run] = &joined.runs[..] else { panic!("{} runs", joined.runs.len()) };
    assert_eq!((run.first, run.count), (1, 6));
    let parts: Vec<_> = batches.iter().map(|batch| batch.frame(&batch.runs[0].frames)).collect();
    assert_eq!(joined.frame(&run.frames), parts.concat());
    for (delivery, seq) in joined.deliveries.iter().zip(1..) {
        let Delivery::Message { message, frame, .. } = delivery else { panic!("no message") };
        let frame = String::from_utf8_lossy(&joined.frame(frame)).into_owned();
        assert!(message.seq == seq && frame.contains(&format!("text {seq}")), "{frame}");
    }
}

#[test]
fn a_batch_with_anything_else_is_not_joined() {
    let first = batch(&Channel::GENERAL, 1);
    let other = batch(&Channel::of_members(ChannelUuid(uuid::Uuid::new_v4())), 1);
    let mut draft = Draft::default();
    draft.push(Delivery::KeysInDoubt);
    let news = draft.finish();
    let behind = batch(&Channel::GENERAL, 3);
    for between in [&other, &news] {
        assert!(first.join([between, &behind].into_iter()).is_none());
        assert!(between.join([&behind].into_iter()).is_none());
    }
    assert_eq!(first.join([&behind, &news].into_iter()).map(|(_, count)| count), Some(1));
}
