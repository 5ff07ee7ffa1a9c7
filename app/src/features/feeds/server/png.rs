//! A picture of black and white squares as PNG: one bit a point, stored without compression, which is all that a code needs.

/// Points of the picture for one square of the code.
const SCALE: usize = 12;
/// Light squares around it, as the standard of such codes asks for.
const QUIET: usize = 4;

/// Draws `width` × `width` squares, row by row.
pub fn draw(dark: &[bool], width: usize) -> Vec<u8> {
    let side = (width + 2 * QUIET) * SCALE;
    let bytes = side.div_ceil(8);
    let mut raw = Vec::with_capacity(side * (bytes + 1));
    for y in 0..side {
        // no filter
        raw.push(0);
        for byte in 0..bytes {
            let bit = |bit: usize| u8::from(!is_dark(dark, width, byte * 8 + bit, y)) << (7 - bit);
            raw.push((0..8).map(bit).sum());
        }
    }
    let mut png = vec![0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a];
    let side = u32::try_from(side).unwrap_or(u32::MAX).to_be_bytes();
    // one bit, grey
    chunk(
        &mut png,
        *b"IHDR",
        &[&side[..], &side[..], &[1, 0, 0, 0, 0]].concat(),
    );
    chunk(&mut png, *b"IDAT", &stored(&raw));
    chunk(&mut png, *b"IEND", &[]);
    png
}

fn is_dark(dark: &[bool], width: usize, x: usize, y: usize) -> bool {
    let square = |point: usize| (point / SCALE).checked_sub(QUIET).filter(|s| *s < width);
    match (square(x), square(y)) {
        (Some(x), Some(y)) => dark.get(y * width + x).copied().unwrap_or(false),
        _ => false,
    }
}

fn chunk(png: &mut Vec<u8>, kind: [u8; 4], data: &[u8]) {
    png.extend(u32::try_from(data.len()).unwrap_or(u32::MAX).to_be_bytes());
    let start = png.len();
    png.extend(kind);
    png.extend(data);
    let sum = crc(png.get(start..).unwrap_or_default());
    png.extend(sum.to_be_bytes());
}

/// zlib (RFC 1950) of stored blocks (RFC 1951).
fn stored(raw: &[u8]) -> Vec<u8> {
    let mut out = vec![0x78, 0x01];
    let blocks = raw.chunks(0xffff).count();
    for (at, block) in raw.chunks(0xffff).enumerate() {
        let length = u16::try_from(block.len()).unwrap_or(u16::MAX);
        out.push(u8::from(at + 1 == blocks));
        out.extend(length.to_le_bytes());
        out.extend((!length).to_le_bytes());
        out.extend(block);
    }
    let (mut a, mut b) = (1_u32, 0_u32);
    for byte in raw {
        a = (a + u32::from(*byte)) % 65_521;
        b = (b + a) % 65_521;
    }
    out.extend((b << 16 | a).to_be_bytes());
    out
}

fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0_u32, |mut sum, byte| {
        sum ^= u32::from(*byte);
        for _ in 0..8 {
            sum = (sum >> 1) ^ (0xedb8_8320 & (sum & 1).wrapping_neg());
        }
        sum
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_those_of_the_standards() {
        assert_eq!(crc(b"123456789"), 0xcbf4_3926);
        assert_eq!(stored(b"Wikipedia")[16..], 0x11e6_0398_u32.to_be_bytes());
        let one = draw(&[true], 1);
        assert_eq!(one[..8], [0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a]);
        assert_eq!(one[16..24], [0, 0, 0, 108, 0, 0, 0, 108]);
    }
}
