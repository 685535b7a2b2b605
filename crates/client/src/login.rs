//! How a client signs in.

use std::fmt;

use chinwag_protocol::Request;
use chinwag_protocol::incoming::{AccessKey, LinkSignIn, PasswordSignIn, SignIn, SignUp};

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
    /// As a new user, by a link that lets the user in.
    Join {
        /// The name as typed.
        name: String,
        /// The password as typed.
        password: String,
        /// The secret of the link: what stands behind `#link=`.
        link: String,
    },
    /// By a link: one for another device, or with a password one that resets it or makes an admin.
    Link {
        /// The secret of the link: what stands behind `#link=`.
        link: String,
        /// The new password, or that of the account that becomes an admin.
        password: Option<String>,
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
                Request::SignUp(SignUp { username, password, ..SignUp::default() })
            }
            Self::Join { name: username, password, link } => {
                Request::SignUp(SignUp { username, password, link: Some(link), device: None })
            }
            Self::Link { link, password } => {
                Request::SignIn(SignIn::Link(LinkSignIn { link, password, device: None }))
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
            | Self::SignUp { name, password }
            | Self::Join { name, password, .. } => Some(Self::Existing { name, password }),
            Self::Link { .. } | Self::Resume { .. } => None,
        }
    }
}

fn by_password(username: String, password: String, create: Option<bool>) -> Request {
    Request::SignIn(SignIn::Password(PasswordSignIn { username, password, create, device: None }))
}

/// Without the secrets.
impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (kind, name) = match self {
            Self::SignIn { name, .. } => ("SignIn", name.as_str()),
            Self::Existing { name, .. } => ("Existing", name.as_str()),
            Self::SignUp { name, .. } => ("SignUp", name.as_str()),
            Self::Join { name, .. } => ("Join", name.as_str()),
            Self::Link { .. } => ("Link", "…"),
            Self::Resume { .. } => ("Resume", "…"),
        };
        f.debug_tuple(kind).field(&name).finish()
    }
}
