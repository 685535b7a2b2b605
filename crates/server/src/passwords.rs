//! Passwords as Argon2id strings, hashed off the event loops and never many at a time.

use std::io;
use std::sync::Arc;

use anyhow::Context as _;
use argon2::{Argon2, PasswordHasher, PasswordVerifier};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::Semaphore;
use unicode_normalization::UnicodeNormalization;
use unicode_properties::{GeneralCategory, UnicodeGeneralCategory};

/// The longest password, in bytes.
pub const MAX_BYTES: usize = 256;

/// Hashes and verifies passwords. Each one under way takes 19 MiB, the algorithm's default.
pub struct Passwords {
    permits: Arc<Semaphore>,
    /// Threads of its own, as many as there are cores and for 10 s: the allocator keeps the 19 MiB
    /// for each thread that has hashed, until the thread ends.
    threads: Option<Runtime>,
}

/// What a password is compared with where there is no user, so that it takes the same time: of the
/// same cost as every other hash, and of no password. A constant, since hashing one at the start
/// would take 20 ms and leave 19 MiB with the allocator.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$Y2hpbndhZy1ub2JvZHkwMA$\
                      AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

impl Passwords {
    /// Hashes as many at once as there are cores.
    pub fn new(cores: usize) -> io::Result<Self> {
        let threads = Builder::new_current_thread()
            .max_blocking_threads(cores)
            .thread_name("password")
            .build()?;
        Ok(Self { permits: Arc::new(Semaphore::new(cores)), threads: Some(threads) })
    }

    /// The Argon2id string of a password as typed.
    pub async fn hash(&self, password: String) -> anyhow::Result<String> {
        self.run(move || hash(prepared(&password).as_bytes())).await?
    }

    /// Whether the password is the one that was hashed; takes as long where there is none.
    pub async fn verify(&self, password: String, hashed: Option<String>) -> anyhow::Result<bool> {
        self.run(move || {
            let compared = hashed.as_deref().unwrap_or(NOBODY);
            let fits =
                |typed: &str| Argon2::default().verify_password(typed.as_bytes(), compared).is_ok();
            let prepared = prepared(&password);
            // 0.1 hashed passwords as they were typed.
            let fits = fits(&prepared) || (prepared != password && fits(&password));
            fits && hashed.is_some()
        })
        .await
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> anyhow::Result<T> {
        let permit = Arc::clone(&self.permits).acquire_owned().await?;
        let threads = self.threads.as_ref().context("the server ends")?;
        let done = threads.spawn_blocking(move || {
            let _permit = permit;
            work()
        });
        Ok(done.await?)
    }
}

impl Drop for Passwords {
    fn drop(&mut self) {
        // A runtime that is dropped waits for its threads, and nothing asynchronous may wait.
        if let Some(threads) = self.threads.take() {
            threads.shutdown_background();
        }
    }
}

/// A password as RFC 8265, section 4.2 (`OpaqueString`) prepares it, so that it is the same from every
/// keyboard: composed, and with plain spaces. Characters are not refused.
fn prepared(typed: &str) -> String {
    let space = |c: char| {
        if c.general_category() == GeneralCategory::SpaceSeparator { ' ' } else { c }
    };
    typed.chars().map(space).nfc().collect()
}

/// Puts the Argon2id string in the place of each password, on all cores.
pub fn hash_all<'a>(passwords: impl Iterator<Item = &'a mut String>) -> anyhow::Result<()> {
    let mut passwords: Vec<_> = passwords.collect();
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let part = passwords.len().div_ceil(cores).max(1);
    let hash_part = |part: &mut [&mut String]| -> anyhow::Result<()> {
        for password in part {
            **password = hash(prepared(password).as_bytes())?;
        }
        Ok(())
    };
    std::thread::scope(|scope| {
        let parts: Vec<_> =
            passwords.chunks_mut(part).map(|part| scope.spawn(move || hash_part(part))).collect();
        parts.into_iter().try_for_each(|part| {
            part.join().unwrap_or_else(|_| Err(anyhow::anyhow!("failed to hash a password")))
        })
    })
}

fn hash(password: &[u8]) -> anyhow::Result<String> {
    let hashed = Argon2::default().hash_password(password);
    Ok(hashed.map_err(|error| anyhow::anyhow!("failed to hash a password: {error}"))?.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_right_password_of_a_user_fits() {
        let passwords = Passwords::new(1).unwrap();
        let hashed = passwords.hash("right".into()).await.unwrap();
        assert!(hashed.starts_with("$argon2id$"));
        assert!(passwords.verify("right".into(), Some(hashed.clone())).await.unwrap());
        assert!(!passwords.verify("wrong".into(), Some(hashed)).await.unwrap());
        assert!(!passwords.verify("right".into(), None).await.unwrap());
    }

    #[tokio::test]
    async fn a_password_is_the_same_from_every_keyboard() {
        let passwords = Passwords::new(1).unwrap();
        let (composed, decomposed) = ("Zo\u{eb} Caf\u{e9}", "Zoe\u{308}\u{a0}Cafe\u{301}");
        for (signed_up, signs_in) in [(composed, decomposed), (decomposed, composed)] {
            let hashed = passwords.hash(signed_up.into()).await.unwrap();
            assert!(passwords.verify(signs_in.into(), Some(hashed.clone())).await.unwrap());
            let other = signs_in.to_uppercase();
            assert!(!passwords.verify(other, Some(hashed)).await.unwrap());
        }
    }

    #[tokio::test]
    async fn a_password_that_was_hashed_as_typed_still_fits() {
        let typed = "Zoe\u{308}";
        let hashed = hash(typed.as_bytes()).unwrap();
        assert!(Passwords::new(1).unwrap().verify(typed.into(), Some(hashed)).await.unwrap());
    }

    #[test]
    fn nobody_costs_as_much_as_everybody() {
        let cost = |hash: &str| hash.split('$').take(4).collect::<Vec<_>>().join("$");
        assert_eq!(cost(NOBODY), cost(&hash(b"right").unwrap()));
        let verified = Argon2::default().verify_password(b"right", NOBODY);
        assert_eq!(verified, Err(argon2::password_hash::Error::PasswordInvalid));
    }
}
