//! The container in a box: `type (1 byte) ‖ data ‖ padding` (section 3.3).

/// The longest padding.
pub const MAX_PAD: u8 = 255;
/// Data and padding are at least this long together; the type byte does not count.
pub const MIN_DATA_AND_PAD: usize = 32;
/// The most data that fits a box whatever the padding: 7812 − 16 (tag) − 1 (type) − 255 (padding), section 3.4.
pub const MAX_DATA: usize = super::MAX_BOX - super::TAG_LEN - 1 - MAX_PAD as usize;

/// The padding is not what the rules allow: no padding at all, or nothing left for the type byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the padding is wrong")]
pub struct BadPadding;

/// How long the padding of `data_len` bytes is, from one random byte: 1 to 255, and more than drawn when data and
/// padding would be shorter than 32 bytes together.
pub const fn pad_length(random: u8, data_len: usize) -> u8 {
    let drawn = if random == 0 { MAX_PAD } else { random };
    if data_len + (drawn as usize) < MIN_DATA_AND_PAD {
        // below 32: data_len is smaller than that
        (MIN_DATA_AND_PAD - data_len) as u8
    } else {
        drawn
    }
}

/// Adds `length` bytes of padding to `type ‖ data`; the length comes from [`pad_length`].
pub fn pad(container: &mut Vec<u8>, length: u8) {
    container.resize(container.len() + usize::from(length), length);
}

/// Takes the padding off and answers `type ‖ data`. Only the last byte counts, and shorter containers than ours are
/// fine: other senders pad by one byte.
pub fn unpad(padded: &[u8]) -> Result<&[u8], BadPadding> {
    let length = usize::from(*padded.last().ok_or(BadPadding)?);
    match padded.len().checked_sub(length) {
        Some(rest) if length > 0 && rest > 0 => Ok(&padded[..rest]),
        _ => Err(BadPadding),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_and_padding_are_at_least_32_bytes() {
        assert_eq!(pad_length(1, 5), 27);
        assert_eq!(pad_length(1, 0), 32);
        assert_eq!(pad_length(1, 30), 2);
        assert_eq!(pad_length(1, 31), 1);
        assert_eq!(pad_length(0, 31), 255);
        assert_eq!(pad_length(200, 0), 200);
        assert_eq!(pad_length(1, MAX_DATA), 1);
        assert_eq!(MAX_DATA, 7540);
    }
}
