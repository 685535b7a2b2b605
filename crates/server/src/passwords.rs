//! Passwords as Argon2id strings, hashed off the event loops and never many at a time.

use std::sync::Arc;

use argon2::{Argon2, PasswordHasher, PasswordVerifier};
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

/// The longest password, in bytes.
pub const MAX_BYTES: usize = 256;

/// Hashes and verifies passwords. Each one under way takes 19 MiB, the algorithm's default.
pub struct Passwords {
    permits: Arc<Semaphore>,
    /// What a password is compared with where there is no user, so that it takes the same time.
    nobody: String,
}

impl Passwords {
    /// Hashes as many at once as there are cores.
    pub fn new(cores: usize) -> anyhow::Result<Self> {
        let mut unguessable = [0; 32];
        getrandom::fill(&mut unguessable)?;
        Ok(Self { permits: Arc::new(Semaphore::new(cores)), nobody: hash(&unguessable)? })
    }

    /// The Argon2id string of a password.
    pub async fn hash(&self, password: String) -> anyhow::Result<String> {
        self.run(move || hash(password.as_bytes())).await?
    }

    /// Whether the password is the one that was hashed; takes as long where there is none.
    pub async fn verify(&self, password: String, hashed: Option<String>) -> anyhow::Result<bool> {
        let (hashed, known) = match hashed {
            Some(hashed) => (hashed, true),
            None => (self.nobody.clone(), false),
        };
        self.run(move || {
            let fits = Argon2::default().verify_password(password.as_bytes(), &hashed[..]).is_ok();
            fits && known
        })
        .await
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> anyhow::Result<T> {
        let permit = Arc::clone(&self.permits).acquire_owned().await?;
        let done = spawn_blocking(move || {
            let _permit = permit;
            work()
        });
        Ok(done.await?)
    }
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
}
