//! Forms as browsers and `curl -d` send them.

use percent_encoding::percent_decode_str;

/// The field `payload` of a form, if it has one. Bytes that aren't UTF-8 are replaced.
pub(crate) fn payload(form: &str) -> Option<String> {
    let fields = form.trim().split('&').filter_map(|field| field.split_once('='));
    let mut payloads = fields.filter(|(name, _)| *name == "payload").map(|(_, value)| value);
    let encoded = payloads.next()?.replace('+', " ");
    Some(percent_decode_str(&encoded).decode_utf8_lossy().into_owned())
}
