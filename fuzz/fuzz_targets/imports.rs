//! Lines of an export, which somebody may have changed: each is refused, or read the same once it is written anew.

#![no_main]

use chinwag_store::transfer::{Order, Record};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let mut order = Order::default();
    for line in text.lines() {
        let Ok(record) = serde_json::from_str::<Record>(line) else { return };
        let written = serde_json::to_string(&record).unwrap();
        assert_eq!(serde_json::from_str::<Record>(&written).unwrap(), record, "{written}");
        if order.take(record, |name| Ok(name.to_lowercase())).is_err() {
            return;
        }
    }
});
