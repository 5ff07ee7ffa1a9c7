//! Pages of recipients.
