//! The program from outside: the real binary, a real Redis, real sockets. One program of tests, so that all of them run side
//! by side and are linked once.

#[macro_use]
#[path = "../support/stores.rs"]
mod stores;

mod acme;
mod additions;
mod admission;
mod backup;
mod bad_input;
mod changes;
mod changes_converge;
mod channel_rights;
mod channels;
mod cli;
mod cli_channels;
mod cli_search;
mod cli_tls;
mod documented_errors;
mod examples;
mod files;
mod foreign_redis;
mod guesses;
mod hooks;
mod http;
mod killed;
mod layers;
mod limits;
mod mcp;
mod memory;
mod mentions;
mod moderation;
mod moving;
mod moving_in;
mod notify;
mod people;
mod push;
mod redis_costs;
mod redis_database;
mod redis_keys;
mod redis_presence;
mod redis_ready;
mod redis_repeats;
mod redis_settings;
mod redis_start;
mod redis_tls;
mod refused_sign_ins;
mod rights;
mod rust_client;
mod rust_client_changes;
mod rust_client_channels;
mod rust_client_people;
mod rust_client_refusals;
mod rust_client_search;
mod rust_client_uploads;
mod search;
mod seed_conversation;
mod sessions;
mod sessions_command;
mod set_back;
mod settings;
mod silence;
mod slow_reader;
mod space;
mod start_errors;
#[path = "../support/mod.rs"]
mod support;
mod terminal_chat;
mod tls;
mod two_nodes;
mod who_sees_what;
mod workflows;
