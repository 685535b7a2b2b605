//! How a client signs in.

use std::fmt;

use chinwag_protocol::Request;
use chinwag_protocol::incoming::{AccessKey, Credentials, PasswordSignIn, SignIn};

/// How a client signs in, the first time.
#[derive(Clone)]
#[non_exhaustive]
pub enum Login {
    /// By name and password; an unknown name becomes a new user.
    SignIn {
        /// The name as typed.
        name: String,
        /// The password as typed.
        password: String,
    },
    /// By name and password; an unknown name is refused with [`ErrorCode::UnknownUser`].
    ///
    /// [`ErrorCode::UnknownUser`]: chinwag_protocol::ErrorCode::UnknownUser
    Existing {
        /// The name as typed.
        name: String,
        /// The password as typed.
        password: String,
    },
    /// As a new user; an existing name is refused.
    SignUp {
        /// The name as typed.
        name: String,
        /// The password as typed.
        password: String,
    },
    /// By an access key: see [`Client::access_key`](crate::Client::access_key).
    Resume {
        /// The key.
        access_key: String,
    },
}

impl Login {
    pub(crate) fn request(&self) -> Request {
        match self.clone() {
            Self::SignIn { name, password } => by_password(name, password, None),
            Self::Existing { name, password } => by_password(name, password, Some(false)),
            Self::SignUp { name: username, password } => {
                Request::SignUp(Credentials { username, password })
            }
            Self::Resume { access_key } => {
                Request::SignIn(SignIn::AccessKey(AccessKey { access_key }))
            }
        }
    }

    /// The login to use if the access key is refused.
    pub(crate) fn again(self) -> Option<Self> {
        match self {
            Self::SignIn { name, password }
            | Self::Existing { name, password }
            | Self::SignUp { name, password } => Some(Self::Existing { name, password }),
            Self::Resume { .. } => None,
        }
    }
}

fn by_password(username: String, password: String, create: Option<bool>) -> Request {
    Request::SignIn(SignIn::Password(PasswordSignIn { username, password, create }))
}

/// Without the secrets.
impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (kind, name) = match self {
            Self::SignIn { name, .. } => ("SignIn", name.as_str()),
            Self::Existing { name, .. } => ("Existing", name.as_str()),
            Self::SignUp { name, .. } => ("SignUp", name.as_str()),
            Self::Resume { .. } => ("Resume", "…"),
        };
        f.debug_tuple(kind).field(&name).finish()
    }
}
