//! Administrators as browser and server know them.
use crate::features::auth::model::{Proofs, check_length};
use crate::kernel::{
    AppResult, Lang, ThreemaId, Timestamp, Uid, permission::Scope, rights::Rights, validate::Check,
};
use serde::{Deserialize, Serialize};

/// Days for which an invitation can be accepted.
pub const INVITATION_DAYS: i64 = 7;

/// The filter of the overview that leaves those who sign in with a password alone.
pub const NO_FACTOR: &str = "no-factor";

/// How somebody stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PersonState {
    /// Can sign in.
    Active,
    /// Cannot sign in.
    Disabled,
    /// Has a link that is not used yet.
    Invited,
    /// Had a link that is too old by now.
    Expired,
}

/// An administrator, or somebody who is invited.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Of the administrator, or of the invitation.
    pub uid: Uid,
    /// Empty while invited.
    pub name: String,
    /// They sign in with it.
    pub email: String,
    /// What they may, in the identities that the person who looks sees.
    pub rights: Rights<Uid>,
    /// How they stand.
    pub state: PersonState,
    /// When they signed in last.
    pub last_sign_in_at: Option<Timestamp>,
    /// When they were made or invited.
    pub since: Timestamp,
    /// What they have besides the password; none while invited.
    pub proofs: Option<Proofs>,
    /// It is the person who looks.
    pub you: bool,
    /// Whether the person who looks may end, renew or hand over their access: never of who may more, also in identities
    /// that the person who looks does not see.
    pub may_act: bool,
    /// While invited: who stands for it.
    pub invited_by: Option<String>,
}

impl Person {
    /// Whether a password is all that somebody needs to sign in as them.
    pub fn without_factor(&self) -> bool {
        self.proofs.is_some_and(|p| !p.passkey && p.code.is_none())
    }
}

/// An identity to give rights in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The identity.
    pub uid: Uid,
    /// Its Threema ID.
    pub threema_id: ThreemaId,
    /// Its nickname, or the Threema ID.
    pub name: String,
}

/// The overview.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct People {
    /// Administrators by name, then those who are invited.
    pub people: Vec<Person>,
    /// How many there are without search and filter.
    pub total: u64,
    /// How many of them sign in with a password alone.
    pub without_factor: u64,
    /// The identities that the person who looks sees.
    pub places: Vec<Place>,
}

/// One administrator, to be changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonView {
    /// Who.
    pub person: Person,
    /// The identities that the person who looks sees.
    pub places: Vec<Place>,
    /// What the person who looks can give and take.
    pub own: Rights<Uid>,
}

/// What an invitation needs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InviteInput {
    /// They will sign in with it.
    pub email: String,
    /// What they will be allowed.
    pub rights: Rights<Uid>,
}

impl InviteInput {
    /// Checks and tidies.
    pub fn validate(self) -> AppResult<Self> {
        let mut check = Check::new();
        let done = Self {
            email: check.email("email", &self.email),
            rights: tidy(self.rights),
        };
        check.done()?;
        Ok(done)
    }
}

/// Only what can be given at its place, nothing that is empty.
pub fn tidy<I: Ord>(rights: Rights<I>) -> Rights<I> {
    if rights.full_access {
        return Rights {
            full_access: true,
            organisation: Default::default(),
            identities: Default::default(),
        };
    }
    let identities = rights.identities.into_iter();
    let tidied = identities.map(|(identity, set)| (identity, set.tidy(Scope::Identity)));
    Rights {
        full_access: false,
        organisation: rights.organisation.tidy(Scope::Organisation),
        identities: tidied.filter(|(_, set)| !set.is_empty()).collect(),
    }
}

/// A link that is shown once.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvitationLink {
    /// The whole address.
    pub link: String,
    /// For whom.
    pub email: String,
    /// Until when it can be used.
    pub expires_at: Timestamp,
}

/// Written by hand: a link that lets somebody in must not get into a log.
impl std::fmt::Debug for InvitationLink {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("InvitationLink")
            .field("email", &self.email)
            .finish_non_exhaustive()
    }
}

/// What the person who is invited sees.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvitationView {
    /// Who invites.
    pub organisation: String,
    /// They will sign in with it.
    pub email: String,
    /// Characters that the password has at least.
    pub min_length: u32,
}

/// Accepting an invitation.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AcceptInput {
    /// The token of the link.
    pub token: String,
    /// The person's name.
    pub name: String,
    /// The password to be.
    pub password: String,
    /// Language of the interface.
    pub language: Lang,
}

/// Written by hand: secrets must not get into a log.
impl std::fmt::Debug for AcceptInput {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AcceptInput")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

impl AcceptInput {
    /// Checks what the form can check, and tidies; whether the password is known, the server checks.
    pub fn validate(self, min_length: u32) -> AppResult<Self> {
        let mut check = Check::new();
        let name = check.text("name", &self.name, 200);
        check_length(&mut check, "password", &self.password, min_length);
        check.done()?;
        Ok(Self { name, ..self })
    }
}
