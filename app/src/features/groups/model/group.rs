//! Groups, their members, and what is staged.
use super::chat::{Trouble, Why};
use crate::features::{
    gateway::wire::{CLOUD, MAX_GROUP_NAME, MAX_GROUP_PEOPLE},
    recipients::model::{RecipientState, full_name},
};
use crate::kernel::{AppResult, Problem, ThreemaId, Timestamp, Uid, validate::Check};
use serde::{Deserialize, Serialize};

/// Members besides the identity (design/product.md section 1).
pub const MAX_OTHERS: usize = MAX_GROUP_PEOPLE - 1;
/// The biggest picture: a JPEG of 512 pixels has a tenth of it.
pub const MAX_PICTURE_BYTES: usize = 1 << 20;

/// Whether a group can be used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum GroupState {
    /// In use.
    #[default]
    Active,
    /// Dissolved; stays listed, and cannot come back.
    Deleted,
}

impl GroupState {
    /// The name in tables, addresses and REST.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Deleted => "deleted",
        }
    }

    /// The state of that name; any other name is active.
    pub fn of(code: &str) -> Self {
        if code == Self::Deleted.code() {
            Self::Deleted
        } else {
            Self::Active
        }
    }
}

/// The most bytes of a name: what phones show, less the cloud while history is saved.
pub const fn max_name_bytes(saves_history: bool) -> usize {
    if saves_history {
        MAX_GROUP_NAME - CLOUD.len()
    } else {
        MAX_GROUP_NAME
    }
}

/// The name as it may be kept: a cloud at its front is not part of it (it would switch the saving of history on by itself),
/// blanks at its end are, since clients toggle one to force a synchronisation.
pub fn group_name(check: &mut Check, field: &str, name: &str, saves_history: bool) -> String {
    let name = name.trim_start();
    let bare = name
        .strip_prefix('\u{2601}')
        .map_or(name, |rest| rest.trim_start_matches('\u{fe0f}').trim_start());
    let max = max_name_bytes(saves_history);
    if bare.trim().is_empty() {
        check.fail(field, Problem::Required);
    }
    if bare.len() > max {
        check.fail(field, Problem::TooManyBytes { max, is: bare.len() });
    }
    if bare.chars().any(char::is_control) {
        check.fail(field, Problem::ControlCharacters);
    }
    bare.to_owned()
}

/// A group to be made.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewGroup {
    /// What it is called.
    pub name: String,
    /// Who is in it.
    #[serde(default)]
    pub members: Vec<ThreemaId>,
    /// What members write is kept.
    #[serde(default)]
    pub saves_history: bool,
}

impl NewGroup {
    /// Checks and tidies.
    pub fn validate(self) -> AppResult<Self> {
        let mut check = Check::new();
        let name = group_name(&mut check, "name", &self.name, self.saves_history);
        check.done()?;
        Ok(Self { name, ..self })
    }
}

/// Another name for a group.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupInput {
    /// What it is called.
    pub name: String,
}

/// What a change of members did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupChange {
    /// Wanted in the group since now.
    pub added: u64,
    /// Not wanted in it any more.
    pub removed: u64,
    /// Wanted in it afterwards.
    pub members: u64,
}

/// A group in a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupView {
    /// Its public identifier.
    pub uid: Uid,
    /// Its name, without the cloud.
    pub name: String,
    /// Whether it can be used.
    pub state: GroupState,
    /// What members write is kept.
    pub saves_history: bool,
    /// How many are wanted in it, without the identity.
    pub members: u64,
    /// It has a picture.
    pub has_picture: bool,
    /// Something is staged.
    pub is_staged: bool,
    /// There are messages that the caller has not read.
    pub is_unread: bool,
    /// When it was made.
    pub created_at: Timestamp,
    /// When name, state or members changed last.
    pub updated_at: Timestamp,
}

/// How a member stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub enum MemberState {
    /// Added; their phone knows nothing of it yet.
    New,
    /// Removed; their phone does not know it yet.
    ToBeRemoved,
    /// The round that includes them is on its way.
    OnTheWay,
    /// Their phone has the group as it was synchronised last.
    InSync,
    /// They have left by themselves.
    Left {
        /// When
        at: Timestamp,
    },
    /// Nothing reaches them.
    Unreachable {
        /// Why
        why: Why,
    },
}

impl MemberState {
    /// The name in REST.
    pub const fn code(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::ToBeRemoved => "to-be-removed",
            Self::OnTheWay => "on-the-way",
            Self::InSync => "in-sync",
            Self::Left { .. } => "left",
            Self::Unreachable { .. } => "unreachable",
        }
    }
}

/// What the table says of a member, to find out how they stand.
#[derive(Clone, Copy, Debug)]
pub struct MemberFacts {
    /// Wanted in the group.
    pub wanted: bool,
    /// In the list of the last round.
    pub told: bool,
    /// The last round that reached their phone.
    pub version: i64,
    /// They have left.
    pub left_at: Option<Timestamp>,
    /// Why the last message did not go to them.
    pub problem: Option<Why>,
    /// How the gateway knows them.
    pub recipient: RecipientState,
}

impl MemberFacts {
    /// How they stand, when `done` is the last round that has ended.
    pub fn state(self, done: i64) -> MemberState {
        let unreachable = match self.recipient {
            RecipientState::Unknown => Some(Why::Unknown),
            RecipientState::Revoked => Some(Why::Revoked),
            RecipientState::KeyChanged => Some(Why::KeyChanged),
            _ => self.problem,
        };
        match (self.left_at, unreachable) {
            (Some(at), _) => MemberState::Left { at },
            (None, _) if !self.wanted => MemberState::ToBeRemoved,
            (None, Some(why)) => MemberState::Unreachable { why },
            (None, None) if !self.told => MemberState::New,
            (None, None) if self.version < done || self.version == 0 => MemberState::OnTheWay,
            (None, None) => MemberState::InSync,
        }
    }
}

/// A member.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberView {
    /// Their ID.
    pub threema_id: ThreemaId,
    /// May be empty.
    pub first_name: String,
    /// May be empty.
    pub last_name: String,
    /// May be empty.
    pub category: String,
    /// What they call themselves; may be empty.
    pub nickname: String,
    /// How they stand.
    pub state: MemberState,
}

impl MemberView {
    /// The name that administrators or Work have set, else the chosen one behind a tilde, else the ID.
    pub fn shown(&self) -> String {
        shown_name(
            &self.first_name,
            &self.last_name,
            &self.nickname,
            &self.threema_id,
        )
    }
}

/// The name of somebody (design/product.md rule 12).
pub fn shown_name(first: &str, last: &str, nickname: &str, id: &ThreemaId) -> String {
    let name = full_name(first, last);
    match (name.is_empty(), nickname.is_empty()) {
        (false, _) => name,
        (true, false) => format!("~{nickname}"),
        (true, true) => id.to_string(),
    }
}

/// What phones do not know yet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Staged {
    /// Members to be added.
    pub add: u64,
    /// Members to be removed.
    pub remove: u64,
    /// The name has changed.
    pub name: bool,
    /// The picture has changed.
    pub picture: bool,
}

impl Staged {
    /// How many changes.
    pub const fn count(self) -> u64 {
        self.add + self.remove + self.name as u64 + self.picture as u64
    }
}

/// A group with what its page shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupHead {
    /// The group.
    pub group: GroupView,
    /// Everybody who is or was in it.
    pub members: Vec<MemberView>,
    /// What phones do not know yet.
    pub staged: Staged,
    /// It was synchronised before.
    pub was_synchronised: bool,
    /// A round, or a message, is on its way.
    pub is_sending: bool,
    /// Why it waits.
    pub trouble: Option<Trouble>,
    /// Since when history is saved.
    pub history_since: Option<Timestamp>,
    /// The picture in base64.
    pub picture: Option<String>,
    /// Who made it; empty when they are gone.
    pub created_by: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str, saves_history: bool) -> Result<String, Problem> {
        let mut check = Check::new();
        let name = group_name(&mut check, "name", text, saves_history);
        check.done().map_err(|e| e.of("name").cloned().unwrap())?;
        Ok(name)
    }

    #[test]
    fn with_the_cloud_a_name_still_fits_the_phones() {
        assert_eq!((max_name_bytes(true), max_name_bytes(false)), (249, 256));
        let long = "ä".repeat(124);
        assert_eq!(name(&format!("{long}b"), true), Ok(format!("{long}b")));
        assert_eq!(
            name(&format!("{long}ä"), true),
            Err(Problem::TooManyBytes { max: 249, is: 250 })
        );
        assert!(name(&"x".repeat(256), false).is_ok());
        assert!(name(&"x".repeat(257), false).is_err());
    }

    #[test]
    fn a_cloud_is_never_part_of_the_name() {
        for given in [
            "News",
            " News",
            "\u{2601}News",
            "\u{2601}\u{fe0f} News",
            "\u{2601} News",
        ] {
            assert_eq!(name(given, false), Ok("News".to_owned()));
        }
        assert_eq!(
            name("News ", false),
            Ok("News ".to_owned()),
            "clients toggle a blank at the end"
        );
        assert_eq!(name("\u{2601}\u{fe0f} ", false), Err(Problem::Required));
        assert_eq!(name("a\nb", false), Err(Problem::ControlCharacters));
    }

    #[test]
    fn members_stand_as_their_phones_do() {
        let facts = MemberFacts {
            wanted: true,
            told: true,
            version: 3,
            left_at: None,
            problem: None,
            recipient: RecipientState::Reachable,
        };
        assert_eq!(facts.state(3), MemberState::InSync);
        assert_eq!(facts.state(4), MemberState::OnTheWay);
        assert_eq!(
            MemberFacts {
                told: false,
                version: 0,
                ..facts
            }
            .state(3),
            MemberState::New
        );
        assert_eq!(
            MemberFacts {
                wanted: false,
                ..facts
            }
            .state(3),
            MemberState::ToBeRemoved
        );
        let at = Timestamp(7);
        let left = MemberFacts {
            wanted: false,
            told: false,
            left_at: Some(at),
            ..facts
        };
        assert_eq!(left.state(3), MemberState::Left { at });
        let revoked = MemberFacts {
            recipient: RecipientState::Revoked,
            ..facts
        };
        assert_eq!(revoked.state(3), MemberState::Unreachable { why: Why::Revoked });
    }

    #[test]
    fn chosen_names_have_a_tilde() {
        let id = "ECHOECHO".parse().unwrap();
        assert_eq!(shown_name("Lea", "", "echo", &id), "Lea");
        assert_eq!(shown_name("", "", "echo", &id), "~echo");
        assert_eq!(shown_name("", "", "", &id), "ECHOECHO");
    }
}
