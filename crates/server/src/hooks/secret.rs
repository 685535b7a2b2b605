//! The secret in the address of a hook.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chinwag_store::KeyDigest;
use sha2::{Digest, Sha256};

/// 192 bits to guess. Only the digest is ever stored.
pub struct Secret([u8; 24]);

impl Secret {
    /// A new one.
    pub fn generate() -> Result<Self, getrandom::Error> {
        let mut bytes = [0; 24];
        getrandom::fill(&mut bytes)?;
        Ok(Self(bytes))
    }

    /// Reads one as it stands in an address.
    pub fn parse(text: &str) -> Option<Self> {
        // Checked first, so that a long text is never decoded.
        if text.len() != 32 {
            return None;
        }
        URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok().map(Self)
    }

    /// As it stands in an address.
    pub fn text(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }

    /// What is stored.
    pub fn digest(&self) -> KeyDigest {
        KeyDigest(Sha256::digest(self.0).into())
    }
}
