//! The secret of a link: what stands behind `#link=` in its address.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chinwag_store::KeyDigest;
use sha2::{Digest, Sha256};

/// Random bits: 128.
const LENGTH: usize = 16;

/// A secret as it is told once.
pub struct LinkSecret {
    /// As it stands in the address.
    pub text: String,
    /// What is stored.
    pub digest: KeyDigest,
}

impl LinkSecret {
    /// A new one.
    pub fn generate() -> Result<Self, getrandom::Error> {
        let mut bytes = [0; LENGTH];
        getrandom::fill(&mut bytes)?;
        let text = URL_SAFE_NO_PAD.encode(bytes);
        Ok(Self { digest: Self::digest_of(&text), text })
    }

    /// What is stored of a secret.
    pub fn digest_of(text: &str) -> KeyDigest {
        KeyDigest(Sha256::digest(text.as_bytes()).into())
    }

    /// The whole address.
    pub fn url(&self, public_url: &str) -> String {
        format!("{public_url}/#link={}", self.text)
    }
}
