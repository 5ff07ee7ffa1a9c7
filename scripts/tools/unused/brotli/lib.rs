//! Stands in for brotli, with which cargo-leptos compresses the site: scripts/precompress.mjs does that.

use std::io::{self, Read, Write};

pub mod enc {
    #[derive(Default)]
    pub struct BrotliEncoderParams;
}

#[expect(non_snake_case, reason = "its name in brotli")]
pub fn BrotliCompress(_: &mut impl Read, _: &mut impl Write, _: &enc::BrotliEncoderParams) -> io::Result<usize> {
    Err(io::ErrorKind::Unsupported.into())
}
