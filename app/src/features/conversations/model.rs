//! Conversations as browser and server know them.
use crate::features::{messages::model::TEXT_BYTES, recipients::model::RecipientState};
use crate::kernel::{AppResult, Page, Problem, ThreemaId, Timestamp, Uid, validate::Check};
use serde::{Deserialize, Serialize};

/// Longest name of a saved reply in characters.
pub const NAME_CHARS: usize = 100;
/// Messages of a conversation that are shown at first, and added with each step back.
pub const STEP: u32 = 50;
/// Most messages of a conversation that are shown or searched.
pub const MOST: u32 = 5_000;
/// Beyond this number nobody counts what is unread.
pub const COUNTED: u64 = 999;

/// Which conversations are listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Show {
    /// Those that somebody has to deal with.
    #[default]
    Open,
    /// Open ones with something that the administrator has not read.
    Unread,
    /// Open ones that are the administrator's own.
    Mine,
    /// Open ones that are nobody's.
    Unassigned,
    /// Those that are dealt with.
    Done,
    /// All of them.
    All,
}

impl Show {
    /// All, in the order of the filter.
    pub const ALL: [Self; 6] = [
        Self::Open,
        Self::Unread,
        Self::Mine,
        Self::Unassigned,
        Self::Done,
        Self::All,
    ];

    /// The name in addresses and in REST; that of open ones may be left out.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Unread => "unread",
            Self::Mine => "mine",
            Self::Unassigned => "unassigned",
            Self::Done => "done",
            Self::All => "all",
        }
    }

    /// The filter of that name; any other name is that of open ones.
    pub fn of(code: &str) -> Self {
        Self::ALL
            .into_iter()
            .find(|s| s.code() == code)
            .unwrap_or_default()
    }
}

/// Whether somebody has to deal with a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ConversationState {
    /// Yes.
    Open,
    /// No; the next reply opens it again.
    Done,
}

impl ConversationState {
    /// The name in tables and in REST.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Done => "done",
        }
    }

    /// The state of that name; any other name is open.
    pub fn of(code: &str) -> Self {
        if code == Self::Done.code() {
            Self::Done
        } else {
            Self::Open
        }
    }
}

/// An administrator who may deal with conversations.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assignee {
    /// Names them.
    pub uid: Uid,
    /// Their name.
    pub name: String,
}

/// A conversation in the list of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConversationRow {
    /// Names it.
    pub uid: Uid,
    /// With whom.
    pub threema_id: ThreemaId,
    /// Their name; empty: none is known.
    pub name: String,
    /// Whether they can be reached.
    pub reachable: RecipientState,
    /// Whether somebody has to deal with it.
    pub state: ConversationState,
    /// Who deals with it.
    pub assigned: Option<Assignee>,
    /// The time of the last message.
    pub last_at: Timestamp,
    /// The beginning of the last message.
    pub preview: String,
    /// The last message is ours.
    pub preview_is_ours: bool,
    /// Replies that the administrator has not read; none when it is done.
    pub unread: u64,
    /// When the last text goes.
    pub erase_at: Timestamp,
}

impl ConversationRow {
    /// The name, or the ID when there is none.
    pub fn shown(&self) -> String {
        if self.name.is_empty() {
            self.threema_id.to_string()
        } else {
            self.name.clone()
        }
    }
}

/// A page of conversations.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConversationsPage {
    /// This page.
    pub page: Page<ConversationRow>,
    /// Whether any list takes replies: without one nothing comes in.
    pub taking: bool,
    /// When this was looked up: what comes later is not meant by a step that is taken with this page.
    pub as_of: Timestamp,
}

/// How far a message of ours has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Sent {
    /// On its way.
    Waiting,
    /// The gateway has taken it.
    Accepted,
    /// It will not arrive.
    Failed,
}

impl Sent {
    /// The name in REST.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Accepted => "accepted",
            Self::Failed => "failed",
        }
    }
}

/// One message of a conversation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConversationMessage {
    /// Names it.
    pub uid: Uid,
    /// What was written.
    pub text: String,
    /// When.
    pub at: Timestamp,
    /// For one of ours: how far it has come.
    pub sent: Option<Sent>,
    /// For one of ours: who wrote it.
    pub author: String,
    /// When the text goes.
    pub erase_at: Timestamp,
}

/// A conversation with its messages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Thread {
    /// The conversation.
    pub row: ConversationRow,
    /// Its messages, oldest first.
    pub messages: Vec<ConversationMessage>,
    /// There are older ones.
    pub more: bool,
    /// Who can be asked to deal with it.
    pub people: Vec<Assignee>,
    /// The plan has not ended: something can be sent.
    pub plan_is_valid: bool,
}

/// Which conversations a step for many is about: what a page shows, as it was shown.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Many {
    /// A [`Show`].
    pub filter: String,
    /// The search.
    pub q: String,
    /// Without those in which something has come since.
    pub as_of: Timestamp,
}

/// What a step for many did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finished {
    /// How many.
    pub count: u64,
    /// Names the step, to undo it.
    pub at: Timestamp,
}

/// A text to answer with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedReply {
    /// Names it.
    pub uid: Uid,
    /// What it is called.
    pub name: String,
    /// The text.
    pub text: String,
}

/// What an administrator says about a saved reply.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedReplyInput {
    /// The one to change; none: a new one.
    pub uid: Option<Uid>,
    /// 1 to [`NAME_CHARS`] characters.
    pub name: String,
    /// 1 to [`TEXT_BYTES`] bytes.
    pub text: String,
}

impl SavedReplyInput {
    /// Checks and tidies.
    pub fn validate(self) -> AppResult<Self> {
        let mut check = Check::new();
        let one_line = self.name.split_ascii_whitespace().collect::<Vec<_>>().join(" ");
        let name = check.text("name", &one_line, NAME_CHARS);
        let text = checked(&mut check, "text", &self.text);
        check.done()?;
        Ok(Self { name, text, ..self })
    }
}

/// The text of an answer, checked and tidied; what is wrong stands at `field`.
pub fn answer_text(field: &str, text: &str) -> AppResult<String> {
    let mut check = Check::new();
    let text = checked(&mut check, field, text);
    check.done()?;
    Ok(text)
}

fn checked(check: &mut Check, field: &str, text: &str) -> String {
    let text = text.replace("\r\n", "\n");
    let text = check.text(field, &text, usize::MAX);
    if text.len() > TEXT_BYTES {
        check.fail(
            field,
            Problem::TooManyBytes {
                max: TEXT_BYTES,
                is: text.len(),
            },
        );
    }
    text
}
