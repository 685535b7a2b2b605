//! What a name looks like, so that no second name looks like a first.

use unicode_security::confusable_detection::skeleton;

/// The looks of a name: one as it is shown and one in small letters, since a capital I looks like a
/// small l and a small i does not. By the skeletons of UTS 39, section 4, without regard to case.
#[must_use]
pub fn looks(name: &str) -> Vec<String> {
    let look = |name: &str| skeleton(name).collect::<String>().to_lowercase();
    let mut looks = vec![look(name), look(&name.to_lowercase())];
    looks.dedup();
    looks.retain(|look| !look.is_empty());
    looks
}

/// Whether two names look alike.
#[must_use]
pub fn alike(one: &str, other: &str) -> bool {
    let one = looks(one);
    looks(other).iter().any(|look| one.contains(look))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_look_alike_across_scripts_and_cases() {
        for (one, other) in [
            ("paypal", "\u{440}\u{430}\u{443}\u{440}\u{430}l"),
            ("Alice", "A\u{406}ice"),
            ("Alice", "AIice"),
            ("alice", "a1ice"),
            ("bob", "B0b"),
            ("Ada", "\u{410}d\u{430}"),
        ] {
            assert!(alike(one, other), "{one} {other}");
        }
    }

    #[test]
    fn names_that_differ_do_not() {
        for (one, other) in [("Ada", "Eda"), ("Anna", "Hanna"), ("user 7", "user 8"), ("🦊", "🐺")]
        {
            assert!(!alike(one, other), "{one} {other}");
        }
    }
}
