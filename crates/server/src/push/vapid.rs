//! The server's name for push services: a key, and signatures by it. RFC 8292.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use ring::error::Unspecified;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use serde_json::json;

/// For how long a signature is good. RFC 8292 allows a day.
const GOOD_FOR: SignedDuration = SignedDuration::from_hours(12);

/// How old a signature is when it is made anew.
const RENEW_AFTER: SignedDuration = SignedDuration::from_hours(1);

/// How many signatures are kept.
const KEPT: usize = 256;

/// The server's key, and whom to ask about it.
pub struct Vapid {
    key: EcdsaKeyPair,
    random: SystemRandom,
    /// The server's own address.
    subject: String,
    /// By the origin of the push service.
    signed: Mutex<HashMap<String, (String, Timestamp)>>,
}

impl Vapid {
    /// A new private key, as it is stored: PKCS #8.
    pub fn generate() -> Result<Vec<u8>, Unspecified> {
        let random = SystemRandom::new();
        let key = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random)?;
        Ok(key.as_ref().to_vec())
    }

    /// With the stored key.
    pub fn open(stored: &[u8], subject: &str) -> Result<Self, ring::error::KeyRejected> {
        let random = SystemRandom::new();
        let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, stored, &random)?;
        Ok(Self { key, random, subject: subject.to_owned(), signed: Mutex::default() })
    }

    /// The public key, as browsers take it: an uncompressed point in base64url.
    pub fn public_key(&self) -> String {
        BASE64_URL_SAFE_NO_PAD.encode(self.key.public_key())
    }

    /// The `Authorization` for a push service.
    pub fn authorization(&self, origin: &str, now: Timestamp) -> Result<String, Unspecified> {
        let mut signed = self.signed.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((text, at)) = signed.get(origin)
            && now.duration_since(*at).abs() < RENEW_AFTER
        {
            return Ok(text.clone());
        }
        let text = format!("vapid t={}, k={}", self.token(origin, now)?, self.public_key());
        if signed.len() >= KEPT {
            signed.clear();
        }
        signed.insert(origin.to_owned(), (text.clone(), now));
        Ok(text)
    }

    /// A JWT, RFC 7519.
    fn token(&self, origin: &str, now: Timestamp) -> Result<String, Unspecified> {
        let encode = |json: serde_json::Value| BASE64_URL_SAFE_NO_PAD.encode(json.to_string());
        let header = encode(json!({ "typ": "JWT", "alg": "ES256" }));
        let expires = now.as_second() + GOOD_FOR.as_secs();
        let claims = encode(json!({ "aud": origin, "exp": expires, "sub": self.subject }));
        let text = format!("{header}.{claims}");
        let signature = self.key.sign(&self.random, text.as_bytes())?;
        Ok(format!("{text}.{}", BASE64_URL_SAFE_NO_PAD.encode(signature)))
    }
}

#[cfg(test)]
mod tests {
    use ring::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};

    use super::*;

    #[test]
    fn a_signature_names_the_service_the_server_and_its_end() {
        let stored = Vapid::generate().unwrap();
        let vapid = Vapid::open(&stored, "https://chat.example.org").unwrap();
        assert_eq!(vapid.public_key(), Vapid::open(&stored, "").unwrap().public_key());
        let now = Timestamp::from_second(1_800_000_000).unwrap();
        let origin = "https://fcm.googleapis.com";
        let signed = vapid.authorization(origin, now).unwrap();
        let (token, key) = signed.strip_prefix("vapid t=").unwrap().split_once(", k=").unwrap();
        assert_eq!(key, vapid.public_key());
        let (text, signature) = token.rsplit_once('.').unwrap();
        let decode = |text: &str| BASE64_URL_SAFE_NO_PAD.decode(text).unwrap();
        UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, decode(key))
            .verify(text.as_bytes(), &decode(signature))
            .unwrap();
        let claims: serde_json::Value =
            serde_json::from_slice(&decode(text.split_once('.').unwrap().1)).unwrap();
        let expected = json!({
            "aud": origin, "exp": 1_800_000_000 + 12 * 3_600, "sub": "https://chat.example.org",
        });
        assert_eq!(claims, expected);
        // It is used for an hour, and by no other service.
        let minutes = |minutes| now + SignedDuration::from_mins(minutes);
        assert_eq!(vapid.authorization(origin, minutes(59)).unwrap(), signed);
        assert_ne!(vapid.authorization(origin, minutes(61)).unwrap(), signed);
        assert_ne!(vapid.authorization("https://web.push.apple.com", now).unwrap(), signed);
    }
}
