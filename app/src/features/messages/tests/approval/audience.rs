//! Four-eyes: an approval is for the audience that was shown.
use super::{
    super::{broadcast::to, world::World},
    ON, code, guarded,
};
use crate::features::{
    auth::server::Caller,
    identities::{model::NewIdentity, server as identities},
    lists::server as lists,
    messages::{
        model::{ApproveInput, DraftInput, MessageState as S, PeopleChange, Scope, Settings},
        server as messages,
    },
};
use crate::kernel::{AppResult, ErrorCode, ThreemaId, Uid};
use sea_orm::ConnectionTrait;

impl World {
    /// The list has these people from now on.
    async fn replace_people(&self, ids: Vec<ThreemaId>) {
        let granted = self.caller.granted().unwrap();
        lists::replace_members(
            self.ctx().clone(),
            granted,
            self.uid.clone(),
            self.list.clone(),
            ids,
        )
        .await
        .unwrap();
    }

    /// Another audience for the same text.
    async fn redirect(&self, draft: &Uid, settings: Settings) {
        let input = DraftInput {
            uid: Some(draft.clone()),
            texts: super::texts("Hello"),
            settings,
            ..Default::default()
        };
        let granted = self.caller.granted().unwrap();
        messages::save_draft(self.ctx().clone(), granted, self.uid.clone(), input)
            .await
            .unwrap();
    }

    /// A broadcast that waits for approval; answers the version that is shown.
    async fn broadcast(&self, scope: Scope) -> (Uid, String) {
        let draft = self.draft_of(&self.caller, vec![], to(scope)).await.unwrap();
        self.ask(&draft, 6).await.unwrap();
        let looked_at = self.version(&draft).await;
        (draft, looked_at)
    }
}

#[tokio::test]
async fn other_people_on_the_list_void_the_approval() {
    for on in ON {
        let (world, otto) = guarded(on, "0").await;
        let draft = world.write(None, "Hello").await;
        world.ask(&draft, 6).await.unwrap();
        let looked_at = world.version(&draft).await;
        world.test.clock.turn(1);
        // as many as before
        let mut ids = world.ids.clone();
        ids[0] = "ECHOECHO".parse().unwrap();
        world.replace_people(ids).await;
        let approval = world.approve(&otto, &draft, &looked_at).await;
        assert_eq!(code(approval), ErrorCode::Changed);
        let now = world.version(&draft).await;
        assert_ne!(now, looked_at);
        world.approve(&otto, &draft, &now).await.unwrap();
    }
}

#[tokio::test]
async fn other_single_people_void_the_approval() {
    for on in ON {
        let (world, otto) = guarded(on, "0").await;
        let draft = world
            .draft_of(&world.caller, vec![], to(Scope::People))
            .await
            .unwrap();
        let one = |n: usize| vec![world.ids[n]];
        world
            .people(&draft, PeopleChange::Add(world.ids[..3].to_vec()))
            .await;
        let approve = async |version: &str| {
            let input = ApproveInput {
                message: draft.clone(),
                goes_to: 3,
                version: version.to_owned(),
            };
            let ctx = world.ctx().clone();
            messages::approve(ctx, otto.granted().unwrap(), world.uid.clone(), input).await
        };
        world.ask(&draft, 3).await.unwrap();
        let looked_at = world.version(&draft).await;
        // taken back, one exchanged for another, asked again: as many as before
        let granted = world.caller.granted().unwrap();
        messages::withdraw(world.ctx().clone(), granted, world.uid.clone(), draft.clone())
            .await
            .unwrap();
        world.people(&draft, PeopleChange::Remove(one(0))).await;
        assert_eq!(world.people(&draft, PeopleChange::Add(one(5))).await, 3);
        world.ask(&draft, 3).await.unwrap();
        assert_eq!(code(approve(&looked_at).await), ErrorCode::Changed);
        // a page that is still open exchanges one: nobody is asked any more
        let looked_at = world.version(&draft).await;
        world.people(&draft, PeopleChange::Remove(one(1))).await;
        world.people(&draft, PeopleChange::Add(one(4))).await;
        assert_eq!(world.view(&draft).await.row.state, S::Draft);
        assert_eq!(world.withdrawn_by_edit().await, 1);
        assert_eq!(code(approve(&looked_at).await), ErrorCode::Changed);
        world.ask(&draft, 3).await.unwrap();
        let now = world.version(&draft).await;
        approve(&now).await.unwrap();
        assert_eq!(world.view(&draft).await.row.counts.total, 3);
    }
}

/// "Everybody" is whoever belongs to it when it leaves: people are exchanged all the time in it, and nobody looks at each. The
/// number of them must still be the one that was shown.
#[tokio::test]
async fn everybody_is_whoever_belongs_to_it_then() {
    for on in ON {
        for scope in [Scope::Identity, Scope::Organisation] {
            let (world, otto) = guarded(on, "0").await;
            let (draft, looked_at) = world.broadcast(scope).await;
            world.test.clock.turn(1);
            let mut ids = world.ids.clone();
            ids.push("ECHOECHO".parse().unwrap());
            world.replace_people(ids.clone()).await;
            let approval = world.approve(&otto, &draft, &looked_at).await;
            assert_eq!(code(approval), ErrorCode::Changed, "{scope:?}: seven by now");
            // one goes: six, and other ones than those who were there
            world.replace_people(ids[1..].to_vec()).await;
            assert_eq!(world.version(&draft).await, looked_at);
            world.approve(&otto, &draft, &looked_at).await.unwrap();
            assert_eq!(world.view(&draft).await.row.counts.total, 6);
        }
    }
}

#[tokio::test]
async fn another_scope_voids_the_approval() {
    for on in ON {
        let (world, otto) = guarded(on, "0").await;
        let (draft, looked_at) = world.broadcast(Scope::Identity).await;
        // the same six people each time
        let newcomers = Settings {
            newcomers: true,
            ..to(Scope::Identity)
        };
        for settings in [to(Scope::Organisation), to(Scope::People), newcomers] {
            world.redirect(&draft, settings.clone()).await;
            assert_eq!(world.view(&draft).await.row.state, S::Draft);
            let approval = world.approve(&otto, &draft, &looked_at).await;
            assert_eq!(code(approval), ErrorCode::Changed);
            if settings.scope == Scope::People {
                let everybody = PeopleChange::AddFound(String::new());
                assert_eq!(world.people(&draft, everybody).await, 6);
            }
            world.ask(&draft, 6).await.unwrap();
            let approval = world.approve(&otto, &draft, &looked_at).await;
            assert_eq!(code(approval), ErrorCode::Changed, "{settings:?}");
        }
        assert_eq!(world.withdrawn_by_edit().await, 3);
        let now = world.version(&draft).await;
        world.approve(&otto, &draft, &now).await.unwrap();
    }
}

/// Each part of the audience counts by itself, not only because a save seals the text anew.
#[tokio::test]
async fn the_version_names_every_part_of_the_audience() {
    for on in ON {
        let (world, otto) = guarded(on, "0").await;
        let (draft, looked_at) = world.broadcast(Scope::Identity).await;
        let db = &world.ctx().db;
        let set = async |to: &str| {
            let sql = format!("UPDATE message SET {to} WHERE uid = $1");
            let values = [draft.as_str().into()];
            db.conn().execute_raw(db.stmt(&sql, values)).await.unwrap();
        };
        for (other, back) in [
            ("scope = 'organisation'", "scope = 'identity'"),
            (
                "takes_replies = NOT takes_replies",
                "takes_replies = NOT takes_replies",
            ),
            ("for_newcomers = TRUE", "for_newcomers = FALSE"),
            (
                "people_version = people_version + 1",
                "people_version = people_version - 1",
            ),
        ] {
            set(other).await;
            let approval = world.approve(&otto, &draft, &looked_at).await;
            assert_eq!(code(approval), ErrorCode::Changed, "{other}");
            set(back).await;
        }
        assert_eq!(world.version(&draft).await, looked_at);
        world.approve(&otto, &draft, &looked_at).await.unwrap();
    }
}

#[tokio::test]
async fn no_other_identity_approves_it() {
    for on in ON {
        let (world, _) = guarded(on, "0").await;
        let (draft, looked_at) = world.broadcast(Scope::Organisation).await;
        let input = NewIdentity {
            plan: "unlimited".into(),
            ..NewIdentity::default()
        };
        let ctx = world.ctx();
        let second = identities::create(ctx.clone(), world.caller.granted().unwrap(), input)
            .await
            .unwrap()
            .uid;
        let cleo = world.test.administrator("Aarental", "cleo@example.org").await;
        let approve = async |who: &Caller, identity: &Uid| -> AppResult<()> {
            let input = ApproveInput {
                message: draft.clone(),
                goes_to: 6,
                version: looked_at.clone(),
            };
            messages::approve(ctx.clone(), who.granted()?, identity.clone(), input).await
        };
        assert_eq!(code(approve(&cleo, &second).await), ErrorCode::NotFound);
        approve(&cleo, &world.uid).await.unwrap();
    }
}
