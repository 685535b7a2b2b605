//! Who reads a file: by an access key, or in a browser by a cookie for `/files` alone.

use axum::http::HeaderMap;
use axum::http::header::{AUTHORIZATION, COOKIE};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chinwag_protocol::UserUuid;
use chinwag_store::{KEY_LIFETIME, KeyDigest, Result};
use sha2::{Digest, Sha256};

use super::Files;
use crate::access_key::AccessKey;

const NAME: &str = "chinwag-files=";

/// The token or the access key of a request.
pub fn bearer(headers: &HeaderMap) -> Option<&str> {
    headers.get(AUTHORIZATION)?.to_str().ok()?.strip_prefix("Bearer ")
}

/// The digest of a token or a secret.
pub fn digest(secret: &str) -> KeyDigest {
    KeyDigest(Sha256::digest(secret).into())
}

impl Files {
    /// Makes the cookie of an access key, the same each time; `None` if the key has ended.
    pub(super) async fn cookie(&self, key: &AccessKey, secure: bool) -> Result<Option<String>> {
        // Who knows it doesn't know the access key.
        let hash = Sha256::new().chain_update("chinwag files ").chain_update(&key.text).finalize();
        let secret = URL_SAFE_NO_PAD.encode(hash);
        if !self.store.add_file_key(key.user, key.digest, digest(&secret)).await? {
            return Ok(None);
        }
        let secure = if secure { "; Secure" } else { "" };
        Ok(Some(format!(
            "{NAME}{}.{secret}; Path=/files; Max-Age={KEY_LIFETIME}; HttpOnly; SameSite=Strict{secure}",
            key.user
        )))
    }

    /// The user of a request.
    pub(super) async fn reader(&self, headers: &HeaderMap) -> Result<Option<UserUuid>> {
        if let Some(key) = bearer(headers) {
            let Some(key) = AccessKey::parse(key) else { return Ok(None) };
            return Ok(self
                .store
                .use_access_key(key.user, key.digest)
                .await?
                .map(|(user, _)| user.uuid));
        }
        let cookies = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
        let mut cookies = cookies.flat_map(|value| value.split(';'));
        let cookie = cookies.find_map(|cookie| cookie.trim().strip_prefix(NAME));
        let Some((user, secret)) = cookie.and_then(|cookie| cookie.split_once('.')) else {
            return Ok(None);
        };
        let Ok(user) = user.parse() else { return Ok(None) };
        Ok(self.store.has_file_key(user, digest(secret)).await?.then_some(user))
    }
}
