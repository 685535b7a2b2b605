//! Stores from outside, all in one program: it is linked once, and its tests run side by side.

mod contract;
mod embedded_changes;
mod embedded_files;
mod flat;
mod mention_all;
mod node;
mod redis_changes;
mod redis_feed;
mod redis_members;
mod redis_transfer;
mod redis_upgrade;
mod transfer_changes;
mod upgrade;
mod vital;
