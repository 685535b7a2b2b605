//! Reads long lists of JSON one item at a time, so that memory holds one.

use std::cell::Cell;
use std::fmt;
use std::io::{self, BufRead, BufReader, Read};
use std::rc::Rc;

use serde::de::{DeserializeOwned, DeserializeSeed, Error as _, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use crate::Error;

/// The longest item, in bytes. The longest message of the three has 40,000 characters, beside its reactions.
const LONGEST: u64 = 16 * 1024 * 1024;

/// Calls `take` with each item of a file that is one list.
pub(crate) fn of_list(
    name: &str,
    source: impl Read,
    mut take: impl FnMut(&str) -> Result<(), Error>,
) -> Result<(), Error> {
    let (source, left) = limited(source);
    let mut read = serde_json::Deserializer::from_reader(source);
    let mut failed = None;
    let list = List { left, take: &mut take, failed: &mut failed };
    let done = list.deserialize(&mut read).and_then(|()| read.end());
    end(name, failed, done)
}

/// Calls `head` with each property of a file that is one object, and `take` with each item of its property
/// `list`.
pub(crate) fn of_object<'a>(
    name: &str,
    source: impl Read,
    list: &'a str,
    head: &'a mut dyn FnMut(&str, &str) -> Result<(), Error>,
    take: &'a mut dyn FnMut(&str) -> Result<(), Error>,
) -> Result<(), Error> {
    let (source, left) = limited(source);
    let mut read = serde_json::Deserializer::from_reader(source);
    let mut failed = None;
    let object = Object { list, head, items: List { left, take, failed: &mut failed } };
    let done = read.deserialize_map(object).and_then(|()| read.end());
    end(name, failed, done)
}

/// Calls `take` with the number and the text of each line that isn't empty.
pub(crate) fn of_lines(
    name: &str,
    source: impl Read,
    mut take: impl FnMut(u64, &str) -> Result<(), Error>,
) -> Result<(), Error> {
    let (mut source, left) = limited(source);
    let mut line = String::new();
    for number in 1.. {
        left.set(LONGEST);
        line.clear();
        let read = source.read_line(&mut line);
        if read.map_err(|error| Error::of(name, format!("line {number}: {error}")))? == 0 {
            break;
        }
        if !line.trim().is_empty() {
            take(number, &line)?;
        }
    }
    Ok(())
}

/// Reads a text as a type; nothing where its shape is another.
pub(crate) fn parsed<T: DeserializeOwned>(text: &str) -> Option<T> {
    serde_json::from_str(text).ok()
}

fn end(name: &str, failed: Option<Error>, done: serde_json::Result<()>) -> Result<(), Error> {
    if let Some(failed) = failed {
        return Err(failed);
    }
    done.map_err(|error| {
        let category = error.classify();
        let advice = match category {
            serde_json::error::Category::Eof => ": the file is cut off; get the whole archive anew",
            _ => "",
        };
        Error::of(name, format!("{error}{advice}"))
    })
}

fn limited<R: Read>(inner: R) -> (BufReader<Limited<R>>, Rc<Cell<u64>>) {
    let left = Rc::new(Cell::new(LONGEST));
    (BufReader::with_capacity(64 * 1024, Limited { inner, left: Rc::clone(&left) }), left)
}

/// Stops where one item is longer than any of a chat.
struct Limited<R> {
    inner: R,
    left: Rc<Cell<u64>>,
}

impl<R: Read> Read for Limited<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        let left = self.left.get().checked_sub(read as u64);
        self.left.set(left.unwrap_or_default());
        left.map(|_| read)
            .ok_or_else(|| io::Error::other("one item is longer than 16 MB: the file is damaged"))
    }
}

type Take<'a> = &'a mut dyn FnMut(&str) -> Result<(), Error>;

struct List<'a> {
    left: Rc<Cell<u64>>,
    take: Take<'a>,
    failed: &'a mut Option<Error>,
}

impl<'de> DeserializeSeed<'de> for List<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for List<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        loop {
            self.left.set(LONGEST);
            let Some(item) = items.next_element::<Box<RawValue>>()? else { return Ok(()) };
            if let Err(error) = (self.take)(item.get()) {
                *self.failed = Some(error);
                return Err(A::Error::custom("stopped"));
            }
        }
    }
}

struct Object<'a> {
    list: &'a str,
    head: &'a mut dyn FnMut(&str, &str) -> Result<(), Error>,
    items: List<'a>,
}

impl<'de> Visitor<'de> for Object<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Self { list, head, items: List { left, take, failed } } = self;
        while let Some(key) = map.next_key::<String>()? {
            left.set(LONGEST);
            if key == list {
                let items = List { left: Rc::clone(&left), take, failed };
                map.next_value_seed(items)?;
                continue;
            }
            let value = map.next_value::<Box<RawValue>>()?;
            if let Err(error) = head(&key, value.get()) {
                *failed = Some(error);
                return Err(A::Error::custom("stopped"));
            }
        }
        Ok(())
    }
}

/// A list of which an item that can't be read is left out.
pub(crate) fn lenient<'de, D: Deserializer<'de>, T: DeserializeOwned>(
    deserializer: D,
) -> Result<Vec<T>, D::Error> {
    let items = Option::<Vec<serde_json::Value>>::deserialize(deserializer)?.unwrap_or_default();
    Ok(items.into_iter().filter_map(|item| serde_json::from_value(item).ok()).collect())
}
