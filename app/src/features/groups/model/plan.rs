//! What to send so that the phones of a group have its state (reference/threema-gateway.md section 5.1). Pure: it reads how
//! the members stand and answers whom to tell what, in which order.
use crate::features::gateway::wire::{CLOUD, GroupControl, GroupId, GroupMessage, PictureAt};
use crate::kernel::ThreemaId;

/// How a member stands: what administrators want, and what phones were told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Who it is.
    pub id: ThreemaId,
    /// Administrators want them in the group.
    pub wanted: bool,
    /// They were in the list of the last round.
    pub told: bool,
    /// They have left by themselves.
    pub left: bool,
    /// The last round that has reached their phone; 0: none.
    pub version: i64,
    /// There is a key to seal for.
    pub reachable: bool,
    /// The gateway knows the ID, as far as it was asked: who does not exist stands in no list.
    pub exists: bool,
}

impl Standing {
    /// Whether their phone counts as a member's: what they write is taken, what is written goes to them.
    pub const fn is_member(&self) -> bool {
        self.told && !self.left
    }

    /// Whether their phone may have the group although they are not wanted in it.
    const fn is_to_be_told_off(&self) -> bool {
        !self.wanted && (self.told || self.version > 0)
    }
}

/// One round: everybody in the list gets the list, name and picture, everybody who is out an empty list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Round {
    /// Who is in the group, the creator left out.
    pub list: Vec<ThreemaId>,
    /// Those of them who can be told.
    pub full: Vec<ThreemaId>,
    /// Who is told that they are out.
    pub out: Vec<ThreemaId>,
}

fn ids<'a>(
    members: &'a [Standing],
    fits: impl Fn(&Standing) -> bool + 'a,
) -> impl Iterator<Item = ThreemaId> + 'a {
    members.iter().filter(move |m| fits(m)).map(|m| m.id)
}

impl Round {
    /// Brings phones to what administrators want.
    pub fn staged(members: &[Standing]) -> Self {
        Self {
            list: ids(members, |m| m.wanted && m.exists).collect(),
            full: ids(members, |m| m.wanted && m.reachable).collect(),
            out: ids(members, |m| m.is_to_be_told_off() && m.reachable).collect(),
        }
    }

    /// Tells everybody again what they were told last.
    pub fn again(members: &[Standing]) -> Self {
        Self {
            list: ids(members, |m| m.is_member() && m.exists).collect(),
            full: ids(members, |m| m.is_member() && m.reachable).collect(),
            out: Vec::new(),
        }
    }

    /// Tells one phone: the state to a member, an empty list to anybody else.
    pub fn answer(members: &[Standing], to: ThreemaId) -> Self {
        let again = Self::again(members);
        let (full, out) = if again.full.contains(&to) {
            (vec![to], Vec::new())
        } else {
            (Vec::new(), vec![to])
        };
        Self {
            list: again.list,
            full,
            out,
        }
    }

    /// The group is no more.
    pub fn dissolved(members: &[Standing]) -> Self {
        let has = |m: &Standing| (m.told || m.version > 0) && m.reachable;
        Self {
            list: Vec::new(),
            full: Vec::new(),
            out: ids(members, has).collect(),
        }
    }

    /// The calls of the round in their order; each begins when the one before was answered. A round for nobody has none.
    pub fn steps(&self) -> Vec<Step> {
        let all = [Kind::Setup, Kind::Name, Kind::Picture];
        let step = |kind| Step {
            kind,
            full: self.full.clone(),
            out: if kind == Kind::Setup {
                self.out.clone()
            } else {
                Vec::new()
            },
        };
        all.into_iter().map(step).filter(|s| !s.is_empty()).collect()
    }
}

/// What a call says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Who is in the group.
    Setup,
    /// What it is called.
    Name,
    /// Its picture, or that it has none.
    Picture,
}

/// One call of a round.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// What it says.
    pub kind: Kind,
    /// To whom it says it.
    pub full: Vec<ThreemaId>,
    /// Set-ups only: who gets the empty list, in the same call, so that both have one ID.
    pub out: Vec<ThreemaId>,
}

impl Step {
    fn is_empty(&self) -> bool {
        self.full.is_empty() && self.out.is_empty()
    }
}

/// What members are told of who is in the group; nobody: the receiver is out.
pub const fn setup(group: GroupId, list: Vec<ThreemaId>) -> GroupMessage {
    GroupMessage::Control(group, GroupControl::Setup(list))
}

/// What they are told of its name.
pub fn name(group: GroupId, name: &str, saves_history: bool) -> GroupMessage {
    GroupMessage::Control(group, GroupControl::Name(on_phones(name, saves_history)))
}

/// What they are told of its picture.
pub const fn picture(group: GroupId, picture: Option<PictureAt>) -> GroupMessage {
    let control = match picture {
        Some(at) => GroupControl::SetPicture(at),
        None => GroupControl::DeletePicture,
    };
    GroupMessage::Control(group, control)
}

/// The name as phones show it: with the cloud while history is saved, which makes members' apps send what they write
/// to the creator too (section 5.7).
pub fn on_phones(name: &str, saves_history: bool) -> String {
    if saves_history {
        format!("{CLOUD}{name}")
    } else {
        name.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn member(id: &str, wanted: bool, told: bool, version: i64) -> Standing {
        Standing {
            id: id.parse().unwrap(),
            wanted,
            told,
            left: false,
            version,
            reachable: true,
            exists: true,
        }
    }

    fn words(ids: &[ThreemaId]) -> Vec<&str> {
        ids.iter().map(ThreemaId::as_str).collect()
    }

    #[test]
    fn a_round_tells_who_stays_everything_and_who_goes_that_they_are_out() {
        let mut members = vec![
            member("NEWMEMBR", true, false, 0),
            member("STAYSIN1", true, true, 3),
            member("GOESOUT1", false, true, 3),
            member("NEVERIN1", false, false, 0),
        ];
        members.push(Standing {
            left: true,
            ..member("LEFTSELF", false, false, 3)
        });
        members.push(Standing {
            reachable: false,
            ..member("NOKEYYET", true, false, 0)
        });
        members.push(Standing {
            reachable: false,
            exists: false,
            ..member("GONEAWAY", true, true, 2)
        });
        let round = Round::staged(&members);
        assert_eq!(words(&round.list), ["NEWMEMBR", "STAYSIN1", "NOKEYYET"]);
        assert_eq!(words(&round.full), ["NEWMEMBR", "STAYSIN1"]);
        assert_eq!(words(&round.out), ["GOESOUT1", "LEFTSELF"]);
        let kinds: Vec<Kind> = round.steps().iter().map(|s| s.kind).collect();
        assert_eq!(kinds, [Kind::Setup, Kind::Name, Kind::Picture]);
        assert!(round.steps()[1..].iter().all(|s| s.out.is_empty()));
    }

    #[test]
    fn what_is_staged_reaches_nobody_before_its_round() {
        let members = [
            member("NEWMEMBR", true, false, 0),
            member("STAYSIN1", true, true, 3),
            member("GOESOUT1", false, true, 3),
        ];
        let again = Round::again(&members);
        assert_eq!(words(&again.list), ["STAYSIN1", "GOESOUT1"]);
        let asks = |id: &str| Round::answer(&members, id.parse().unwrap());
        assert_eq!(words(&asks("GOESOUT1").full), ["GOESOUT1"]);
        assert_eq!(words(&asks("NEWMEMBR").out), ["NEWMEMBR"]);
        assert_eq!(words(&asks("STRANGER").out), ["STRANGER"]);
    }

    #[test]
    fn after_the_last_member_nobody_is_told_a_name() {
        let round = Round::staged(&[member("GOESOUT1", false, true, 3)]);
        let steps = round.steps();
        assert_eq!((steps.len(), steps[0].kind), (1, Kind::Setup));
        assert!(Round::staged(&[]).steps().is_empty());
        let gone = Round::dissolved(&[
            member("STAYSIN1", true, true, 3),
            member("NEWMEMBR", true, false, 0),
        ]);
        assert_eq!(words(&gone.out), ["STAYSIN1"]);
    }

    #[test]
    fn the_cloud_stands_first_and_alone() {
        assert_eq!(
            on_phones("News", true).as_bytes()[..7],
            *b"\xe2\x98\x81\xef\xb8\x8f "
        );
        assert_eq!(on_phones("News", false), "News");
    }
}
