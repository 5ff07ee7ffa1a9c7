//! Rules for input that the form and the API share.
use super::{AppError, AppResult, ErrorCode, FieldError, Problem};

/// Collects what is wrong, field by field, so that a person sees everything at once.
#[derive(Default, Debug)]
pub struct Check(Vec<FieldError>);

impl Check {
    /// Starts with nothing wrong.
    pub fn new() -> Self {
        Self::default()
    }

    /// Notes a problem with a field.
    pub fn fail(&mut self, field: &str, problem: Problem) -> &mut Self {
        self.0.push(FieldError {
            field: field.to_owned(),
            problem,
        });
        self
    }

    /// A text that must be there and may have at most `max` characters; answers it trimmed.
    pub fn text(&mut self, field: &str, value: &str, max: usize) -> String {
        let value = value.trim();
        if value.is_empty() {
            self.fail(field, Problem::Required);
        }
        self.optional_text(field, value, max)
    }

    /// A text that may be empty and may have at most `max` characters; answers it trimmed.
    pub fn optional_text(&mut self, field: &str, value: &str, max: usize) -> String {
        let value = value.trim();
        if value.chars().count() > max {
            self.fail(field, Problem::TooLong { max });
        }
        if value.chars().any(|c| c.is_control() && c != '\n' && c != '\t') {
            self.fail(field, Problem::ControlCharacters);
        }
        value.to_owned()
    }

    /// An e-mail address, only roughly checked (something@something, no blanks); answers it trimmed and lowered.
    pub fn email(&mut self, field: &str, value: &str) -> String {
        let value = self.text(field, value, 254).to_lowercase();
        let good = value
            .split_once('@')
            .is_some_and(|(user, host)| !user.is_empty() && !host.is_empty() && !host.contains('@'));
        if !value.is_empty() && (!good || value.contains(char::is_whitespace)) {
            self.fail(field, Problem::NotAnEmail);
        }
        value
    }

    /// A new password: 12 to 256 characters; nothing else is asked for (NIST SP 800-63B).
    pub fn new_password(&mut self, field: &str, value: &str) {
        let length = value.chars().count();
        if length == 0 {
            self.fail(field, Problem::Required);
        } else if length < 12 {
            self.fail(field, Problem::TooShort { min: 12 });
        } else if length > 256 {
            self.fail(field, Problem::TooLong { max: 256 });
        }
    }

    /// Nothing was wrong, or the error with all its fields.
    pub fn done(self) -> AppResult<()> {
        if self.0.is_empty() {
            return Ok(());
        }
        Err(AppError {
            fields: self.0,
            ..AppError::new(ErrorCode::Invalid)
        })
    }
}
