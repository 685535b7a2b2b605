//! EXIF: its orientation is read and written, the rest is left out.

/// The tag of the orientation.
const ORIENTATION: u16 = 0x0112;

/// What begins EXIF in a JPEG.
pub const MARK: &[u8] = b"Exif\0\0";

/// EXIF that has nothing but the orientation of this one; none where that is the usual one, or can't be read.
pub fn oriented(tiff: &[u8]) -> Option<Vec<u8>> {
    let orientation = orientation(tiff).filter(|value| (2..=8).contains(value))?;
    let [high, low] = orientation.to_be_bytes();
    Some([b"MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01", &[high, low][..], &[0; 6]].concat())
}

/// The orientation, from the first directory of the TIFF structure.
fn orientation(tiff: &[u8]) -> Option<u16> {
    let big = match tiff.first_chunk()? {
        b"MM\0\x2a" => true,
        b"II\x2a\0" => false,
        _ => return None,
    };
    let short = |at: usize| {
        let bytes = *tiff.get(at..)?.first_chunk()?;
        Some(if big { u16::from_be_bytes(bytes) } else { u16::from_le_bytes(bytes) })
    };
    let bytes = *tiff.get(4..)?.first_chunk()?;
    let offset = if big { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) };
    let offset = usize::try_from(offset).ok()?;
    let entries = usize::from(short(offset)?);
    let mut entries = (0..entries).map_while(|entry| {
        let at = offset.checked_add(2 + 12 * entry)?;
        Some((at, short(at)?))
    });
    let (at, _) = entries.find(|(_, tag)| *tag == ORIENTATION)?;
    // A short, and one of it.
    if short(at + 2)? != 3 {
        return None;
    }
    short(at + 8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_unusual_orientation_stays() {
        let tiff = |orientation: u8| {
            let entries = [
                &b"\x0f\x01\x02\0\x04\0\0\0Ada\0"[..],
                b"\x12\x01\x03\0\x01\0\0\0",
                &[orientation, 0, 0, 0],
            ];
            [&b"II\x2a\0\x08\0\0\0\x02\0"[..], &entries.concat(), b"\0\0\0\0secret"].concat()
        };
        assert_eq!(oriented(&tiff(1)), None);
        assert_eq!(oriented(&tiff(9)), None);
        for value in 2..=8 {
            let made = oriented(&tiff(value)).unwrap();
            assert_eq!(orientation(&made), Some(u16::from(value)));
            assert_eq!(oriented(&made).unwrap(), made);
            assert_eq!(made.len(), 26);
        }
        for end in 0..30 {
            assert_eq!(oriented(&tiff(6)[..end]), None, "{end}");
        }
        assert_eq!(oriented(b"II\x2a\0\xff\xff\xff\xff"), None);
    }
}
