//! Forms of input that several calls take.
use super::MAX_RECORDS;
use crate::kernel::{AppError, AppResult, LanguageCode, Problem, ThreemaId, validate::Check};
use serde::Deserialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// A text for people: one for all, or one per language (reference/broadcast-api.md section 1.6).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(untagged)]
pub enum Localised {
    /// One text, in the identity's default language.
    One(String),
    /// Language code → text.
    Many(BTreeMap<String, String>),
}

impl Localised {
    /// The texts by language; a key that is no language is a field error at `field.key`.
    pub fn texts(self, field: &str, default: LanguageCode) -> AppResult<BTreeMap<LanguageCode, String>> {
        let many = match self {
            Self::One(text) => return Ok(BTreeMap::from([(default, text)])),
            Self::Many(many) => many,
        };
        let mut check = Check::new();
        let mut texts = BTreeMap::new();
        for (code, text) in many {
            match code.parse() {
                Ok(language) => {
                    texts.insert(language, text);
                }
                Err(_) => {
                    check.fail(&format!("{field}.{code}"), Problem::NotALanguage);
                }
            }
        }
        check.done()?;
        Ok(texts)
    }
}

/// Threema IDs as clients send them: `{"recipients": […]}`, `{"members": […]}` or a bare array, of texts or of objects
/// with `id` (reference/broadcast-api.md section 5).
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(from = "IdsBody")]
pub struct IdsInput {
    ids: Vec<String>,
    /// Whether they take the place of those who are there.
    pub replace_existing: bool,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum IdsBody {
    Bare(Vec<IdItem>),
    Named {
        #[serde(alias = "members")]
        recipients: Vec<IdItem>,
        #[serde(default, rename = "replaceExisting")]
        replace_existing: bool,
    },
}

#[derive(Deserialize)]
#[serde(untagged)]
enum IdItem {
    Text(String),
    Object { id: String },
}

impl From<IdsBody> for IdsInput {
    fn from(body: IdsBody) -> Self {
        let (items, replace_existing) = match body {
            IdsBody::Bare(items) => (items, false),
            IdsBody::Named {
                recipients,
                replace_existing,
            } => (recipients, replace_existing),
        };
        let text = |item| match item {
            IdItem::Text(text) | IdItem::Object { id: text } => text,
        };
        Self {
            ids: items.into_iter().map(text).collect(),
            replace_existing,
        }
    }
}

impl IdsInput {
    /// How many wrong ones an answer names.
    const NAMED: usize = 100;

    /// The IDs, when there are at most [`MAX_RECORDS`] and every one is a Threema ID; lower case is taken too.
    pub fn checked(&self) -> AppResult<Vec<ThreemaId>> {
        let max = MAX_RECORDS as usize;
        if self.ids.len() > max {
            return Err(AppError::field("recipients", Problem::TooMany { max }));
        }
        let mut check = Check::new();
        let (mut good, mut wrong) = (Vec::with_capacity(self.ids.len()), 0);
        for (at, text) in self.ids.iter().enumerate() {
            match text.trim().to_uppercase().parse() {
                Ok(id) => good.push(id),
                Err(_) if wrong < Self::NAMED => {
                    wrong += 1;
                    check.fail(&format!("recipients[{at}]"), Problem::NotAThreemaId);
                }
                Err(_) => {}
            }
        }
        check.done()?;
        Ok(good)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_come_in_every_known_form() {
        for body in [
            r#"["ECHOECHO","*bcast01"]"#,
            r#"{"recipients":["ECHOECHO"," *BCAST01 "],"unknown":1}"#,
            r#"{"members":[{"id":"ECHOECHO"},"*BCAST01"]}"#,
        ] {
            let input: IdsInput = serde_json::from_str(body).unwrap();
            let ids: Vec<_> = input.checked().unwrap().iter().map(ToString::to_string).collect();
            assert_eq!(ids, ["ECHOECHO", "*BCAST01"], "{body}");
        }
        let wrong: IdsInput = serde_json::from_str(r#"["ECHOECHO","short"]"#).unwrap();
        assert_eq!(
            wrong.checked().unwrap_err().of("recipients[1]"),
            Some(&Problem::NotAThreemaId)
        );
        let many = IdsInput {
            ids: vec!["ECHOECHO".to_owned(); 5_001],
            replace_existing: false,
        };
        assert_eq!(
            many.checked().unwrap_err().of("recipients"),
            Some(&Problem::TooMany { max: 5_000 })
        );
        assert!(serde_json::from_str::<IdsInput>(r#"{"recipients":"ECHOECHO"}"#).is_err());
    }

    #[test]
    fn a_text_is_one_or_one_per_language() {
        let texts = |json: &str| {
            let text: Localised = serde_json::from_str(json).unwrap();
            text.texts("body", LanguageCode::DE)
        };
        assert_eq!(
            texts(r#""Hallo""#),
            Ok(BTreeMap::from([(LanguageCode::DE, "Hallo".to_owned())]))
        );
        assert_eq!(texts(r#"{"en":"Hi","de":"Hallo"}"#).map(|t| t.len()), Ok(2));
        assert_eq!(
            texts(r#"{"eng":"Hi"}"#).unwrap_err().of("body.eng"),
            Some(&Problem::NotALanguage)
        );
    }
}
