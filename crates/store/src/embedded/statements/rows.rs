//! How values stand in the tables.

use std::sync::Arc;

use jiff::Timestamp;
use rusqlite::types::Type;
use rusqlite::{Result, Row};
use uuid::Uuid;

/// How many bits of a message's key its `Seq` has. The channel's number stands above them.
const SEQ_BITS: u32 = 40;

/// The greatest number of a channel, so that a key is no negative number.
pub(in crate::embedded) const MAX_NUMBER: i64 = (1 << (63 - SEQ_BITS)) - 1;

/// The key of a message: its channel's number and its `Seq`.
pub(in crate::embedded) fn key(number: i64, seq: u64) -> i64 {
    const MAX_SEQ: u64 = (1 << SEQ_BITS) - 1;
    (number << SEQ_BITS) | seq.min(MAX_SEQ).cast_signed()
}

/// The channel's number in a message's key.
pub(in crate::embedded) fn number_in(key: i64) -> i64 {
    key >> SEQ_BITS
}

/// The `Seq` in a message's key.
pub(in crate::embedded) fn seq_in(key: i64) -> u64 {
    (key & ((1 << SEQ_BITS) - 1)).cast_unsigned()
}

/// Nanoseconds since 1970, as they are stored: good until the year 2262.
pub(in crate::embedded) fn nanoseconds(time: Timestamp) -> i64 {
    i64::try_from(time.as_nanosecond()).unwrap_or(i64::MAX)
}

pub(in crate::embedded) fn saturated(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

pub(in crate::embedded) fn number_at(row: &Row, column: usize) -> Result<u64> {
    row.get::<_, i64>(column).map(i64::cast_unsigned)
}

pub(in crate::embedded) fn uuid_at(row: &Row, column: usize) -> Result<Uuid> {
    row.get::<_, [u8; 16]>(column).map(Uuid::from_bytes)
}

pub(in crate::embedded) fn text_at(row: &Row, column: usize) -> Result<Arc<str>> {
    row.get(column)
}

pub(in crate::embedded) fn timestamp_at(row: &Row, column: usize) -> Result<Timestamp> {
    Timestamp::from_nanosecond(i128::from(row.get::<_, i64>(column)?))
        .map_err(|error| invalid(column, error))
}

pub(in crate::embedded) fn optional_timestamp_at(
    row: &Row,
    column: usize,
) -> Result<Option<Timestamp>> {
    row.get::<_, Option<i64>>(column)?.map(|_| timestamp_at(row, column)).transpose()
}

fn invalid(
    column: usize,
    error: impl std::error::Error + Send + Sync + 'static,
) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(column, Type::Integer, Box::new(error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_sort_by_channel_and_then_by_seq() {
        let keys = [key(1, 1), key(1, 2), key(1, u64::MAX), key(2, 0), key(MAX_NUMBER, 7)];
        assert!(keys.is_sorted() && keys[0] > 0);
        assert_eq!((seq_in(key(3, 9)), seq_in(key(MAX_NUMBER, 7))), (9, 7));
        assert_eq!(number_in(key(3, u64::MAX)), 3);
    }
}
