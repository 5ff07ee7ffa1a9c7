//! Rule 17, four-eyes: the gate, who may approve, and that every edit voids what was asked.
mod audience;

use super::world::World;
use crate::features::{
    auth::server::Caller,
    identities::{model::IdentityConfiguration, server as identities},
    messages::{
        model::{ApproveInput, DraftInput, MessageState as S, SendInput, Texts},
        server::{self as messages, SendNow},
    },
};
use crate::kernel::{
    AppResult, ErrorCode, LanguageCode, Uid, live::Change, permission::Right, rights::Rights,
};
use crate::testing::On;
use sea_orm::ConnectionTrait;

const ON: [On; 2] = [On::Sqlite, On::Postgres];

/// A world of six recipients in which more than `above` need approval, and somebody who may approve.
async fn guarded(on: On, above: &str) -> (World, Caller) {
    let world = World::new(on, 6).await;
    let input = IdentityConfiguration {
        default_language: "en".to_owned(),
        undo_seconds: "5".to_owned(),
        approval_above: above.to_owned(),
        ..IdentityConfiguration::default()
    };
    identities::configure(
        world.test.ctx.clone(),
        world.caller.granted().unwrap(),
        world.uid.clone(),
        input,
    )
    .await
    .unwrap();
    let rights = Rights::default().with(Right::Approve, Some(world.identity.id));
    let other = world.test.limited("Aarental", "otto@example.org", rights).await;
    (world, other)
}

fn texts(text: &str) -> Texts {
    [(LanguageCode::EN, text.to_owned())].into()
}

impl World {
    async fn write(&self, message: Option<Uid>, text: &str) -> Uid {
        let input = DraftInput {
            uid: message,
            lists: vec![self.list.clone()],
            texts: texts(text),
            ..Default::default()
        };
        let (ctx, granted) = (self.test.ctx.clone(), self.caller.granted().unwrap());
        let saved = messages::save_draft(ctx, granted, self.uid.clone(), input).await;
        saved.unwrap().uid
    }

    async fn ask(&self, draft: &Uid, goes_to: u64) -> AppResult<()> {
        let input = SendInput {
            draft: draft.clone(),
            goes_to,
        };
        let (ctx, granted) = (self.test.ctx.clone(), self.caller.granted().unwrap());
        messages::ask_approval(ctx, granted, self.uid.clone(), input).await
    }

    async fn send_it(&self, draft: &Uid) -> AppResult<()> {
        let input = SendInput {
            draft: draft.clone(),
            goes_to: 6,
        };
        let (ctx, granted) = (self.test.ctx.clone(), self.caller.granted().unwrap());
        messages::send_draft(ctx, granted, self.uid.clone(), input).await
    }

    async fn approve(&self, who: &Caller, message: &Uid, version: &str) -> AppResult<()> {
        let input = ApproveInput {
            message: message.clone(),
            goes_to: 6,
            version: version.to_owned(),
        };
        let ctx = self.test.ctx.clone();
        messages::approve(ctx, who.granted()?, self.uid.clone(), input).await
    }

    async fn withdrawn_by_edit(&self) -> i64 {
        let db = &self.ctx().db;
        let sql = "SELECT COUNT(*) AS n FROM audit_entry WHERE action = 'message.withdraw' AND detail LIKE '%byEdit%'";
        let row = db.conn().query_one_raw(db.stmt(sql, [])).await.unwrap();
        row.unwrap().try_get("", "n").unwrap()
    }

    async fn version(&self, message: &Uid) -> String {
        self.view(message).await.asked.unwrap().version
    }
}

fn code<T: std::fmt::Debug>(result: AppResult<T>) -> ErrorCode {
    result.unwrap_err().code
}

#[tokio::test]
async fn above_the_number_somebody_else_must_approve() {
    for on in ON {
        let (world, otto) = guarded(on, "5").await;
        let draft = world.write(None, "Hello").await;
        assert_eq!(code(world.send_it(&draft).await), ErrorCode::NeedsApproval);
        assert_eq!(code(world.ask(&draft, 5).await), ErrorCode::Changed);
        world.ask(&draft, 6).await.unwrap();
        let seen = world.view(&draft).await;
        assert_eq!((seen.row.state, seen.row.counts.total), (S::NeedsApproval, 0));
        let asked = seen.asked.unwrap();
        assert!(asked.own && asked.goes_to == 6);
        assert_eq!(code(world.send_it(&draft).await), ErrorCode::NeedsApproval);
        // not by whoever wrote it, although with full access
        let own = world.approve(&world.caller, &draft, &asked.version).await;
        assert_eq!(code(own), ErrorCode::OwnText);
        world.approve(&otto, &draft, &asked.version).await.unwrap();
        let seen = world.view(&draft).await;
        assert_eq!(seen.row.state, S::Queued);
        assert_eq!(seen.row.counts.total, 6);
        assert_eq!(seen.approved_by.as_deref(), Some("Ada"));
        assert_eq!(
            code(world.approve(&otto, &draft, &asked.version).await),
            ErrorCode::Changed
        );
    }
}

#[tokio::test]
async fn up_to_the_number_it_is_sent_at_once() {
    let (world, _) = guarded(On::Sqlite, "6").await;
    let draft = world.write(None, "Hello").await;
    assert_eq!(code(world.ask(&draft, 6).await), ErrorCode::Changed);
    world.send_it(&draft).await.unwrap();
    assert_eq!(world.view(&draft).await.row.state, S::Queued);
}

#[tokio::test]
async fn every_edit_voids_the_approval_also_at_the_same_moment() {
    for on in ON {
        let (world, otto) = guarded(on, "0").await;
        let draft = world.write(None, "Hello").await;
        world.ask(&draft, 6).await.unwrap();
        let old = world.version(&draft).await;
        world.ctx().live.at_rest().await;
        let mut live = world.ctx().live.listen();
        world.write(Some(draft.clone()), "Other words").await;
        assert_eq!(world.view(&draft).await.row.state, S::Draft);
        // whoever was about to approve is told, and the log says who did it
        let told = tokio::time::timeout(std::time::Duration::from_secs(5), live.recv()).await;
        let told = told.unwrap().unwrap().change.clone();
        assert!(
            matches!(told, Change::Message { ref uid, .. } if *uid == draft),
            "{told:?}"
        );
        assert_eq!(world.withdrawn_by_edit().await, 1);
        world.write(Some(draft.clone()), "Once more").await;
        assert_eq!(world.withdrawn_by_edit().await, 1);
        assert_eq!(code(world.approve(&otto, &draft, &old).await), ErrorCode::Changed);
        world.ask(&draft, 6).await.unwrap();
        // asked again, but what was looked at is the old text
        assert_eq!(code(world.approve(&otto, &draft, &old).await), ErrorCode::Changed);

        for round in 0..5 {
            let draft = world.write(None, "Looked at").await;
            world.ask(&draft, 6).await.unwrap();
            let version = world.version(&draft).await;
            let input = DraftInput {
                uid: Some(draft.clone()),
                lists: vec![world.list.clone()],
                texts: texts("Slipped in"),
                ..Default::default()
            };
            let (ctx, granted) = (world.test.ctx.clone(), world.caller.granted().unwrap());
            let edit = tokio::spawn(messages::save_draft(ctx, granted, world.uid.clone(), input));
            let approval = world.approve(&otto, &draft, &version).await;
            let edited = edit.await.unwrap();
            assert_ne!(edited.is_ok(), approval.is_ok(), "round {round}");
            let seen = world.view(&draft).await;
            let (state, text) = (seen.row.state, seen.texts[&LanguageCode::EN].clone());
            match approval {
                Ok(()) => assert_eq!((state, text.as_str()), (S::Queued, "Looked at")),
                Err(_) => assert_eq!((state, text.as_str()), (S::Draft, "Slipped in")),
            }
        }
    }
}

#[tokio::test]
async fn sent_back_with_a_note_or_taken_back() {
    for on in ON {
        let (world, otto) = guarded(on, "0").await;
        let draft = world.write(None, "Hello").await;
        world.ask(&draft, 6).await.unwrap();
        let (ctx, identity) = (&world.test.ctx, &world.uid);
        messages::send_back(
            ctx.clone(),
            otto.granted().unwrap(),
            identity.clone(),
            draft.clone(),
            "Which Hello?".to_owned(),
        )
        .await
        .unwrap();
        let load = || async {
            let granted = world.caller.granted().unwrap();
            messages::load_draft(ctx.clone(), granted, identity.clone(), draft.clone())
                .await
                .unwrap()
        };
        assert_eq!(load().await.returned.unwrap().note, "Which Hello?");
        // the note outlives the next save, whose key is a new one
        world.write(Some(draft.clone()), "Hello there").await;
        assert_eq!(load().await.returned.unwrap().note, "Which Hello?");
        world.ask(&draft, 6).await.unwrap();
        let granted = world.caller.granted().unwrap();
        messages::withdraw(ctx.clone(), granted, identity.clone(), draft.clone())
            .await
            .unwrap();
        assert_eq!(world.view(&draft).await.row.state, S::Draft);
        assert_eq!(load().await.returned, None);
    }
}

#[tokio::test]
async fn by_rest_the_message_waits_and_the_same_call_answers_it_again() {
    for on in ON {
        let (world, otto) = guarded(on, "5").await;
        let send = || SendNow {
            lists: vec![world.list.clone()],
            texts: texts("By a machine"),
            idempotency_key: Some("k1".to_owned()),
            ..Default::default()
        };
        let granted = world.caller.granted().unwrap();
        // the identity as it stands now
        let fresh = identities::find(&world.test.ctx, &granted, &world.uid)
            .await
            .unwrap();
        let first = messages::send_now(&world.test.ctx, &granted, &fresh, send())
            .await
            .unwrap();
        assert_eq!(world.view(&first).await.row.state, S::NeedsApproval);
        let again = messages::send_now(&world.test.ctx, &granted, &fresh, send())
            .await
            .unwrap();
        assert_eq!(first, again);
        let other = SendNow {
            texts: texts("Something else"),
            ..send()
        };
        let refused = messages::send_now(&world.test.ctx, &granted, &fresh, other).await;
        assert!(refused.unwrap_err().of("Idempotency-Key").is_some());
        let version = world.version(&first).await;
        world.approve(&otto, &first, &version).await.unwrap();
        assert_eq!(world.view(&first).await.row.state, S::Queued);
    }
}

#[tokio::test]
async fn a_text_in_the_default_language_must_be_there_when_it_is_sent() {
    for on in ON {
        let (world, otto) = guarded(on, "5").await;
        let draft = world.write(None, "Hello").await;
        world.ask(&draft, 6).await.unwrap();
        let version = world.version(&draft).await;
        let sql = "UPDATE identity SET default_language = 'de'";
        world.ctx().db.conn().execute_unprepared(sql).await.unwrap();
        let refused = world.approve(&otto, &draft, &version).await.unwrap_err();
        assert!(refused.of("texts.de").is_some(), "{refused:?}");
        assert_eq!(world.view(&draft).await.row.state, S::NeedsApproval);
    }
}

#[tokio::test]
async fn a_page_that_was_open_for_long_leaves_the_number_alone() {
    for on in ON {
        let (world, _) = guarded(on, "10").await;
        let save = async |nickname: &str, above: &str, was: Option<u64>| {
            let input = IdentityConfiguration {
                nickname: nickname.to_owned(),
                default_language: "en".to_owned(),
                undo_seconds: "5".to_owned(),
                approval_above: above.to_owned(),
                approval_was: was,
                ..IdentityConfiguration::default()
            };
            let granted = world.caller.granted().unwrap();
            identities::configure(world.ctx().clone(), granted, world.uid.clone(), input).await
        };
        // loaded before there was a number
        let saved = save("New name", "", None).await.unwrap();
        assert_eq!(
            (saved.nickname.as_str(), saved.approval_above),
            ("New name", Some(10))
        );
        assert_eq!(code(save("x", "20", None).await), ErrorCode::Changed);
        let saved = save("x", "", Some(10)).await.unwrap();
        assert_eq!(saved.approval_above, None);
    }
}
