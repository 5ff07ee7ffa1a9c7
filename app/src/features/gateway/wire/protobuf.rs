//! The few fields of protobuf messages that Fanfare reads and writes (section 4.6): numbers below 16, `fixed64` and bytes.

const FIXED64: u8 = 1;
const BYTES: u8 = 2;

/// One field that was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Field<'a> {
    /// Little-endian on the wire: a message ID stands there in wire order.
    Fixed64([u8; 8]),
    /// A string, bytes or a message of its own.
    Bytes(&'a [u8]),
}

/// Reads all fields in their order; numbers and fixed32 are skipped. None when the bytes are no protobuf message.
pub(super) fn read(mut data: &[u8]) -> Option<Vec<(u64, Field<'_>)>> {
    let mut fields = Vec::new();
    while !data.is_empty() {
        let tag = varint(&mut data)?;
        let number = tag >> 3;
        match tag & 7 {
            0 => {
                varint(&mut data)?;
            }
            1 => fields.push((number, Field::Fixed64(take(&mut data, 8)?.try_into().ok()?))),
            2 => {
                let length = usize::try_from(varint(&mut data)?).ok()?;
                fields.push((number, Field::Bytes(take(&mut data, length)?)));
            }
            5 => {
                take(&mut data, 4)?;
            }
            _ => return None,
        }
    }
    Some(fields)
}

/// Appends a `fixed64`.
pub(super) fn write_fixed64(out: &mut Vec<u8>, number: u8, value: &[u8; 8]) {
    out.push(number << 3 | FIXED64);
    out.extend_from_slice(value);
}

/// Appends bytes with their length.
pub(super) fn write_bytes(out: &mut Vec<u8>, number: u8, value: &[u8]) {
    out.push(number << 3 | BYTES);
    let mut length = value.len();
    while length >= 0x80 {
        // only the low seven bits
        out.push((length & 0x7f) as u8 | 0x80);
        length >>= 7;
    }
    out.push(length as u8);
    out.extend_from_slice(value);
}

fn take<'a>(data: &mut &'a [u8], length: usize) -> Option<&'a [u8]> {
    let (head, rest) = data.split_at_checked(length)?;
    *data = rest;
    Some(head)
}

/// At most ten bytes; what does not fit 64 bits is refused.
fn varint(data: &mut &[u8]) -> Option<u64> {
    let mut value = 0_u64;
    for shift in (0..64).step_by(7) {
        let byte = take(data, 1)?[0];
        let bits = u64::from(byte & 0x7f);
        if bits << shift >> shift != bits {
            return None;
        }
        value |= bits << shift;
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_fields_have_a_long_length() {
        let text = "x".repeat(300);
        let mut out = Vec::new();
        write_fixed64(&mut out, 1, &[1, 2, 3, 4, 5, 6, 7, 8]);
        write_bytes(&mut out, 2, text.as_bytes());
        assert_eq!(&out[9..12], &[0x12, 0xac, 0x02]);
        let fields = read(&out).unwrap();
        assert_eq!(fields[0], (1, Field::Fixed64([1, 2, 3, 4, 5, 6, 7, 8])));
        assert_eq!(fields[1], (2, Field::Bytes(text.as_bytes())));
    }

    #[test]
    fn what_is_cut_off_or_too_large_is_refused() {
        for bad in [
            &[0x09, 1, 2][..],
            &[0x12, 5, 1],
            &[0x80],
            &[0x13],
            // a length beyond 64 bits
            &[0x12, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f],
        ] {
            assert_eq!(read(bad), None, "{bad:?}");
        }
        // fields that we do not know are skipped
        assert_eq!(read(&[0x08, 0x96, 0x01, 0x15, 0, 0, 0, 0]), Some(Vec::new()));
    }
}
