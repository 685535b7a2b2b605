//! The header `Range` of a request, RFC 9110, section 14.

use std::ops::Range;

/// The bytes that a request wants.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Wanted {
    /// All: 200. Several ranges and those that can't be read are answered by all.
    Whole,
    /// A part, never empty: 206.
    Part(Range<u64>),
    /// Nothing that is there: 416.
    Nothing,
}

impl Wanted {
    /// Reads the value of the header, if there is one, for a file of this size.
    #[must_use]
    pub fn of(header: Option<&str>, size: u64) -> Self {
        let Some((first, last)) = header.and_then(single) else { return Self::Whole };
        let range = match (first, last) {
            (Some(first), Some(last)) if first > last => return Self::Whole,
            (Some(first), last) => {
                first..last.map_or(size, |last| size.min(last.saturating_add(1)))
            }
            (None, Some(length)) => size.saturating_sub(length)..size,
            (None, None) => return Self::Whole,
        };
        if range.is_empty() { Self::Nothing } else { Self::Part(range) }
    }
}

/// The two numbers of a single range.
fn single(header: &str) -> Option<(Option<u64>, Option<u64>)> {
    let (unit, range) = header.split_once('=')?;
    let (first, last) = range.trim_matches([' ', '\t']).split_once('-')?;
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let readable = unit.eq_ignore_ascii_case("bytes") && digits(first) && digits(last);
    readable.then(|| (number(first), number(last)))
}

/// A number, if there is one. One beyond all sizes is as good as the largest.
fn number(digits: &str) -> Option<u64> {
    (!digits.is_empty()).then(|| digits.parse().unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read() {
        for (header, wanted) in [
            ("bytes=0-4", Wanted::Part(0..5)),
            ("Bytes=2-2", Wanted::Part(2..3)),
            ("bytes=3-", Wanted::Part(3..10)),
            ("bytes=8-99", Wanted::Part(8..10)),
            ("bytes=-3", Wanted::Part(7..10)),
            ("bytes=-99", Wanted::Part(0..10)),
            ("bytes=0-18446744073709551615", Wanted::Part(0..10)),
            ("bytes=0-99999999999999999999999", Wanted::Part(0..10)),
            ("bytes=10-", Wanted::Nothing),
            ("bytes=9223372036854775808-", Wanted::Nothing),
            ("bytes=99999999999999999999999-", Wanted::Nothing),
            ("bytes=-0", Wanted::Nothing),
            ("bytes=5-4", Wanted::Whole),
            ("bytes=0-1,3-4", Wanted::Whole),
            ("bytes=-", Wanted::Whole),
            ("bytes=", Wanted::Whole),
            ("bytes=a-b", Wanted::Whole),
            ("bytes=+1-2", Wanted::Whole),
            ("bytes=--1", Wanted::Whole),
            ("lines=0-1", Wanted::Whole),
            ("", Wanted::Whole),
        ] {
            assert_eq!(Wanted::of(Some(header), 10), wanted, "{header}");
        }
        assert_eq!(Wanted::of(None, 10), Wanted::Whole);
        assert_eq!(Wanted::of(Some("bytes=0-"), 0), Wanted::Nothing);
    }

    proptest::proptest! {
        #[test]
        fn a_part_is_inside(header in "(bytes=)?[0-9,-]{0,24}", size in 0..u64::MAX) {
            if let Wanted::Part(part) = Wanted::of(Some(&header), size) {
                assert!(part.start < part.end && part.end <= size);
            }
        }
    }
}
