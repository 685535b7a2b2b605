//! The address of a bucket.

use std::env;

use rusty_s3::{Bucket, UrlStyle};
use url::Url;

/// A bucket, and what the keys of the home begin with.
#[derive(Debug)]
pub struct Address {
    /// The bucket.
    pub bucket: Bucket,
    /// Empty, or with `/` at its end.
    pub prefix: String,
}

impl Address {
    /// Reads `s3://BUCKET/PREFIX?region=…&endpoint=…&style=path|host`.
    ///
    /// # Errors
    /// One sentence.
    pub fn read(text: &str) -> Result<Self, String> {
        let url = Url::parse(text)
            .map_err(|error| format!("the address of the bucket can't be read: {error}"))?;
        let name = url.host_str().filter(|_| url.scheme() == "s3").ok_or(SHAPE)?.to_owned();
        let (mut region, mut endpoint, mut style) = (None, None, None);
        for (key, value) in url.query_pairs() {
            let setting = match &*key {
                "region" => &mut region,
                "endpoint" => &mut endpoint,
                "style" => &mut style,
                _ => {
                    return Err(format!(
                        "{key} is no setting of a bucket: they are region, endpoint and style"
                    ));
                }
            };
            *setting = Some(value.into_owned());
        }
        let region = region
            .or_else(|| env::var("AWS_REGION").ok())
            .unwrap_or_else(|| "us-east-1".to_owned());
        let style = match (style.as_deref(), &endpoint) {
            (Some("path"), _) | (None, Some(_)) => UrlStyle::Path,
            (Some("host"), _) | (None, None) => UrlStyle::VirtualHost,
            _ => return Err("the style of a bucket is path or host".to_owned()),
        };
        let endpoint = endpoint.unwrap_or_else(|| format!("https://s3.{region}.amazonaws.com"));
        let endpoint = Url::parse(&endpoint)
            .map_err(|error| format!("the endpoint can't be read: {error}"))?;
        let bucket = Bucket::new(endpoint, style, name, region).map_err(|error| {
            format!("the endpoint and the name of the bucket don't fit: {error}")
        })?;
        let prefix = url.path().trim_matches('/');
        let prefix = if prefix.is_empty() { String::new() } else { format!("{prefix}/") };
        Ok(Self { bucket, prefix })
    }
}

const SHAPE: &str = "a bucket is written s3://BUCKET/PREFIX?region=…&endpoint=…&style=path";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read() {
        for (text, base, prefix) in [
            ("s3://b?region=eu-west-1", "https://b.s3.eu-west-1.amazonaws.com/", ""),
            (
                "s3://b/chat/files/?region=x&style=path",
                "https://s3.x.amazonaws.com/b/",
                "chat/files/",
            ),
            ("s3://b?region=x&endpoint=http://127.0.0.1:9000", "http://127.0.0.1:9000/b/", ""),
            ("s3://b?region=x&endpoint=https://s3.test&style=host", "https://b.s3.test/", ""),
        ] {
            let address = Address::read(text).unwrap();
            assert_eq!((address.bucket.base_url().as_str(), &*address.prefix), (base, prefix));
        }
        for text in [
            "s3:",
            "http://b",
            "s3://b?style=other",
            "s3://b?regoin=x",
            "s3://b?endpoint=ftp://x",
            "b",
        ] {
            assert!(Address::read(text).is_err(), "{text}");
        }
    }
}
