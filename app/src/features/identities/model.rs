//! Identities as browser and server know them.
use crate::features::plans::model::{MAX_MONTHS, PlanChoice, PlanView};
use crate::kernel::{AppResult, LanguageCode, Problem, ThreemaId, Timestamp, Uid, validate::Check};
use serde::{Deserialize, Serialize};

/// Longest nickname in bytes of UTF-8 (the apps' limit for the public nickname).
pub const NICKNAME_BYTES: usize = 32;
/// Longest description in characters.
pub const DESCRIPTION_CHARS: usize = 1_000;
/// Longest undo window in seconds (design/product.md rule 15).
pub const MAX_UNDO_SECONDS: u32 = 60;
/// Largest number above which a message needs approval.
pub const MAX_APPROVAL_ABOVE: u32 = 10_000_000;
/// The undo window of a new identity in seconds.
pub const DEFAULT_UNDO_SECONDS: u32 = 5;
/// Term of the plan of a new identity in months.
pub const FIRST_TERM_MONTHS: u32 = 12;

/// An identity, as the cockpit shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IdentityView {
    /// Its public identifier.
    pub uid: Uid,
    /// Its Threema ID.
    pub threema_id: ThreemaId,
    /// The name that recipients see; may be empty.
    pub nickname: String,
    /// An internal note.
    pub description: String,
    /// The language of those who have none.
    pub default_language: LanguageCode,
    /// Seconds between queued and sending.
    pub undo_seconds: u32,
    /// Above this number of recipients a message needs somebody else's approval (rule 17); none: never.
    pub approval_above: Option<u64>,
    /// Only internal recipients get anything but a refusal (design/product.md rule 5).
    pub internal_only: bool,
    /// 64 hexadecimal digits
    pub public_key: String,
    /// Distinct recipients over all lists.
    pub recipient_count: u64,
    /// Its plan; none: it never had one.
    pub plan: Option<PlanView>,
    /// When it was made.
    pub created_at: Timestamp,
}

impl IdentityView {
    /// The nickname, or the Threema ID when there is none.
    pub fn shown_name(&self) -> &str {
        if self.nickname.is_empty() {
            self.threema_id.as_str()
        } else {
            &self.nickname
        }
    }
}

/// An identity that somebody asks for. On a local gateway ID and keys are made; for a real one they are entered.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewIdentity {
    /// `*` and 7 of A-Z0-9. Empty: a free one (local gateway only).
    pub threema_id: String,
    /// May be empty.
    pub nickname: String,
    /// A [`PlanChoice`] as text.
    pub plan: String,
    /// Two letters; empty: English.
    pub default_language: String,
    /// The secret of the gateway account; real gateway only.
    pub gateway_secret: String,
    /// 64 hexadecimal digits; real gateway only. `private:` before them is taken too.
    pub private_key: String,
}

/// Written by hand: secrets must not get into a log.
impl std::fmt::Debug for NewIdentity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewIdentity")
            .field("threema_id", &self.threema_id)
            .field("nickname", &self.nickname)
            .field("plan", &self.plan)
            .finish_non_exhaustive()
    }
}

/// A [`NewIdentity`] after its check; what concerns the gateway is checked by [`NewIdentity::account`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// The asked-for ID.
    pub threema_id: Option<ThreemaId>,
    /// Tidied nickname.
    pub nickname: String,
    /// The plan.
    pub plan: PlanChoice,
    /// Default language.
    pub default_language: LanguageCode,
}

impl NewIdentity {
    /// Checks what every identity needs. With `real_gateway` the account's ID, secret and key must be there too.
    pub fn validate(&self, real_gateway: bool) -> AppResult<Wanted> {
        let mut check = Check::new();
        let nickname = nickname(&mut check, &self.nickname);
        let threema_id = self.checked_id(&mut check, real_gateway);
        let plan = self.plan.trim().parse::<PlanChoice>();
        if plan.is_err() {
            check.fail("plan", Problem::NotAChoice);
        }
        let default_language = match self.default_language.trim() {
            "" => LanguageCode::EN,
            code => language(&mut check, code),
        };
        if real_gateway {
            check.text("gateway_secret", &self.gateway_secret, 100);
            if self.private_key.trim().is_empty() {
                check.fail("private_key", Problem::Required);
            } else if self.private_key_bytes().is_none() {
                check.fail("private_key", Problem::NotAKey);
            }
        }
        check.done()?;
        Ok(Wanted {
            threema_id,
            nickname,
            plan: plan.unwrap_or_default(),
            default_language,
        })
    }

    /// The bytes of the private key, when it is 64 hexadecimal digits.
    pub fn private_key_bytes(&self) -> Option<[u8; 32]> {
        let text = self.private_key.trim();
        let mut bytes = [0; 32];
        hex::decode_to_slice(text.strip_prefix("private:").unwrap_or(text), &mut bytes).ok()?;
        Some(bytes)
    }

    fn checked_id(&self, check: &mut Check, required: bool) -> Option<ThreemaId> {
        let text = self.threema_id.trim().to_uppercase();
        if text.is_empty() {
            if required {
                check.fail("threema_id", Problem::Required);
            }
            return None;
        }
        let id = text.parse().ok().filter(ThreemaId::is_gateway);
        if id.is_none() {
            check.fail("threema_id", Problem::NotAGatewayId);
        }
        id
    }
}

/// A private key to be kept by its owner.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PrivateKeyFile {
    /// Name of the file.
    pub name: String,
    /// The key, with a warning above it.
    pub text: String,
}

/// Written by hand: secrets must not get into a log.
impl std::fmt::Debug for PrivateKeyFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PrivateKeyFile")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

/// What an administrator may change of an identity.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct IdentityConfiguration {
    /// The name that recipients see; may be empty.
    pub nickname: String,
    /// An internal note.
    pub description: String,
    /// Two letters
    pub default_language: String,
    /// Seconds, 0..=[`MAX_UNDO_SECONDS`], as written in the form.
    pub undo_seconds: String,
    /// As written in the form; empty: no approval is needed.
    pub approval_above: String,
    /// What the form was loaded with: only another number is a change.
    pub approval_was: Option<u64>,
}

/// An [`IdentityConfiguration`] after its check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckedConfiguration {
    /// Tidied nickname.
    pub nickname: String,
    /// Tidied description.
    pub description: String,
    /// Default language.
    pub default_language: LanguageCode,
    /// Seconds
    pub undo_seconds: u32,
    /// None: no approval is needed.
    pub approval_above: Option<u32>,
    /// What it was when the form was loaded.
    pub approval_was: Option<u32>,
}

impl IdentityConfiguration {
    /// Checks and tidies.
    pub fn validate(&self) -> AppResult<CheckedConfiguration> {
        let mut check = Check::new();
        let seconds = self.undo_seconds.trim().parse::<u32>();
        let undo_seconds = seconds.ok().filter(|s| *s <= MAX_UNDO_SECONDS);
        if undo_seconds.is_none() {
            let max = MAX_UNDO_SECONDS as usize;
            check.fail("undo_seconds", Problem::OutOfRange { min: 0, max });
        }
        let above = self.approval_above.trim();
        let approval_above = above.parse::<u32>().ok().filter(|n| *n <= MAX_APPROVAL_ABOVE);
        if approval_above.is_none() && !above.is_empty() {
            let max = MAX_APPROVAL_ABOVE as usize;
            check.fail("approval_above", Problem::OutOfRange { min: 0, max });
        }
        let checked = CheckedConfiguration {
            nickname: nickname(&mut check, &self.nickname),
            description: check.optional_text("description", &self.description, DESCRIPTION_CHARS),
            default_language: language(&mut check, self.default_language.trim()),
            undo_seconds: undo_seconds.unwrap_or_default(),
            approval_above,
            approval_was: self.approval_was.and_then(|n| u32::try_from(n).ok()),
        };
        check.done()?;
        Ok(checked)
    }
}

/// Another plan for an identity.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanChange {
    /// A [`PlanChoice`] as text.
    pub plan: String,
    /// Whole months, 1..=[`MAX_MONTHS`], as written in the form.
    pub months: String,
}

impl PlanChange {
    /// Checks; answers plan and months.
    pub fn validate(&self) -> AppResult<(PlanChoice, u32)> {
        let mut check = Check::new();
        let plan = self.plan.trim().parse::<PlanChoice>();
        if plan.is_err() {
            check.fail("plan", Problem::NotAChoice);
        }
        let months = self.months.trim().parse::<u32>();
        let months = months.ok().filter(|m| (1..=MAX_MONTHS).contains(m));
        if months.is_none() {
            let max = MAX_MONTHS as usize;
            check.fail("months", Problem::OutOfRange { min: 1, max });
        }
        check.done()?;
        Ok((plan.unwrap_or_default(), months.unwrap_or(1)))
    }
}

fn nickname(check: &mut Check, value: &str) -> String {
    let value = check.optional_text("nickname", value, NICKNAME_BYTES);
    let is = value.len();
    // in characters it may fit while it is too long in bytes
    if is > NICKNAME_BYTES && value.chars().count() <= NICKNAME_BYTES {
        let max = NICKNAME_BYTES;
        check.fail("nickname", Problem::TooManyBytes { max, is });
    }
    value
}

fn language(check: &mut Check, code: &str) -> LanguageCode {
    code.parse().unwrap_or_else(|_| {
        check.fail("default_language", Problem::NotALanguage);
        LanguageCode::EN
    })
}
