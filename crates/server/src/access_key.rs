//! Access keys: what resumes a session without its password.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chinwag_protocol::UserUuid;
use chinwag_store::{BotKey, KeyDigest};
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// The user's 16 bytes, so that a key finds its user, and 24 random ones: 192 bits to guess.
const LENGTH: usize = 16 + 24;

/// A key as its owner holds it. Only its digest is ever stored.
pub struct AccessKey {
    /// Whose key it is.
    pub user: UserUuid,
    /// What is stored.
    pub digest: KeyDigest,
    /// What the owner gets and sends.
    pub text: String,
}

/// Makes the key of the bot that a request turns out to be about, of randomness that is drawn now.
pub fn of_bot() -> Result<BotKey, getrandom::Error> {
    let mut random = [0; LENGTH - 16];
    getrandom::fill(&mut random)?;
    Ok(Box::new(move |bot| -> (String, KeyDigest) {
        let key = AccessKey::of(bot, &random);
        (key.text, key.digest)
    }))
}

impl AccessKey {
    /// A new key for the user.
    pub fn generate(user: UserUuid) -> Result<Self, getrandom::Error> {
        let mut random = [0; LENGTH - 16];
        getrandom::fill(&mut random)?;
        Ok(Self::of(user, &random))
    }

    /// The user's key with these random bytes.
    pub fn of(user: UserUuid, random: &[u8; LENGTH - 16]) -> Self {
        let mut bytes = [0; LENGTH];
        bytes[..16].copy_from_slice(user.0.as_bytes());
        bytes[16..].copy_from_slice(random);
        Self::from_bytes(&bytes)
    }

    /// Reads a key; `None` if it can't be one.
    pub fn parse(text: &str) -> Option<Self> {
        // Checked first, so that a long text is never decoded.
        if text.len() != LENGTH.div_ceil(3) * 4 - 2 {
            return None;
        }
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        Some(Self::from_bytes(&bytes.try_into().ok()?))
    }

    fn from_bytes(bytes: &[u8; LENGTH]) -> Self {
        let (user, _) = bytes.split_at(16);
        Self {
            user: UserUuid(Uuid::from_slice(user).unwrap_or_default()),
            digest: KeyDigest(Sha256::digest(bytes).into()),
            text: URL_SAFE_NO_PAD.encode(bytes),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_read_back() {
        let user = UserUuid::random();
        let key = AccessKey::generate(user).unwrap();
        let read = AccessKey::parse(&key.text).unwrap();
        assert_eq!((read.user, read.digest), (user, key.digest));
    }

    #[test]
    fn what_is_no_key_is_none() {
        let key = AccessKey::generate(UserUuid::random()).unwrap().text;
        for wrong in ["", "x", &key[1..], &format!("{key}A"), &key.replace(&key[..1], "!")] {
            assert!(AccessKey::parse(wrong).is_none(), "{wrong}");
        }
    }
}
