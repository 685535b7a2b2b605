//! A client from its upgrade to its goodbye.

pub mod upgrade;
