//! What was begun with rights that are gone meanwhile comes to nothing: invitations, and calls that had to wait.
use super::*;
use crate::features::administrators::model::AcceptInput;
use crate::features::auth::server::{HashedStore, Visit};
use crate::kernel::Lang;
use std::sync::Arc;
use tower_sessions::Session;

impl World {
    /// Somebody with these rights besides that of managing administrators.
    async fn manager(&self, email: &str, rights: Rights) -> Caller {
        let rights = rights.with(Right::Administrators, None);
        self.test.limited("Aarental", email, rights).await
    }

    /// Invites; answers the token of the link.
    async fn invited(&self, by: &Caller, email: &str, rights: Rights<Uid>) -> String {
        let input = InviteInput {
            email: email.to_owned(),
            rights,
        };
        let link = invite(self.ctx(), by.granted().unwrap(), input).await.unwrap();
        link.link.split_once("token=").unwrap().1.to_owned()
    }

    async fn accept(&self, token: String) -> AppResult<()> {
        let visit = Visit {
            session: Session::new(None, Arc::new(HashedStore(self.ctx())), None),
            caller: None,
            address: None,
            language: Lang::En,
            user_agent: None,
            device: None,
        };
        let input = AcceptInput {
            token,
            name: "New".to_owned(),
            password: "a-long-walk-by-the-river".to_owned(),
            language: Lang::En,
        };
        accept(self.ctx(), visit, input).await
    }

    async fn invitations(&self) -> Vec<String> {
        let people = load_people(self.ctx(), self.ada.granted().unwrap(), PageRequest::default());
        let people = people.await.unwrap().people.into_iter();
        people.filter(|p| p.name.is_empty()).map(|p| p.email).collect()
    }
}

#[tokio::test]
async fn invitations_end_with_whoever_made_them() {
    for on in ON {
        let world = World::new(on).await;
        let sends = || Rights::default().with(Right::Send, Some(world.press.0));
        let send = || in_identity(&world.press.1, RightSet::of(&[Right::See, Right::Send]));
        let see = || in_identity(&world.press.1, RightSet::of(&[Right::See]));
        let mia = world.manager("mia@example.org", sends()).await;
        let mia_uid = world.uid(&mia).await;
        let ada = || world.ada.granted().unwrap();

        // less than before: only what goes beyond ends
        let token = world.invited(&mia, "own@example.org", send()).await;
        world.invited(&mia, "less@example.org", see()).await;
        world.invited(&world.ada, "other@example.org", send()).await;
        let less = Rights {
            organisation: RightSet::of(&[Right::Administrators]),
            ..see()
        };
        change_rights(world.ctx(), ada(), mia_uid.clone(), less)
            .await
            .unwrap();
        assert_eq!(
            world.invitations().await,
            ["less@example.org", "other@example.org"]
        );
        assert_eq!(code(world.accept(token).await), ErrorCode::InvitationEnded);
        let log = world.logged("administrator.rights").await;
        assert!(
            log[0].contains(r#""invitationsEnded":["own@example.org"]"#),
            "{}",
            log[0]
        );

        // disabled: all of them
        let token = world.invited(&mia, "again@example.org", see()).await;
        disable(world.ctx(), ada(), mia_uid.clone()).await.unwrap();
        assert_eq!(world.invitations().await, ["other@example.org"]);
        assert_eq!(code(world.accept(token).await), ErrorCode::InvitationEnded);

        // handed over: those with full access
        let bea = world.test.administrator("Aarental", "bea@example.org").await;
        let bea_uid = world.uid(&bea).await;
        world
            .invited(&world.ada, "full@example.org", Rights::full())
            .await;
        let hands_over = world.ada.granted().unwrap();
        transfer(world.ctx(), hands_over, bea_uid).await.unwrap();
        assert_eq!(world.invitations().await, ["other@example.org"]);
    }
}

#[tokio::test]
async fn an_invitation_gives_only_what_whoever_stands_for_it_has() {
    for on in ON {
        let world = World::new(on).await;
        let sends = Rights::default().with(Right::Send, Some(world.press.0));
        let mia = world.manager("mia@example.org", sends).await;
        let see = in_identity(&world.press.1, RightSet::of(&[Right::See]));
        let first = world.invited(&mia, "first@example.org", see.clone()).await;
        let second = world.invited(&mia, "second@example.org", see.clone()).await;
        // rights that went another way than by this page
        world.test.give(&mia, &Rights::default()).await;
        assert_eq!(code(world.accept(first).await), ErrorCode::InvitationEnded);
        // somebody else decides on its rights, and stands for it
        let people = load_people(world.ctx(), world.ada.granted().unwrap(), PageRequest::default());
        let people = people.await.unwrap().people;
        let invited = people
            .into_iter()
            .find(|p| p.email == "second@example.org")
            .unwrap();
        assert!(invited.invited_by.is_some());
        change_rights(world.ctx(), world.ada.granted().unwrap(), invited.uid, see)
            .await
            .unwrap();
        world.accept(second).await.unwrap();
        assert_eq!(world.invitations().await, ["first@example.org"]);
    }
}

#[tokio::test]
async fn calls_that_waited_have_the_rights_of_now() {
    for on in ON {
        let world = World::new(on).await;
        let bea = world.test.administrator("Aarental", "bea@example.org").await;
        let friend = world
            .test
            .limited("Aarental", "eve@example.org", Rights::default())
            .await;
        let (bea_uid, friend_uid) = (world.uid(&bea).await, world.uid(&friend).await);
        // as if they had been let in a moment before
        let manages = bea.granted::<cap::ManageAdministrators>().unwrap();
        let hands_over = bea.granted::<cap::TransferFullAccess>().unwrap();
        let token = world.invited(&bea, "new@example.org", Rights::default()).await;
        change_rights(
            world.ctx(),
            world.ada.granted().unwrap(),
            bea_uid,
            Rights::default(),
        )
        .await
        .unwrap();
        let refused = transfer(world.ctx(), hands_over, friend_uid.clone()).await;
        assert_eq!(code(refused), ErrorCode::Forbidden);
        let refused = change_rights(world.ctx(), manages.clone(), friend_uid, Rights::full()).await;
        assert_eq!(code(refused), ErrorCode::Forbidden);
        let input = InviteInput {
            email: "more@example.org".to_owned(),
            rights: Rights::full(),
        };
        assert_eq!(
            code(invite(world.ctx(), manages, input).await),
            ErrorCode::Forbidden
        );
        assert_eq!(code(world.accept(token).await), ErrorCode::InvitationEnded);
        assert_eq!(world.now(&bea).await, Some(Rights::default()));
        assert_eq!(world.now(&friend).await, Some(Rights::default()));
    }
}
