//! Who there is, and what they may.
use super::{
    entity::{Column, Entity, Model},
    steps::{check_given, check_person},
};
use crate::features::{
    administrators::model::{NO_FACTOR, People, Person, PersonState, PersonView, Place},
    auth::{
        model::Proofs,
        server::{
            Administrator, Granted, administrator_name, administrator_of, administrators_of, proofs_of,
        },
    },
    identities::server::{Identity, all, seen},
};
use crate::kernel::{
    AppResult, ErrorCode, PageRequest, Timestamp, Uid,
    permission::{Capability, cap},
    rights::Rights,
    server::{Ctx, faults::internal},
};
use sea_orm::{QueryOrder, prelude::*};
use serde_json::{Map, Value, json};
use std::collections::HashMap;

/// The identities that the caller sees, by number and by uid: rights are stored by one and shown by the other.
pub(super) struct Places(Vec<(i64, Place)>);

impl Places {
    pub async fn of<C: Capability>(ctx: &Ctx, granted: &Granted<C>) -> AppResult<Self> {
        let rows = seen(ctx, granted).await?;
        rows.into_iter().map(place).collect::<AppResult<_>>().map(Self)
    }

    /// Those of the whole organisation, for the log.
    pub async fn everywhere(ctx: &Ctx, organisation_id: i64) -> AppResult<Self> {
        let rows = all(ctx, organisation_id).await?;
        rows.into_iter().map(place).collect::<AppResult<_>>().map(Self)
    }

    /// What the log has of rights: codes, for each identity by its Threema ID.
    pub fn logged(&self, rights: &Rights<Uid>) -> Value {
        let mut fields = Map::new();
        fields.insert("fullAccess".to_owned(), rights.full_access.into());
        if !rights.full_access {
            fields.insert("organisation".to_owned(), json!(rights.organisation));
            for (_, place) in &self.0 {
                let set = rights.within(&place.uid);
                if !set.is_empty() {
                    fields.insert(place.threema_id.to_string(), json!(set));
                }
            }
        }
        Value::Object(fields)
    }

    /// What is stored, as far as the caller sees it.
    pub fn shown(&self, rights: &Rights) -> Rights<Uid> {
        let identities = self.0.iter().filter_map(|(id, place)| {
            let set = rights.identities.get(id)?;
            Some((place.uid.clone(), *set))
        });
        Rights {
            full_access: rights.full_access,
            organisation: rights.organisation,
            identities: identities.collect(),
        }
    }

    /// What is asked for, as it is stored; in identities that the caller does not see everything stays.
    pub fn stored(&self, wanted: &Rights<Uid>, before: &Rights) -> Rights {
        let number: HashMap<&Uid, i64> = self.0.iter().map(|(id, place)| (&place.uid, *id)).collect();
        let mut identities = before.identities.clone();
        identities.retain(|id, _| self.0.iter().all(|(seen, _)| seen != id));
        for (uid, set) in &wanted.identities {
            if let Some(id) = number.get(uid) {
                identities.insert(*id, *set);
            }
        }
        Rights {
            full_access: wanted.full_access,
            organisation: wanted.organisation,
            identities,
        }
    }

    /// Their numbers.
    pub fn numbers(&self) -> impl Iterator<Item = i64> {
        self.0.iter().map(|(id, _)| *id)
    }

    fn into_list(self) -> Vec<Place> {
        self.0.into_iter().map(|(_, place)| place).collect()
    }
}

fn place(row: Identity) -> AppResult<(i64, Place)> {
    let malformed = || internal(&"a stored identity is malformed");
    let place = Place {
        uid: row.uid.parse().map_err(|_| malformed())?,
        threema_id: row.threema_id.parse().map_err(|_| malformed())?,
        name: if row.nickname.is_empty() {
            row.threema_id
        } else {
            row.nickname
        },
    };
    Ok((row.id, place))
}

/// Administrators by name, then those who are invited. `q`: part of a name or e-mail; `filter`: an identity's uid, or
/// [`NO_FACTOR`].
pub async fn load_people(
    ctx: Ctx,
    granted: Granted<cap::ManageAdministrators>,
    request: PageRequest,
) -> AppResult<People> {
    let places = Places::of(&ctx, &granted).await?;
    let proofs = proofs_of(&ctx, granted.organisation_id()).await?;
    let mut people = Vec::new();
    let mut names = HashMap::new();
    for (row, rights) in administrators_of(&ctx, granted.organisation_id()).await? {
        let proofs = proofs.get(&row.id).copied();
        people.push(person(&granted, &places, &row, &rights, proofs)?);
        names.insert(row.id, row.name);
    }
    people.sort_by_cached_key(|p| (p.name.to_lowercase(), p.email.clone()));
    let invitations = Entity::find()
        .filter(Column::OrganisationId.eq(granted.organisation_id()))
        .order_by_asc(Column::Email)
        .all(ctx.db.conn())
        .await?;
    for row in &invitations {
        let by = row.invited_by.and_then(|id| names.get(&id).cloned());
        people.push(invited((&ctx, &granted), &places, row, by)?);
    }
    let total = people.len() as u64;
    let without_factor = people.iter().filter(|p| p.without_factor()).count() as u64;
    let q = request.q.trim().to_lowercase();
    let identity = request.filter.parse::<Uid>().ok();
    people.retain(|p| {
        let found = p.name.to_lowercase().contains(&q) || p.email.contains(&q);
        let asked = request.filter != NO_FACTOR || p.without_factor();
        found && asked && identity.as_ref().is_none_or(|uid| p.rights.sees(uid))
    });
    Ok(People {
        people,
        total,
        without_factor,
        places: places.into_list(),
    })
}

/// One administrator or invitation, to be changed.
pub async fn load_person(
    ctx: Ctx,
    granted: Granted<cap::ManageAdministrators>,
    person: Uid,
) -> AppResult<PersonView> {
    let places = Places::of(&ctx, &granted).await?;
    let found = match find(&ctx, &granted, &person).await? {
        Found::Administrator(row, rights) => {
            let proofs = proofs_of(&ctx, granted.organisation_id()).await?;
            let proofs = proofs.get(&row.id).copied();
            self::person(&granted, &places, &row, &rights, proofs)?
        }
        Found::Invitation(row) => {
            let by = match row.invited_by {
                Some(id) => administrator_name(&ctx, id).await?,
                None => None,
            };
            invited((&ctx, &granted), &places, &row, by)?
        }
    };
    Ok(view(&granted, places, found))
}

/// An empty person, with what the caller can give.
pub async fn prepare(ctx: Ctx, granted: Granted<cap::ManageAdministrators>) -> AppResult<PersonView> {
    let places = Places::of(&ctx, &granted).await?;
    let nobody = Person {
        uid: ctx.rng.uid(),
        name: String::new(),
        email: String::new(),
        rights: Rights::default(),
        state: PersonState::Invited,
        last_sign_in_at: None,
        since: ctx.now(),
        proofs: None,
        you: false,
        may_act: true,
        invited_by: None,
    };
    Ok(view(&granted, places, nobody))
}

fn view(granted: &Granted<cap::ManageAdministrators>, places: Places, person: Person) -> PersonView {
    PersonView {
        person,
        own: places.shown(granted.rights()),
        places: places.into_list(),
    }
}

/// Whom a uid names.
pub(super) enum Found {
    Administrator(Administrator, Rights),
    Invitation(Model),
}

/// The administrator or invitation of that uid in the caller's organisation.
pub(super) async fn find(
    ctx: &Ctx,
    granted: &Granted<cap::ManageAdministrators>,
    uid: &Uid,
) -> AppResult<Found> {
    let conn = ctx.db.conn();
    match administrator_of(conn, granted.organisation_id(), uid).await {
        Ok((row, rights)) => Ok(Found::Administrator(row, rights)),
        Err(error) if error.code == ErrorCode::NotFound => {
            let row = invitation(conn, granted.organisation_id(), uid).await?;
            Ok(Found::Invitation(row))
        }
        Err(error) => Err(error),
    }
}

/// The invitation of that uid.
pub(super) async fn invitation<C: ConnectionTrait>(
    conn: &C,
    organisation_id: i64,
    uid: &Uid,
) -> AppResult<Model> {
    Entity::find()
        .filter(Column::OrganisationId.eq(organisation_id))
        .filter(Column::Uid.eq(uid.as_str()))
        .one(conn)
        .await?
        .ok_or_else(|| ErrorCode::NotFound.into())
}

fn person(
    granted: &Granted<cap::ManageAdministrators>,
    places: &Places,
    row: &Administrator,
    rights: &Rights,
    proofs: Option<Proofs>,
) -> AppResult<Person> {
    Ok(Person {
        uid: row
            .uid
            .parse()
            .map_err(|_| internal(&"a stored uid is malformed"))?,
        name: row.name.clone(),
        email: row.email.clone(),
        rights: places.shown(rights),
        state: match row.disabled_at {
            None => PersonState::Active,
            Some(_) => PersonState::Disabled,
        },
        last_sign_in_at: row.last_sign_in_at.map(Timestamp),
        since: Timestamp(row.created_at),
        proofs,
        you: granted.administrator_id() == Some(row.id),
        may_act: check_person(granted, row, rights).is_ok(),
        invited_by: None,
    })
}

fn invited(
    (ctx, granted): (&Ctx, &Granted<cap::ManageAdministrators>),
    places: &Places,
    row: &Model,
    invited_by: Option<String>,
) -> AppResult<Person> {
    let all = rights_of(row)?;
    let may_act = check_given(granted, places, &all).is_ok();
    let number = |uid: &Uid| places.0.iter().any(|(_, place)| place.uid == *uid);
    Ok(Person {
        uid: row
            .uid
            .parse()
            .map_err(|_| internal(&"a stored uid is malformed"))?,
        name: String::new(),
        email: row.email.clone(),
        rights: Rights {
            identities: all
                .identities
                .into_iter()
                .filter(|(uid, _)| number(uid))
                .collect(),
            ..all
        },
        state: match row.expires_at > ctx.now().0 {
            true => PersonState::Invited,
            false => PersonState::Expired,
        },
        last_sign_in_at: None,
        since: Timestamp(row.created_at),
        proofs: None,
        you: false,
        may_act,
        invited_by,
    })
}

/// The rights that an invitation brings.
pub(super) fn rights_of(row: &Model) -> AppResult<Rights<Uid>> {
    serde_json::from_str(&row.rights).map_err(|e| internal(&e))
}
