//! What somebody has been given: sets of rights, per identity and for the organisation.
use super::permission::{Needs, Right, Scope};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Some rights of one scope.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Vec<Right>", into = "Vec<Right>")]
pub struct RightSet(u32);

impl RightSet {
    const fn bit(right: Right) -> u32 {
        1 << right as u32
    }

    /// These rights.
    pub fn of(rights: &[Right]) -> Self {
        rights.iter().copied().collect()
    }

    /// All rights of one scope.
    pub fn all(scope: Scope) -> Self {
        Right::of(scope).collect()
    }

    /// Whether it holds that right.
    pub const fn has(self, right: Right) -> bool {
        self.0 & Self::bit(right) != 0
    }

    /// The same with that right.
    #[must_use]
    pub const fn with(self, right: Right) -> Self {
        Self(self.0 | Self::bit(right))
    }

    /// The same without that right.
    #[must_use]
    pub const fn without(self, right: Right) -> Self {
        Self(self.0 & !Self::bit(right))
    }

    /// What both hold.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// What either holds.
    #[must_use]
    pub const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// What only one of them holds.
    #[must_use]
    pub const fn differing(self, other: Self) -> Self {
        Self(self.0 ^ other.0)
    }

    /// Whether it holds all of the other.
    pub const fn covers(self, other: Self) -> bool {
        other.0 & !self.0 == 0
    }

    /// No right at all.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Its rights, in the order of the catalogue.
    pub fn iter(self) -> impl Iterator<Item = Right> {
        Right::ALL.iter().copied().filter(move |r| self.has(*r))
    }

    /// What of it can be given in any scope; with a right in an identity comes seeing it.
    #[must_use]
    pub fn tidy_all(self) -> Self {
        self.tidy(Scope::Identity).or(self.tidy(Scope::Organisation))
    }

    /// Only what can be given in that scope; in an identity every right brings seeing it.
    #[must_use]
    pub fn tidy(self, scope: Scope) -> Self {
        let known = self.and(Self::all(scope));
        if scope == Scope::Identity && !known.is_empty() {
            known.with(Right::See)
        } else {
            known
        }
    }
}

impl FromIterator<Right> for RightSet {
    fn from_iter<I: IntoIterator<Item = Right>>(rights: I) -> Self {
        rights.into_iter().fold(Self::default(), Self::with)
    }
}

impl From<Vec<Right>> for RightSet {
    fn from(rights: Vec<Right>) -> Self {
        rights.into_iter().collect()
    }
}

impl From<RightSet> for Vec<Right> {
    fn from(set: RightSet) -> Self {
        set.iter().collect()
    }
}

/// Everything that somebody may do. `I` names an identity: its number on the server, its uid in the browser.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rights<I: Ord = i64> {
    /// Everything, everywhere; then the rest does not count.
    pub full_access: bool,
    /// In the organisation.
    pub organisation: RightSet,
    /// In single identities.
    pub identities: BTreeMap<I, RightSet>,
}

impl<I: Ord> Default for Rights<I> {
    fn default() -> Self {
        Self {
            full_access: false,
            organisation: RightSet::default(),
            identities: BTreeMap::new(),
        }
    }
}

impl<I: Ord + Clone> Rights<I> {
    /// Full access.
    pub fn full() -> Self {
        Self {
            full_access: true,
            ..Self::default()
        }
    }

    /// The same with one more right: in that identity, or in the organisation.
    #[must_use]
    pub fn with(mut self, right: Right, identity: Option<I>) -> Self {
        self.give(right, identity);
        self
    }

    /// Adds a right: in that identity, or in the organisation. One that does not fit there is left out.
    pub fn give(&mut self, right: Right, identity: Option<I>) {
        match (right.scope(), identity) {
            (Scope::Identity, Some(identity)) => {
                let set = self.identities.entry(identity).or_default();
                *set = set.with(right).tidy(Scope::Identity);
            }
            (Scope::Organisation, None) => self.organisation = self.organisation.with(right),
            _ => {}
        }
    }

    /// The rights in one identity.
    pub fn within(&self, identity: &I) -> RightSet {
        if self.full_access {
            return RightSet::all(Scope::Identity);
        }
        self.identities.get(identity).copied().unwrap_or_default()
    }

    /// The rights in the organisation.
    pub fn organisation(&self) -> RightSet {
        if self.full_access {
            RightSet::all(Scope::Organisation)
        } else {
            self.organisation
        }
    }

    /// Whether the identity may be seen at all.
    pub fn sees(&self, identity: &I) -> bool {
        self.within(identity).has(Right::See)
    }

    /// Whether it is enough somewhere: in the organisation, or in any identity.
    pub fn allow(&self, needs: Needs) -> bool {
        match needs {
            Needs::SignedIn => true,
            Needs::FullAccess => self.full_access,
            Needs::Right(right) => {
                self.organisation().has(right)
                    || self.full_access
                    || self.identities.values().any(|set| set.has(right))
            }
            Needs::Either(one, other) => self.allow(Needs::Right(one)) || self.allow(Needs::Right(other)),
        }
    }

    /// Whether it is enough in this identity, which must be seen for anything.
    pub fn allow_within(&self, needs: Needs, identity: &I) -> bool {
        self.sees(identity)
            && match needs {
                Needs::SignedIn => true,
                Needs::FullAccess => self.full_access,
                Needs::Right(right) => match right.scope() {
                    Scope::Identity => self.within(identity).has(right),
                    Scope::Organisation => self.organisation().has(right),
                },
                Needs::Either(one, other) => {
                    self.allow_within(Needs::Right(one), identity)
                        || self.allow_within(Needs::Right(other), identity)
                }
            }
    }

    /// What both allow: of an API key, never more than its administrator may.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        if self.full_access {
            return other.clone();
        }
        if other.full_access {
            return self.clone();
        }
        let both = |(identity, set): (&I, &RightSet)| {
            let set = set.and(other.within(identity));
            (!set.is_empty()).then(|| (identity.clone(), set))
        };
        Self {
            full_access: false,
            organisation: self.organisation.and(other.organisation),
            identities: self.identities.iter().filter_map(both).collect(),
        }
    }

    /// The same with these rights only, wherever they were. `everywhere` are all identities, in which full access means
    /// something.
    #[must_use]
    pub fn only(&self, rights: RightSet, everywhere: impl IntoIterator<Item = I>) -> Self {
        let within = |identity: I| {
            let set = self.within(&identity).and(rights);
            (!set.is_empty()).then_some((identity, set))
        };
        Self {
            full_access: false,
            organisation: self.organisation().and(rights),
            identities: everywhere.into_iter().filter_map(within).collect(),
        }
    }

    /// Whether everything that the other allows is allowed here too.
    pub fn covers(&self, other: &Self) -> bool {
        self.full_access
            || (!other.full_access
                && self.organisation.covers(other.organisation)
                && other
                    .identities
                    .iter()
                    .all(|(identity, set)| self.within(identity).covers(*set)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_right_in_an_identity_brings_seeing_it_and_nothing_elsewhere() {
        for right in Right::of(Scope::Identity) {
            let rights = Rights::default().with(right, Some(1));
            assert!(rights.sees(&1) && !rights.sees(&2));
            for other in Right::ALL {
                let needs = Needs::Right(*other);
                let expected = *other == right || *other == Right::See;
                assert_eq!(rights.allow(needs), expected, "{right:?} {other:?}");
                assert_eq!(rights.allow_within(needs, &1), expected);
                assert!(!rights.allow_within(needs, &2));
            }
            assert!(!rights.allow(Needs::FullAccess) && rights.allow(Needs::SignedIn));
        }
    }

    #[test]
    fn a_right_in_the_organisation_opens_no_identity() {
        let rights = Rights::default().with(Right::Plan, None);
        assert!(rights.allow(Needs::Right(Right::Plan)));
        assert!(!rights.allow_within(Needs::Right(Right::Plan), &1));
        let sees = rights.with(Right::See, Some(1));
        assert!(sees.allow_within(Needs::Right(Right::Plan), &1));
        assert!(!sees.allow_within(Needs::Right(Right::Send), &1));
    }

    #[test]
    fn a_right_at_the_wrong_place_is_none() {
        let rights = Rights::<i64>::default()
            .with(Right::Send, None)
            .with(Right::Plan, Some(1));
        assert_eq!(rights, Rights::default());
        let all: RightSet = Right::ALL.iter().copied().collect();
        assert_eq!(all.tidy(Scope::Identity), RightSet::all(Scope::Identity));
        assert!(RightSet::of(&[Right::Send]).tidy(Scope::Identity).has(Right::See));
        assert!(RightSet::of(&[Right::Send]).tidy(Scope::Organisation).is_empty());
    }

    #[test]
    fn both_never_give_more_than_one_and_full_access_covers_all() {
        let some = Rights::default()
            .with(Right::Send, Some(1))
            .with(Right::Plan, None);
        let other = Rights::default()
            .with(Right::Send, Some(1))
            .with(Right::Lists, Some(2));
        let both = some.and(&other);
        assert_eq!(both, Rights::default().with(Right::Send, Some(1)));
        assert_eq!(Rights::full().and(&some), some);
        assert_eq!(some.and(&Rights::full()), some);
        assert!(some.covers(&both) && other.covers(&both) && !both.covers(&some));
        assert!(Rights::full().covers(&some) && !some.covers(&Rights::full()));
    }

    #[test]
    fn what_is_narrowed_never_allows_more() {
        let set = RightSet::of(&[Right::Send, Right::AuditLog]).tidy_all();
        assert!(set.has(Right::See));
        let of_full = Rights::full().only(set, [1, 2]);
        assert!(!of_full.full_access && of_full.sees(&1) && of_full.sees(&2) && !of_full.sees(&3));
        assert!(of_full.allow(Needs::Right(Right::AuditLog)) && !of_full.allow(Needs::FullAccess));
        assert!(!of_full.allow(Needs::Right(Right::Lists)));
        let some = Rights::default()
            .with(Right::Lists, Some(1))
            .with(Right::Plan, None);
        assert_eq!(
            some.only(set, [1, 2]),
            Rights::default().with(Right::See, Some(1))
        );
        assert_eq!(Rights::full().only(RightSet::default(), [1]), Rights::default());
    }

    #[test]
    fn sets_travel_as_codes() {
        let set = RightSet::of(&[Right::Send, Right::See]);
        let json = serde_json::to_string(&set).unwrap();
        assert_eq!(json, r#"["see","send"]"#);
        assert_eq!(serde_json::from_str::<RightSet>(&json).unwrap(), set);
        for right in Right::ALL {
            assert_eq!(Right::from_code(right.code()), Some(*right));
        }
    }
}
