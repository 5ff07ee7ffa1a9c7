//! Rights, invitations and the last administrator with full access, on both databases.
mod stale;
mod world;

use super::{
    model::{InviteInput, NO_FACTOR, PersonState},
    server::*,
};
use crate::features::auth::server::{Caller, operator};
use crate::kernel::{
    AppResult, ErrorCode, PageRequest, Timestamp, Uid,
    permission::{Preset, Right, cap},
    rights::{RightSet, Rights},
};
use crate::testing::On;
use sea_orm::ConnectionTrait;
use world::World;

const ON: [On; 2] = [On::Sqlite, On::Postgres];

fn code<T: std::fmt::Debug>(result: AppResult<T>) -> ErrorCode {
    result.unwrap_err().code
}

fn in_identity(identity: &Uid, set: RightSet) -> Rights<Uid> {
    Rights {
        identities: [(identity.clone(), set)].into(),
        ..Rights::default()
    }
}

#[tokio::test]
async fn rights_are_given_taken_and_logged() {
    for on in ON {
        let world = World::new(on).await;
        let bea = world
            .test
            .limited("Aarental", "bea@example.org", Rights::default())
            .await;
        let uid = world.uid(&bea).await;
        let wanted = in_identity(&world.press.1, Preset::Editor.rights());
        let shown = change_rights(
            world.ctx(),
            world.ada.granted().unwrap(),
            uid.clone(),
            wanted.clone(),
        )
        .await
        .unwrap();
        assert_eq!(shown.person.rights, wanted);
        let now = world.now(&bea).await.unwrap();
        assert_eq!(now.within(&world.press.0), Preset::Editor.rights());
        assert!(now.within(&world.school.0).is_empty() && !now.full_access);
        let nothing = Rights::default();
        change_rights(world.ctx(), world.ada.granted().unwrap(), uid, nothing)
            .await
            .unwrap();
        assert_eq!(world.now(&bea).await, Some(Rights::default()));
        let log = world.logged("administrator.rights").await;
        assert_eq!(log.len(), 2);
        assert!(
            log[1].contains(r#""before":{"*PRESS01":["see","#) && log[1].contains("send"),
            "{}",
            log[1]
        );
    }
}

#[tokio::test]
async fn nobody_gives_what_they_do_not_have_nor_changes_themselves() {
    for on in ON {
        let world = World::new(on).await;
        let own = Rights::default()
            .with(Right::Administrators, None)
            .with(Right::Send, Some(world.press.0));
        let mia = world.test.limited("Aarental", "mia@example.org", own).await;
        let other = Rights::default().with(Right::Lists, Some(world.school.0));
        let ben = world
            .test
            .limited("Aarental", "ben@example.org", other.clone())
            .await;
        let (mia_uid, ben_uid) = (world.uid(&mia).await, world.uid(&ben).await);
        let ada_uid = world.uid(&world.ada).await;
        let granted = || mia.granted::<cap::ManageAdministrators>().unwrap();
        let change = |who: &Uid, rights| change_rights(world.ctx(), granted(), who.clone(), rights);

        let send = in_identity(&world.press.1, RightSet::of(&[Right::See, Right::Send]));
        change(&ben_uid, send.clone()).await.unwrap();
        // what she does not see stays as it was
        let now = world.now(&ben).await.unwrap();
        assert_eq!(now.within(&world.school.0), other.within(&world.school.0));
        assert!(now.within(&world.press.0).has(Right::Send));

        let lists = in_identity(&world.press.1, RightSet::of(&[Right::See, Right::Lists]));
        let plan = Rights {
            organisation: RightSet::of(&[Right::Plan]),
            ..Rights::default()
        };
        for beyond in [lists, plan, Rights::full()] {
            assert_eq!(code(change(&ben_uid, beyond).await), ErrorCode::BeyondOwnRights);
        }
        assert_eq!(code(change(&mia_uid, send).await), ErrorCode::OwnRights);
        assert_eq!(
            code(change(&ada_uid, Rights::default()).await),
            ErrorCode::BeyondOwnRights
        );
        assert_eq!(
            code(disable(world.ctx(), granted(), ada_uid.clone()).await),
            ErrorCode::BeyondOwnRights
        );
        // whoever has rights that she lacks, and the page knows it
        let seen = |who: &Uid| load_person(world.ctx(), granted(), who.clone());
        assert!(!seen(&ben_uid).await.unwrap().person.may_act);
        assert!(!seen(&mia_uid).await.unwrap().person.may_act);
        assert!(!seen(&ada_uid).await.unwrap().person.may_act);
        assert_eq!(
            code(remove(world.ctx(), granted(), ben_uid).await),
            ErrorCode::BeyondOwnRights
        );
        assert_eq!(
            code(remove(world.ctx(), granted(), mia_uid).await),
            ErrorCode::OwnRights
        );
        let invitation = InviteInput {
            email: "new@example.org".to_owned(),
            rights: Rights::full(),
        };
        assert_eq!(
            code(invite(world.ctx(), granted(), invitation).await),
            ErrorCode::BeyondOwnRights
        );
        assert!(world.now(&world.ada).await.unwrap().full_access);
    }
}

#[tokio::test]
async fn the_last_one_with_full_access_stays() {
    for on in ON {
        let world = World::new(on).await;
        let bea = world.test.administrator("Aarental", "bea@example.org").await;
        let (ada_uid, bea_uid) = (world.uid(&world.ada).await, world.uid(&bea).await);
        // each takes it from the other at the same moment: one of them stays
        for round in 0..5 {
            let first = change_rights(
                world.ctx(),
                world.ada.granted().unwrap(),
                bea_uid.clone(),
                Rights::default(),
            );
            let second = disable(world.ctx(), bea.granted().unwrap(), ada_uid.clone());
            let (first, second) = tokio::join!(tokio::spawn(first), tokio::spawn(second));
            let (first, second) = (first.unwrap(), second.unwrap());
            assert_ne!(
                first.is_ok(),
                second.is_ok(),
                "round {round}: {first:?} {second:?}"
            );
            let refused = first.err().or(second.err()).unwrap();
            // whoever waited for the lock has nothing left to do it with
            let gone = [ErrorCode::Forbidden, ErrorCode::SignInRequired];
            assert!(gone.contains(&refused.code), "round {round}: {refused:?}");
            world.test.give(&bea, &Rights::full()).await;
            let sql = "UPDATE administrator SET disabled_at = NULL";
            world.test.ctx.db.conn().execute_unprepared(sql).await.unwrap();
        }
        disable(world.ctx(), world.ada.granted().unwrap(), bea_uid.clone())
            .await
            .unwrap();
        assert_eq!(world.now(&bea).await, None);
        let organisation = world.ada.who.organisation_id;
        assert_eq!(
            code(remove(world.ctx(), operator(organisation), ada_uid.clone()).await),
            ErrorCode::LastFullAccess
        );
        enable(world.ctx(), world.ada.granted().unwrap(), bea_uid.clone())
            .await
            .unwrap();
        transfer(world.ctx(), world.ada.granted().unwrap(), bea_uid.clone())
            .await
            .unwrap();
        let (ada, bea_now) = (
            world.now(&world.ada).await.unwrap(),
            world.now(&bea).await.unwrap(),
        );
        assert!(bea_now.full_access && !ada.full_access);
        assert!(ada.within(&world.press.0).has(Right::Send) && ada.organisation().has(Right::Administrators));
    }
}

#[tokio::test]
async fn who_is_disabled_keeps_factors_and_keys_only() {
    for on in ON {
        let world = World::new(on).await;
        let bea = world.test.administrator("Aarental", "bea@example.org").await;
        let uid = world.uid(&bea).await;
        let id = bea.who.administrator_id.unwrap();
        world.give_ways_in(id).await;
        disable(world.ctx(), world.ada.granted().unwrap(), uid)
            .await
            .unwrap();
        // sessions, links and known browsers are gone; the rest waits for the day on which access is given back
        assert_eq!(world.ways_in(id).await, [0, 0, 0, 1, 1, 1, 1]);
        assert_eq!(world.now(&bea).await, None);
        let log = world.logged("administrator.disable").await;
        assert!(
            log[0].contains(r#""sessionsEnded":1"#) && log[0].contains(r#""keysEnded":[]"#),
            "{}",
            log[0]
        );
    }
}

#[tokio::test]
async fn who_signs_in_with_a_password_alone_is_found() {
    for on in ON {
        let world = World::new(on).await;
        let bea = world.test.administrator("Aarental", "bea@example.org").await;
        world.give_ways_in(bea.who.administrator_id.unwrap()).await;
        let invited = InviteInput {
            email: "cleo@example.org".to_owned(),
            rights: Rights::default(),
        };
        invite(world.ctx(), world.ada.granted().unwrap(), invited)
            .await
            .unwrap();
        let request = PageRequest {
            filter: NO_FACTOR.to_owned(),
            ..PageRequest::default()
        };
        let found = load_people(world.ctx(), world.ada.granted().unwrap(), request)
            .await
            .unwrap();
        let emails: Vec<_> = found.people.iter().map(|p| p.email.as_str()).collect();
        assert_eq!((emails, found.total), (vec!["ada@example.org"], 3));
        assert_eq!(found.without_factor, 1);
    }
}

#[tokio::test]
async fn who_is_removed_leaves_a_name_only() {
    for on in ON {
        let world = World::new(on).await;
        let bea = world.test.administrator("Aarental", "bea@example.org").await;
        let uid = world.uid(&bea).await;
        let id = bea.who.administrator_id.unwrap();
        world.give_ways_in(id).await;
        assert_eq!(world.ways_in(id).await, [1; 7]);
        remove(world.ctx(), world.ada.granted().unwrap(), uid.clone())
            .await
            .unwrap();
        assert_eq!(world.now(&bea).await, None);
        assert_eq!(world.ways_in(id).await, [0; 7]);
        // what has ended with the access stands in the entry
        let log = world.logged("administrator.remove").await;
        assert!(
            log[0].contains(r#""sessionsEnded":1"#) && log[0].contains(r#""keysEnded":["Website (fk_…)"]"#),
            "{}",
            log[0]
        );
        let gone = load_person(world.ctx(), world.ada.granted().unwrap(), uid.clone());
        assert_eq!(code(gone.await), ErrorCode::NotFound);
        assert_eq!(
            code(enable(world.ctx(), world.ada.granted().unwrap(), uid).await),
            ErrorCode::NotFound
        );
        let name = crate::features::auth::server::administrator_name(&world.test.ctx, id);
        assert_eq!(name.await.unwrap().as_deref(), Some("Ada"));
        // the address is free again
        world.test.administrator("Aarental", "bea@example.org").await;
    }
}

#[tokio::test]
async fn invitations_end_are_renewed_and_withdrawn() {
    for on in ON {
        let world = World::new(on).await;
        // signed in this very moment, whatever day it is
        let granted = || {
            let confirmed_at = Some(world.test.ctx.now());
            let ada = Caller {
                confirmed_at,
                ..world.ada.clone()
            };
            ada.granted::<cap::ManageAdministrators>().unwrap()
        };
        let input = InviteInput {
            email: " New@Example.org ".to_owned(),
            rights: in_identity(&world.press.1, Preset::Viewer.rights()),
        };
        let first = invite(world.ctx(), granted(), input.clone()).await.unwrap();
        assert_eq!(first.email, "new@example.org");
        let taken = invite(world.ctx(), granted(), input).await.unwrap_err();
        assert!(taken.of("email").is_some());
        let row = || async {
            let people = load_people(world.ctx(), granted(), PageRequest::default())
                .await
                .unwrap();
            people.people.into_iter().find(|p| p.email == "new@example.org")
        };
        let person = row().await.unwrap();
        assert_eq!(person.state, PersonState::Invited);
        assert_eq!(person.rights.within(&world.press.1), Preset::Viewer.rights());
        // nothing of the token is stored
        let token = first.link.split_once("token=").unwrap().1.to_owned();
        let stored = world.test.ctx.db.conn();
        let found = stored
            .query_one_raw(world.test.ctx.db.stmt("SELECT token_hash FROM invitation", []))
            .await
            .unwrap()
            .unwrap();
        let hash: Vec<u8> = found.try_get("", "token_hash").unwrap();
        assert_ne!(hex::encode(hash), token);
        world.test.clock.turn(7 * Timestamp::DAY + 1);
        assert_eq!(row().await.unwrap().state, PersonState::Expired);
        let second = renew(world.ctx(), granted(), person.uid.clone()).await.unwrap();
        assert_ne!(first.link, second.link);
        assert_eq!(row().await.unwrap().state, PersonState::Invited);
        let more = in_identity(&world.school.1, Preset::Editor.rights());
        let changed = change_rights(world.ctx(), granted(), person.uid.clone(), more.clone())
            .await
            .unwrap();
        assert_eq!(changed.person.rights, more);
        withdraw(world.ctx(), granted(), person.uid).await.unwrap();
        assert_eq!(row().await, None);
        for action in ["invite", "invite-again", "invite-withdraw", "invitation-rights"] {
            assert_eq!(
                world.logged(&format!("administrator.{action}")).await.len(),
                1,
                "{action}"
            );
        }
    }
}
