//! Stands in for Lightning CSS. Tailwind has one of its own and is done with the style sheet: cargo-leptos takes a style
//! sheet that can't be read as it is.

use std::fmt;

#[derive(Debug)]
pub struct Error;

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("this cargo-leptos reads no style sheets")
    }
}

impl std::error::Error for Error {}

pub mod stylesheet {
    use super::Error;
    use super::targets::Targets;
    use std::convert::Infallible;

    #[derive(Default)]
    pub struct ParserOptions {
        pub filename: String,
        pub css_modules: bool,
    }

    #[derive(Default)]
    pub struct MinifyOptions {
        pub targets: Targets,
        pub unused: bool,
    }

    #[derive(Default)]
    pub struct PrinterOptions<'a> {
        pub targets: Targets,
        pub minify: bool,
        pub root: Option<&'a str>,
    }

    /// There is never one.
    pub struct StyleSheet(Infallible);

    impl StyleSheet {
        pub fn parse(_: &str, _: ParserOptions) -> Result<Self, Error> {
            Err(Error)
        }

        pub fn minify(&mut self, _: MinifyOptions) -> Result<(), Error> {
            match self.0 {}
        }

        pub fn to_css(&self, _: PrinterOptions<'_>) -> Result<Css, Error> {
            match self.0 {}
        }
    }

    pub struct Css {
        pub code: String,
    }
}

pub mod targets {
    use super::Error;

    pub struct Browsers;

    impl Browsers {
        pub fn from_browserslist(_: [&str; 1]) -> Result<Option<Self>, Error> {
            Ok(None)
        }
    }

    #[derive(Clone, Copy, Default)]
    pub struct Targets;

    impl From<Option<Browsers>> for Targets {
        fn from(_: Option<Browsers>) -> Self {
            Self
        }
    }
}

pub mod bundler {
    use super::Error;
    use super::stylesheet::{ParserOptions, StyleSheet};
    use std::path::Path;

    pub struct FileProvider;

    impl FileProvider {
        #[expect(clippy::new_without_default, reason = "as in the original")]
        pub fn new() -> Self {
            Self
        }
    }

    pub struct Bundler;

    impl Bundler {
        pub fn new(_: &FileProvider, _: Option<()>, _: ParserOptions) -> Self {
            Self
        }

        pub fn bundle(&mut self, _: &Path) -> Result<StyleSheet, Error> {
            Err(Error)
        }
    }
}
