//! Broadcasts, and messages that take replies.
use super::world::World;
use crate::features::{
    auth::server::Caller,
    identities::{model::NewIdentity, server as identities},
    lists::{model::ListInput, server as lists},
    messages::{
        model::{DraftInput, MessageState, MessageView, PeopleChange, Scope, SendInput, Settings, Texts},
        server::{self as messages, greet_newcomers, took_replies_of},
    },
    recipients::server::find_recipient,
};
use crate::kernel::{
    AppResult, ErrorCode, LanguageCode, PageRequest, Problem, ThreemaId, Uid, permission::Right,
    rights::Rights,
};
use crate::testing::{On, on_both};
use sea_orm::ConnectionTrait;

pub(super) fn to(scope: Scope) -> Settings {
    Settings {
        scope,
        name: "Storm".into(),
        ..Settings::default()
    }
}

impl World {
    pub(super) async fn draft_of(&self, who: &Caller, lists: Vec<Uid>, settings: Settings) -> AppResult<Uid> {
        let input = DraftInput {
            uid: None,
            lists,
            texts: Texts::from([(LanguageCode::EN, "Hello".to_owned())]),
            settings,
        };
        let granted = who.granted().unwrap();
        let draft = messages::save_draft(self.ctx().clone(), granted, self.uid.clone(), input).await?;
        Ok(draft.uid)
    }

    pub(super) async fn counted(&self, scope: Scope, draft: &Uid) -> u64 {
        let granted = self.caller.granted().unwrap();
        messages::count_broadcast(
            self.ctx().clone(),
            granted,
            self.uid.clone(),
            scope,
            Some(draft.clone()),
        )
        .await
        .unwrap()
        .goes_to()
    }

    pub(super) async fn send_to(&self, draft: &Uid, goes_to: u64) -> AppResult<()> {
        let input = SendInput {
            draft: draft.clone(),
            goes_to,
        };
        let granted = self.caller.granted().unwrap();
        messages::send_draft(self.ctx().clone(), granted, self.uid.clone(), input).await
    }

    /// Everything that can go has gone.
    pub(super) async fn through(&self, message: &Uid) -> MessageView {
        self.test.clock.turn(60_000);
        self.work_until(message, |v| v.row.state == MessageState::Sent)
            .await
    }

    pub(super) async fn people(&self, draft: &Uid, change: PeopleChange) -> u64 {
        let granted = self.caller.granted().unwrap();
        messages::change_people(
            self.ctx().clone(),
            granted,
            self.uid.clone(),
            draft.clone(),
            change,
        )
        .await
        .unwrap()
    }

    pub(super) async fn leave(&self, list: &Uid, ids: &[ThreemaId]) {
        let granted = self.caller.granted().unwrap();
        lists::remove_members(
            self.ctx().clone(),
            granted,
            self.uid.clone(),
            list.clone(),
            ids.to_vec(),
        )
        .await
        .unwrap();
    }

    pub(super) async fn come(&self, identity: &Uid, list: &Uid, ids: &[ThreemaId]) {
        let granted = self.caller.granted().unwrap();
        lists::add_members(
            self.ctx().clone(),
            granted,
            identity.clone(),
            list.clone(),
            ids.to_vec(),
        )
        .await
        .unwrap();
    }

    pub(super) async fn list(&self, identity: &Uid) -> Uid {
        let input = ListInput {
            name: "Another".into(),
        };
        let granted = self.caller.granted().unwrap();
        lists::create_list(self.ctx().clone(), granted, identity.clone(), input)
            .await
            .unwrap()
            .uid
    }

    pub(super) async fn may_reply(&self, id: &ThreemaId) -> bool {
        let row = find_recipient(self.ctx(), self.identity.id, id).await.unwrap();
        took_replies_of(self.ctx().db.conn(), row.id).await.unwrap()
    }

    /// How many copies these people have.
    pub(super) async fn copies(&self, ids: &[ThreemaId]) -> Vec<u64> {
        let (_, repeated, nonces) = self.stats().await;
        assert_eq!(repeated, 0);
        let at = |id: &ThreemaId| self.ids.iter().position(|i| i == id).unwrap();
        ids.iter().map(|id| nonces[at(id)]).collect()
    }
}

async fn everybody_of_the_identity(on: On) {
    let world = World::new(on, 12).await;
    let (gone, here) = world.ids.split_at(3);
    world.leave(&world.list, gone).await;
    let other = world.list(&world.uid).await;
    world.come(&world.uid, &other, &here[..2]).await;
    let nameless = Settings {
        name: String::new(),
        ..to(Scope::Identity)
    };
    let draft = world.draft_of(&world.caller, vec![], nameless).await.unwrap();
    let refused = world.send_to(&draft, 9).await.unwrap_err();
    assert_eq!(refused.of("name"), Some(&Problem::Required));
    let draft = world
        .draft_of(&world.caller, vec![], to(Scope::Identity))
        .await
        .unwrap();
    assert_eq!(world.counted(Scope::Identity, &draft).await, 9);
    assert_eq!(
        world.send_to(&draft, 8).await.unwrap_err().code,
        ErrorCode::Changed
    );
    world.send_to(&draft, 9).await.unwrap();
    assert!(!world.may_reply(&here[0]).await, "it has not left yet");
    let view = world.through(&draft).await;
    assert_eq!((view.row.counts.total, view.row.counts.accepted), (9, 9));
    assert_eq!(view.row.lists, ["Storm"]);
    assert!(
        view.settings.takes_replies,
        "replies to a broadcast are always kept"
    );
    assert_eq!(world.copies(here).await, vec![1; 9]);
    assert_eq!(world.copies(gone).await, vec![0; 3]);
    for id in here {
        assert!(world.may_reply(id).await);
    }
    assert!(!world.may_reply(&gone[0]).await);
    // by REST it is listed; drafts and messages to lists are not
    let listed = async || {
        let (rows, total) = messages::broadcasts_of(world.ctx(), &world.identity, 0, None)
            .await
            .unwrap();
        assert_eq!(rows.len() as u64, total);
        rows.into_iter().map(|row| row.uid).collect::<Vec<_>>()
    };
    world.queue("To the list").await.unwrap();
    assert_eq!(listed().await, [draft.to_string()]);
    // with the text the permission goes
    world.test.clock.turn(181 * crate::kernel::Timestamp::DAY);
    messages::erase_texts(world.ctx()).await.unwrap();
    assert!(!world.may_reply(&here[0]).await);
    assert!(listed().await.is_empty());
}

async fn single_people(on: On) {
    let world = World::new(on, 8).await;
    let draft = world
        .draft_of(&world.caller, vec![], to(Scope::People))
        .await
        .unwrap();
    let some = |ids: &[ThreemaId]| ids.to_vec();
    assert_eq!(
        world.people(&draft, PeopleChange::AddFound(String::new())).await,
        8
    );
    assert_eq!(
        world
            .people(&draft, PeopleChange::Remove(some(&world.ids[..5])))
            .await,
        3
    );
    assert_eq!(world.people(&draft, PeopleChange::Clear).await, 0);
    let stranger: ThreemaId = "NOBODY00".parse().unwrap();
    let wanted = [world.ids[1], world.ids[6], stranger];
    assert_eq!(world.people(&draft, PeopleChange::Add(some(&wanted))).await, 2);
    let found = PeopleChange::AddFound(world.ids[3].to_string());
    assert_eq!(world.people(&draft, found).await, 3);
    let shown = async |filter: &str| {
        let request = PageRequest {
            filter: filter.into(),
            ..PageRequest::default()
        };
        let granted = world.caller.granted().unwrap();
        messages::load_people(
            world.ctx().clone(),
            granted,
            world.uid.clone(),
            draft.clone(),
            request,
        )
        .await
        .unwrap()
    };
    assert_eq!((shown("").await.total, shown("chosen").await.total), (8, 3));
    let ticked = shown("").await.items.iter().filter(|p| p.chosen).count();
    assert_eq!(ticked, 3);
    assert_eq!(world.counted(Scope::People, &draft).await, 3);
    world.send_to(&draft, 3).await.unwrap();
    let granted = world.caller.granted().unwrap();
    let late = messages::change_people(
        world.ctx().clone(),
        granted,
        world.uid.clone(),
        draft.clone(),
        PeopleChange::Clear,
    )
    .await;
    assert_eq!(late.unwrap_err().code, ErrorCode::WrongState);
    let view = world.through(&draft).await;
    assert_eq!(view.row.counts.accepted, 3);
    assert_eq!(world.copies(&world.ids[..2]).await, [0, 1]);
}

async fn everybody_of_the_organisation(on: On) {
    let world = World::new(on, 9).await;
    let ctx = world.ctx();
    // six are of this identity; the second one knows two of them, and two whom the first one has forgotten or never knew
    let (elsewhere, here) = world.ids.split_at(3);
    world.leave(&world.list, elsewhere).await;
    let input = NewIdentity {
        plan: "unlimited".into(),
        ..NewIdentity::default()
    };
    let second = identities::create(ctx.clone(), world.caller.granted().unwrap(), input)
        .await
        .unwrap()
        .uid;
    let list = world.list(&second).await;
    world.come(&second, &list, &here[..2]).await;
    world.come(&second, &list, &elsewhere[..2]).await;
    let stranger: ThreemaId = "NOBODY00".parse().unwrap();
    world.come(&second, &list, &[stranger]).await;
    // sending here is not enough
    let rights = Rights::default().with(Right::Send, Some(world.identity.id));
    let bea = world
        .test
        .limited("Aarental", "bea@example.org", rights.clone())
        .await;
    let refused = world.draft_of(&bea, vec![], to(Scope::Organisation)).await;
    assert_eq!(refused.unwrap_err().code, ErrorCode::Forbidden);
    let granted = bea.granted().unwrap();
    let refused =
        messages::count_broadcast(ctx.clone(), granted, world.uid.clone(), Scope::Organisation, None).await;
    assert_eq!(refused.unwrap_err().code, ErrorCode::Forbidden);
    let rights = rights.with(Right::Broadcast, None);
    let cleo = world.test.limited("Aarental", "cleo@example.org", rights).await;
    world
        .draft_of(&cleo, vec![], to(Scope::Organisation))
        .await
        .unwrap();

    let settings = Settings {
        newcomers: true,
        ..to(Scope::Organisation)
    };
    let draft = world.draft_of(&world.caller, vec![], settings).await.unwrap();
    assert_eq!(world.counted(Scope::Organisation, &draft).await, 9);
    world.send_to(&draft, 9).await.unwrap();
    let view = world.through(&draft).await;
    let counts = view.row.counts;
    assert_eq!((counts.total, counts.accepted, counts.skipped), (9, 8, 1));
    assert_eq!(world.copies(&world.ids).await, [1, 1, 0, 1, 1, 1, 1, 1, 1]);
    assert!(world.may_reply(&elsewhere[0]).await);
    // new in the other identity
    world.come(&second, &list, &elsewhere[2..]).await;
    while greet_newcomers(ctx).await.unwrap() > 0 {}
    assert_eq!(world.through(&draft).await.row.counts.accepted, 9);
    assert_eq!(world.copies(&world.ids).await, vec![1; 9]);
    let before = world.view(&draft).await;
    assert_eq!(before.left_out, 0);
    // no room for whoever comes now: the page says so
    let db = &ctx.db;
    let tight = "UPDATE plan SET recipient_limit = 1 WHERE identity_id = $1";
    let values = [world.identity.id.into()];
    db.conn().execute_raw(db.stmt(tight, values)).await.unwrap();
    let more = ["ECHOECHO", "NOBODY01"].map(|id| id.parse().unwrap());
    world.come(&second, &list, &more).await;
    while greet_newcomers(ctx).await.unwrap() > 0 {}
    let view = world.view(&draft).await;
    assert_eq!(view.left_out, 2);
    assert_eq!(view.row.counts.total, before.row.counts.total);
}

async fn a_message_to_lists_can_take_replies(on: On) {
    let world = World::new(on, 3).await;
    let silent = world
        .draft_of(&world.caller, vec![world.list.clone()], Settings::default())
        .await
        .unwrap();
    world.send_to(&silent, 3).await.unwrap();
    world.through(&silent).await;
    assert!(!world.may_reply(&world.ids[0]).await);
    let settings = Settings {
        takes_replies: true,
        ..Settings::default()
    };
    let asking = world
        .draft_of(&world.caller, vec![world.list.clone()], settings)
        .await
        .unwrap();
    world.send_to(&asking, 3).await.unwrap();
    let granted = world.caller.granted().unwrap();
    messages::undo_send(world.ctx().clone(), granted, world.uid.clone(), asking.clone())
        .await
        .unwrap();
    world.send_to(&asking, 3).await.unwrap();
    world.through(&asking).await;
    assert!(world.may_reply(&world.ids[0]).await);
}

on_both! {
    everybody_of_the_identity: everybody_of_the_identity_on_sqlite, everybody_of_the_identity_on_postgres;
    single_people: single_people_on_sqlite, single_people_on_postgres;
    everybody_of_the_organisation: everybody_of_the_organisation_on_sqlite, everybody_of_the_organisation_on_postgres;
    a_message_to_lists_can_take_replies: a_message_can_take_replies_on_sqlite, a_message_can_take_replies_on_postgres;
}
