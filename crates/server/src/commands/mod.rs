//! One file for each type of request.

pub mod change_password;
pub mod history;
pub mod inbox;
pub mod join;
pub mod leave;
pub mod message;
pub mod read;
pub mod recipient;
pub mod sign_in;
pub mod sign_out;
pub mod sign_out_everywhere;
pub mod sign_up;
pub mod typing;
pub mod users;
