//! Stands in for libflate, with which cargo-leptos compresses the site: scripts/precompress.mjs does that.

pub mod gzip {
    use std::io::{self, Write};

    /// There is never one.
    pub struct Encoder<W>(W);

    impl<W> Encoder<W> {
        pub fn new(_: W) -> io::Result<Self> {
            Err(io::ErrorKind::Unsupported.into())
        }

        pub fn finish(self) -> Finished<W> {
            Finished(self.0)
        }
    }

    impl<W> Write for Encoder<W> {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::Unsupported.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Err(io::ErrorKind::Unsupported.into())
        }
    }

    pub struct Finished<W>(W);

    impl<W> Finished<W> {
        pub fn into_result(self) -> io::Result<W> {
            Ok(self.0)
        }
    }
}
