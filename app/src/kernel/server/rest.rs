//! What all REST handlers share: links, paging, bodies (reference/broadcast-api.md section 1).
//!
//! The published descriptions and what live clients need differ in names; both are sent: `ref` and `rel`, `_paging` and
//! `paging`, `error` and `message`.
use super::Ctx;
use crate::kernel::{
    AppError, AppResult, ErrorCode, LanguageCode, Page, PageRequest, Problem, ThreemaId, Uid, validate::Check,
};
use axum::{
    Json,
    body::Bytes,
    extract::{FromRequest, FromRequestParts, Query, Request},
    http::{StatusCode, request::Parts},
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::collections::BTreeMap;
use utoipa::{IntoParams, ToSchema};

/// Records a page when nothing is said.
pub const DEFAULT_PAGE_SIZE: u32 = 20;
/// Most records a page, and most recipients a call.
pub const MAX_RECORDS: u32 = 5_000;

/// Where something related is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Link {
    /// The relation, as it is documented.
    #[serde(rename = "ref")]
    documented: &'static str,
    /// The relation, as clients of the live service read it.
    rel: &'static str,
    /// Absolute address.
    link: String,
}

/// A link to `path` below `/api/v1`.
pub fn link(ctx: &Ctx, rel: &'static str, path: &str) -> Link {
    Link {
        documented: rel,
        rel,
        link: format!("{}/api/v1{path}", ctx.settings.public_url),
    }
}

/// Which part of a list of things an answer holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Paging {
    /// The page size used; with `pageSize=0` the number of all records.
    count: u64,
    /// The number of all records.
    total: u64,
    /// The zero-based page.
    page: u32,
}

/// Query of a list of things. Other parameters are ignored.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "describes the parameters; `Paged` reads them")]
pub struct PageQuery {
    /// Records a page; 0: all in one answer. Default 20.
    #[param(minimum = 0, maximum = 5000)]
    #[serde(rename = "pageSize")]
    page_size: Option<u32>,
    /// Zero-based page.
    #[param(minimum = 0)]
    page: Option<u32>,
    /// Part of a name.
    q: Option<String>,
}

/// A [`PageQuery`] as it was read and checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paged {
    /// 0: everything.
    size: u32,
    page: u32,
    q: String,
}

impl Paged {
    /// Reads query parameters; a number out of range or none at all is a field error.
    fn read(pairs: Vec<(String, String)>) -> AppResult<Self> {
        let given: BTreeMap<String, String> = pairs.into_iter().collect();
        let mut check = Check::new();
        let mut number = |name: &str, default: u32, max: u32| {
            let Some(text) = given.get(name) else {
                return default;
            };
            let value = text.trim().parse::<u32>().ok().filter(|n| *n <= max);
            value.unwrap_or_else(|| {
                let max = usize::try_from(max).unwrap_or(usize::MAX);
                check.fail(name, Problem::OutOfRange { min: 0, max });
                default
            })
        };
        let paged = Self {
            size: number("pageSize", DEFAULT_PAGE_SIZE, MAX_RECORDS),
            page: number("page", 0, i32::MAX.unsigned_abs()),
            q: given.get("q").cloned().unwrap_or_default(),
        };
        check.done()?;
        Ok(paged)
    }

    /// Loads what was asked for; `load` gives one page of up to [`MAX_RECORDS`].
    pub async fn load<T, F>(&self, load: impl Fn(PageRequest) -> F) -> AppResult<(Vec<T>, Paging)>
    where
        F: Future<Output = AppResult<Page<T>>>,
    {
        if self.size > 0 {
            let page = load(self.request(self.page, self.size)).await?;
            // the cockpit shows the last page instead of one behind it; a client that walks on needs an empty one
            let items = if page.page == self.page {
                page.items
            } else {
                Vec::new()
            };
            return Ok((items, self.paging(u64::from(self.size), page.total)));
        }
        let all = self.everything(load).await?;
        let total = all.len() as u64;
        Ok((all, self.paging(total, total)))
    }

    async fn everything<T, F>(&self, load: impl Fn(PageRequest) -> F) -> AppResult<Vec<T>>
    where
        F: Future<Output = AppResult<Page<T>>>,
    {
        let mut all = Vec::new();
        for number in 0.. {
            let page = load(self.request(number, MAX_RECORDS)).await?;
            let (here, got) = (page.page == number, page.items.len());
            if here {
                all.extend(page.items);
            }
            if !here || got < MAX_RECORDS as usize {
                break;
            }
        }
        Ok(all)
    }

    fn request(&self, page: u32, size: u32) -> PageRequest {
        PageRequest {
            page,
            size,
            q: self.q.clone(),
            ..PageRequest::default()
        }
    }

    /// The part of things that are all at hand.
    pub fn part<T>(&self, all: Vec<T>) -> (Vec<T>, Paging) {
        let total = all.len() as u64;
        if self.size == 0 {
            return (all, self.paging(total, total));
        }
        let skip = usize::try_from(u64::from(self.page) * u64::from(self.size)).unwrap_or(usize::MAX);
        let items = all.into_iter().skip(skip).take(self.size as usize).collect();
        (items, self.paging(u64::from(self.size), total))
    }

    /// The first record and how many; none: all.
    pub fn window(&self) -> (u64, Option<u64>) {
        match u64::from(self.size) {
            0 => (0, None),
            size => (u64::from(self.page) * size, Some(size)),
        }
    }

    /// The paging of an answer for [`Self::window`].
    pub fn paging_of(&self, total: u64) -> Paging {
        let size = u64::from(self.size);
        self.paging(if size == 0 { total } else { size }, total)
    }

    /// Part of a name, or nothing.
    pub fn q(&self) -> &str {
        &self.q
    }

    fn paging(&self, count: u64, total: u64) -> Paging {
        let page = if self.size == 0 { 0 } else { self.page };
        Paging { count, total, page }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Paged {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, AppError> {
        let Query(pairs) =
            Query::<Vec<(String, String)>>::try_from_uri(&parts.uri).map_err(|e| malformed(&e))?;
        Self::read(pairs)
    }
}

/// A JSON body, whatever its content type says; unknown fields are ignored.
#[derive(Debug)]
pub struct ApiBody<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for ApiBody<T> {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        let bytes = Bytes::from_request(request, state).await.map_err(|e| {
            let status = e.status();
            problem(
                status,
                "The body of the request is too long or could not be read.",
            )
        })?;
        serde_json::from_slice(&bytes)
            .map(Self)
            .map_err(|e| malformed(&e).into_response())
    }
}

/// An error that is none of ours, in the form of all errors.
pub fn problem(status: StatusCode, text: &str) -> Response {
    (
        status,
        Json(serde_json::json!({ "error": text, "message": text })),
    )
        .into_response()
}

fn malformed(why: &dyn std::fmt::Display) -> AppError {
    ErrorCode::Malformed { why: why.to_string() }.into()
}

/// How an error is answered.
#[derive(Debug, Serialize, ToSchema)]
pub struct ApiError {
    /// A sentence in English.
    error: String,
    /// The same sentence.
    message: String,
    /// Status 400: what is wrong with which field.
    #[serde(skip_serializing_if = "Option::is_none")]
    fields: Option<BTreeMap<String, String>>,
}

/// An address names something by its uid; what is none does not exist.
pub fn uid(text: &str) -> AppResult<Uid> {
    text.parse().map_err(|_| ErrorCode::NotFound.into())
}

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

    fn read(pairs: &[(&str, &str)]) -> AppResult<Paged> {
        Paged::read(
            pairs
                .iter()
                .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
                .collect(),
        )
    }

    #[test]
    fn page_sizes_follow_the_rules() {
        assert_eq!(read(&[]).map(|p| (p.size, p.page)), Ok((20, 0)));
        assert_eq!(
            read(&[("pageSize", "0"), ("limit", "100")]).map(|p| p.size),
            Ok(0)
        );
        assert_eq!(
            read(&[("pageSize", "5000"), ("page", "3")]).map(|p| (p.size, p.page)),
            Ok((5000, 3))
        );
        for bad in ["-1", "5001", "x", "", "99999999999"] {
            assert!(
                read(&[("pageSize", bad)]).unwrap_err().of("pageSize").is_some(),
                "{bad}"
            );
        }
        assert!(read(&[("page", "-1")]).unwrap_err().of("page").is_some());
    }

    #[test]
    fn parts_of_what_is_at_hand() {
        let all: Vec<u32> = (0..45).collect();
        let page = |size, page| {
            Paged {
                size,
                page,
                q: String::new(),
            }
            .part(all.clone())
        };
        assert_eq!(page(20, 2).0, [40, 41, 42, 43, 44]);
        assert_eq!(page(20, 3).0, [0_u32; 0]);
        assert_eq!(
            page(0, 7),
            (
                all.clone(),
                Paging {
                    count: 45,
                    total: 45,
                    page: 0
                }
            )
        );
    }

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
