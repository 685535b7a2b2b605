//! JSON of which nothing is taken for granted: what is of another type counts as absent.

use serde_json::{Map, Value};

/// An object.
pub(crate) type Object = Map<String, Value>;

/// A property that is text with something in it.
pub(crate) fn string<'a>(object: &'a Object, key: &str) -> Option<&'a str> {
    object.get(key)?.as_str().map(str::trim).filter(|text| !text.is_empty())
}

/// A property that is an object.
pub(crate) fn object<'a>(object: &'a Object, key: &str) -> Option<&'a Object> {
    object.get(key)?.as_object()
}

/// The objects in a property that is a list.
pub(crate) fn objects<'a>(object: &'a Object, key: &str) -> impl Iterator<Item = &'a Object> {
    object.get(key).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_object)
}

/// A property of a property, which is text.
pub(crate) fn string_in<'a>(outer: &'a Object, key: &str, inner: &str) -> Option<&'a str> {
    string(object(outer, key)?, inner)
}
