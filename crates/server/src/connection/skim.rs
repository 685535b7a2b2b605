//! Finds the `type` and the `id` of a request that is too large to be kept, while its bytes pass by.

/// The longest property that is kept. An `id` of 64 characters has at most 768 bytes, each character
/// written as two escapes.
const LONGEST: usize = 800;

/// Reads a JSON object in pieces and keeps its `type` and its `id`.
#[derive(Default)]
pub struct Skim {
    depth: u32,
    in_string: bool,
    escaped: bool,
    /// The top-level property that is passing by, as far as it may be kept.
    property: Vec<u8>,
    /// The properties kept, with a comma between them.
    kept: Vec<u8>,
}

impl Skim {
    /// Takes the next piece.
    pub fn read(&mut self, piece: &[u8]) {
        for &byte in piece {
            self.take(byte);
        }
    }

    /// An object of the two properties, as far as they were found.
    pub fn head(self) -> String {
        format!("{{{}}}", String::from_utf8_lossy(&self.kept))
    }

    fn take(&mut self, byte: u8) {
        if self.in_string {
            self.in_string = self.escaped || byte != b'"';
            self.escaped = !self.escaped && byte == b'\\';
        } else {
            match byte {
                b'"' => self.in_string = true,
                b'{' | b'[' => {
                    self.depth += 1;
                    if self.depth == 1 {
                        return;
                    }
                }
                b',' if self.depth == 1 => return self.end_property(),
                b'}' | b']' => {
                    self.depth = self.depth.saturating_sub(1);
                    if self.depth == 0 {
                        return self.end_property();
                    }
                }
                _ => {}
            }
        }
        if self.property.len() <= LONGEST {
            self.property.push(byte);
        }
    }

    fn end_property(&mut self) {
        let property = self.property.trim_ascii();
        let wanted = property.starts_with(b"\"id\"") || property.starts_with(b"\"type\"");
        // Without a limit here, a thousand of them would be kept.
        if wanted && property.len() <= LONGEST && self.kept.len() <= 2 * LONGEST {
            if !self.kept.is_empty() {
                self.kept.push(b',');
            }
            self.kept.extend_from_slice(property);
        }
        self.property.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(text: &str, step: usize) -> String {
        let mut skim = Skim::default();
        text.as_bytes().chunks(step).for_each(|piece| skim.read(piece));
        skim.head()
    }

    #[test]
    fn the_type_and_the_id_are_found_wherever_they_are() {
        let deep = r#"{"id":9,"type":"x"}"#;
        for (text, expected) in [
            (r#"{"type":"ping","id":7}"#.to_owned(), r#"{"type":"ping","id":7}"#),
            (format!(r#"{{"a":[{deep}],"id": "é\"}}" , "b":{deep}}}"#), r#"{"id": "é\"}"}"#),
            (format!(r#"{{"id":"{}","type":"ping"}}"#, "x".repeat(900)), r#"{"type":"ping"}"#),
            (r#"{"idle":1,"x":"\"id\":2,"}"#.to_owned(), "{}"),
            ("]]}}{".to_owned(), "{}"),
        ] {
            for step in [1, 2, 5, text.len()] {
                assert_eq!(head(&text, step), expected, "{step} bytes of {text} at a time");
            }
        }
    }

    #[test]
    fn little_is_kept_of_many() {
        assert!(head(&r#"{"id":7,"#.repeat(1_000).replace("7,{", "7,"), 100).len() < 4 * LONGEST);
    }
}
