//! Texts (type 01, section 4.2).

/// The longest text that the apps take, in bytes of UTF-8 (section 3.4); what administrators may write is shorter.
pub const MAX_TEXT: usize = 6000;

/// Why bytes are not a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TextProblem {
    /// The apps refuse a text without a byte.
    #[error("the text is empty")]
    Empty,
    /// Not UTF-8.
    #[error("the text is not UTF-8")]
    NotUtf8,
}

/// Reads the data of a text message.
pub fn decode_text(data: &[u8]) -> Result<&str, TextProblem> {
    match std::str::from_utf8(data) {
        Ok("") => Err(TextProblem::Empty),
        Ok(text) => Ok(text),
        Err(_) => Err(TextProblem::NotUtf8),
    }
}
