//! Integers as JSON and its schemas have them: `50.0` and `5e1` are 50.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer};

/// An integer, however it is written.
struct Integer<T>(T);

struct IntegerVisitor<T>(PhantomData<T>);

impl<'de, T: TryFrom<i128>> Deserialize<'de> for Integer<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        // With `any` JSON's own form decides, which may be of either kind.
        from.deserialize_any(IntegerVisitor(PhantomData)).map(Self)
    }
}

impl<T: TryFrom<i128>> Visitor<'_> for IntegerVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an integer")
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<T, E> {
        T::try_from(number.into()).map_err(|_| E::custom("the integer is out of range"))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<T, E> {
        T::try_from(number.into()).map_err(|_| E::custom("the integer is out of range"))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<T, E> {
        if number.fract() != 0.0 {
            return Err(E::custom("the number is no integer"));
        }
        #[expect(clippy::cast_possible_truncation, reason = "a cast of floats keeps to the bounds")]
        let whole = number as i128;
        T::try_from(whole).map_err(|_| E::custom("the integer is out of range"))
    }
}

pub(crate) fn required<'de, T: TryFrom<i128>, D: Deserializer<'de>>(
    from: D,
) -> Result<T, D::Error> {
    Integer::deserialize(from).map(|Integer(number)| number)
}

pub(crate) fn maybe<'de, T: TryFrom<i128>, D: Deserializer<'de>>(
    from: D,
) -> Result<Option<T>, D::Error> {
    let number = Option::<Integer<T>>::deserialize(from)?;
    Ok(number.map(|Integer(number)| number))
}
