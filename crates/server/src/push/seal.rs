//! Encrypts notifications for one browser: RFC 8291, with the content coding of RFC 8188.

use ring::aead::{AES_128_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use ring::agreement::{ECDH_P256, EphemeralPrivateKey, UnparsedPublicKey, agree_ephemeral};
use ring::error::Unspecified;
use ring::hkdf::{HKDF_SHA256, KeyType, Prk, Salt};
use ring::rand::{SecureRandom, SystemRandom};

/// The length of a text before it is encrypted, with its padding: nobody sees by it how long a message is.
pub const LENGTH: usize = 3_000;

/// The record size that the header names. One record is all there is.
const RECORD: u32 = 4_096;

/// The delimiter behind the last record's text, before its padding.
const LAST: u8 = 2;

/// A browser's keys: its public key, an uncompressed point, and the secret that it shares.
#[derive(Clone, Copy)]
pub struct Keys<'a> {
    pub p256dh: &'a [u8; 65],
    pub auth: &'a [u8; 16],
}

/// Whether a public key is a point of the curve.
pub fn is_point(p256dh: &[u8; 65]) -> bool {
    let ours = EphemeralPrivateKey::generate(&ECDH_P256, &SystemRandom::new());
    let theirs = UnparsedPublicKey::new(&ECDH_P256, p256dh);
    ours.is_ok_and(|ours| agree_ephemeral(ours, &theirs, |_| ()).is_ok())
}

/// Encrypts a text of at most [`LENGTH`] bytes.
///
/// # Errors
/// When the system has no randomness, or the browser's key is no point of the curve.
pub fn seal(keys: Keys, text: &[u8]) -> Result<Vec<u8>, Unspecified> {
    let random = SystemRandom::new();
    let mut salt = [0; 16];
    random.fill(&mut salt)?;
    let ours = EphemeralPrivateKey::generate(&ECDH_P256, &random)?;
    let public = ours.compute_public_key()?;
    let public = public.as_ref().try_into().map_err(|_| Unspecified)?;
    let theirs = UnparsedPublicKey::new(&ECDH_P256, keys.p256dh);
    let padding = LENGTH.saturating_sub(text.len());
    agree_ephemeral(ours, &theirs, |secret| encrypt(keys, secret, public, &salt, text, padding))?
}

/// Encrypts with a secret that was agreed on, this server's public key of it, and a salt.
fn encrypt(
    keys: Keys,
    secret: &[u8],
    public: &[u8; 65],
    salt: &[u8; 16],
    text: &[u8],
    padding: usize,
) -> Result<Vec<u8>, Unspecified> {
    let shared = Salt::new(HKDF_SHA256, keys.auth).extract(secret);
    let input: [u8; 32] = expand(&shared, &[b"WebPush: info\0", keys.p256dh, public])?;
    let pseudorandom = Salt::new(HKDF_SHA256, salt).extract(&input);
    let key: [u8; 16] = expand(&pseudorandom, &[b"Content-Encoding: aes128gcm\0"])?;
    let nonce: [u8; 12] = expand(&pseudorandom, &[b"Content-Encoding: nonce\0"])?;
    let key = LessSafeKey::new(UnboundKey::new(&AES_128_GCM, &key)?);
    let mut record = [text, &[LAST]].concat();
    record.resize(record.len() + padding, 0);
    // A key is used once, so that its nonce is, too.
    let nonce = Nonce::assume_unique_for_key(nonce);
    key.seal_in_place_append_tag(nonce, Aad::empty(), &mut record)?;
    Ok([&salt[..], &RECORD.to_be_bytes(), &[65], public, &record].concat())
}

/// The length of what is derived.
struct Length(usize);

impl KeyType for Length {
    fn len(&self) -> usize {
        self.0
    }
}

fn expand<const N: usize>(from: &Prk, info: &[&[u8]]) -> Result<[u8; N], Unspecified> {
    let mut derived = [0; N];
    from.expand(info, Length(N))?.fill(&mut derived)?;
    Ok(derived)
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::prelude::BASE64_URL_SAFE_NO_PAD;

    use super::*;

    fn bytes<const N: usize>(text: &str) -> [u8; N] {
        BASE64_URL_SAFE_NO_PAD.decode(text).unwrap().try_into().unwrap()
    }

    #[test]
    fn the_example_of_rfc_8291_is_encrypted_as_there() {
        let public = bytes(
            "BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8",
        );
        let p256dh = bytes(
            "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
        );
        let secret: [u8; 32] = bytes("kyrL1jIIOHEzg3sM2ZWRHDRB62YACZhhSlknJ672kSs");
        let (salt, auth) = (bytes("DGv6ra1nlYgDCS1FRnbzlw"), bytes("BTBZMqHH6r4Tts7J_aSIgg"));
        let keys = Keys { p256dh: &p256dh, auth: &auth };
        let text = b"When I grow up, I want to be a watermelon";
        let sealed = encrypt(keys, &secret, &public, &salt, text, 0).unwrap();
        assert_eq!(
            BASE64_URL_SAFE_NO_PAD.encode(sealed),
            "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS\
             6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qu\
             lcy4a-fN"
        );
    }

    #[test]
    fn all_are_of_one_length_and_none_is_like_another() {
        let p256dh = bytes(
            "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
        );
        let keys = Keys { p256dh: &p256dh, auth: &[7; 16] };
        let [short, again] = [b"a", b"a"].map(|text| seal(keys, text).unwrap());
        let long = seal(keys, &[b'x'; LENGTH]).unwrap();
        assert_eq!((short.len(), long.len()), (again.len(), again.len()));
        // Every push service takes 4,096 bytes.
        assert!(short != again && long.len() <= 4_096);
    }

    #[test]
    fn a_point_that_is_not_on_the_curve_is_refused() {
        let keys = Keys { p256dh: &[4; 65], auth: &[7; 16] };
        assert!(!is_point(keys.p256dh) && seal(keys, b"a").is_err());
    }
}
