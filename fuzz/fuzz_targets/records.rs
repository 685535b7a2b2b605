//! What stands in Redis, where somebody else may have written: it is read or refused.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| chinwag_store::fuzzing::read(bytes));
