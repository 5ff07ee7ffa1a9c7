//! Languages: of the interface, and of texts to recipients.
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// A language of the interface.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Lang {
    /// English
    #[default]
    En,
    /// German
    De,
}

impl Lang {
    /// Both, in the order of the menu.
    pub const ALL: [Self; 2] = [Self::En, Self::De];

    /// `en` or `de`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::De => "de",
        }
    }

    /// The language's name in itself.
    pub const fn own_name(self) -> &'static str {
        match self {
            Self::En => "English",
            Self::De => "Deutsch",
        }
    }

    /// The first language of an `Accept-Language` header that we have; English when there is none.
    pub fn from_accept(header: &str) -> Self {
        header
            .split(',')
            .find_map(|part| {
                let code = part.trim().get(..2)?.to_ascii_lowercase();
                Self::ALL.into_iter().find(|l| l.code() == code)
            })
            .unwrap_or_default()
    }
}

impl FromStr for Lang {
    type Err = ();

    fn from_str(s: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|l| l.code() == s).ok_or(())
    }
}

/// Two lower-case letters (ISO 639-1): the language of a text or of a recipient.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LanguageCode([u8; 2]);

/// The text is not two letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotALanguage;

impl LanguageCode {
    /// English, the last resort.
    pub const EN: Self = Self(*b"en");
    /// German
    pub const DE: Self = Self(*b"de");

    /// The two letters.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// The language's name in itself, or its letters when we have no name for it.
    pub fn own_name(&self) -> String {
        const NAMES: [(&str, &str); 16] = [
            ("de", "Deutsch"),
            ("en", "English"),
            ("fr", "Français"),
            ("it", "Italiano"),
            ("rm", "Rumantsch"),
            ("es", "Español"),
            ("pt", "Português"),
            ("nl", "Nederlands"),
            ("pl", "Polski"),
            ("tr", "Türkçe"),
            ("uk", "Українська"),
            ("ru", "Русский"),
            ("ar", "العربية"),
            ("sq", "Shqip"),
            ("hr", "Hrvatski"),
            ("sr", "Srpski"),
        ];
        NAMES
            .iter()
            .find(|(code, _)| *code == self.as_str())
            .map_or_else(|| self.as_str().to_uppercase(), |(_, name)| (*name).to_owned())
    }
}

impl FromStr for LanguageCode {
    type Err = NotALanguage;

    /// Upper case is taken and lowered.
    fn from_str(s: &str) -> Result<Self, NotALanguage> {
        let bytes: [u8; 2] = s
            .to_ascii_lowercase()
            .as_bytes()
            .try_into()
            .map_err(|_| NotALanguage)?;
        bytes
            .iter()
            .all(u8::is_ascii_lowercase)
            .then_some(Self(bytes))
            .ok_or(NotALanguage)
    }
}

impl fmt::Display for LanguageCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for LanguageCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for LanguageCode {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for LanguageCode {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        String::deserialize(d)?
            .parse()
            .map_err(|NotALanguage| serde::de::Error::custom("not a two-letter language code"))
    }
}
