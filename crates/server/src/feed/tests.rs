//! Tests of the way from the store's events to the cores.

use std::thread;
use std::time::Duration;

use chinwag_protocol::ChannelUuid;
use jiff::Timestamp;
use uuid::Uuid;

use super::*;
use crate::samples;

#[tokio::test]
async fn changes_are_sent_before_the_messages_behind_them() {
    const LAST: u64 = 3_000;
    let core = Arc::<Mailbox>::default();
    core.interest.add(Channel::GENERAL.uuid.0);
    let dispatcher =
        Arc::new(Dispatcher::new(vec![Arc::clone(&core)], u64::MAX, Counter::noop(), None));
    let teller = Arc::clone(&dispatcher);
    let telling = thread::spawn(move || {
        for seq in 1..=LAST {
            let message = Arc::new(samples::changed(1, seq));
            let changed = Event::Changed { after: seq - 1, message };
            let message = Arc::new(samples::message(&Channel::GENERAL, seq + 1));
            let told = Event::Message { message, ticket: None };
            teller.dispatch(vec![changed]);
            teller.dispatch(vec![told]);
        }
    });
    let sending = thread::spawn(move || {
        while !telling.is_finished() {
            dispatcher.send_due(Instant::now() + Duration::from_secs(1));
        }
    });
    // Each message was told behind a change of the first one.
    let (mut told, mut late) = (0, Vec::new());
    while told < LAST {
        for work in core.take().await {
            let Work::Batch(batch) = work else { continue };
            for delivery in &batch.deliveries {
                match delivery {
                    Delivery::Message { message, .. } => told = message.seq - 1,
                    Delivery::Changed(changes) => {
                        let frame = batch.frame(&changes.frames[0]);
                        let json = String::from_utf8_lossy(&frame[4..]).into_owned();
                        let rev = json
                            .split("\"rev\":")
                            .nth(1)
                            .and_then(|rest| rest.split(',').next()?.parse::<u64>().ok());
                        late.extend(rev.filter(|rev| *rev < told).map(|rev| (rev, told)));
                    }
                    _ => {}
                }
            }
        }
    }
    sending.join().unwrap();
    assert_eq!(late, []);
}

#[tokio::test]
async fn a_core_that_lags_is_brought_the_messages_of_a_channel_that_was_just_made() {
    let cores: Vec<Arc<Mailbox>> = vec![Arc::default(), Arc::default()];
    let dispatcher = Dispatcher::new(cores.clone(), 100, Counter::noop(), None);
    let uuid = ChannelUuid(Uuid::new_v4());
    let details = ChannelDetails {
        uuid,
        name: "Ops".into(),
        topic: "".into(),
        private: false,
        owners_post: false,
        archived: false,
        created_at: Timestamp::UNIX_EPOCH,
        users_total: 1,
        users: Vec::new(),
    };
    let message = samples::message(&Channel::of_members(uuid), 1);
    let new_members = vec![message.sender.uuid];
    dispatcher.dispatch(vec![Event::Channel { details: Arc::new(details), new_members }]);
    let message = Arc::new(message);
    dispatcher.dispatch(vec![Event::Message { message, ticket: None }]);
    for core in cores {
        assert_eq!(core.take().await.len(), 2);
    }
}
