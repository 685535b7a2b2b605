//! The table of what the faults cost.

use crate::audit::Cost;

/// The names of the columns.
pub const HEAD: [&str; 11] = [
    "fault",
    "times",
    "acknowledged",
    "lost",
    "twice",
    "out of order",
    "holes",
    "error 30",
    "silences",
    "connections",
    "slowest return",
];

/// One fault's row.
pub fn row(fault: &str, times: u32, cost: &Cost) -> [String; HEAD.len()] {
    let slowest = match cost.slowest.as_secs_f64() {
        0.0 => "–".to_owned(),
        seconds => format!("{seconds:.2} s"),
    };
    [
        fault.to_owned(),
        times.to_string(),
        cost.acknowledged.to_string(),
        cost.lost.to_string(),
        cost.twice.to_string(),
        cost.out_of_order.to_string(),
        cost.holes.to_string(),
        cost.refused.to_string(),
        cost.silences.to_string(),
        cost.reconnects.to_string(),
        slowest,
    ]
}
