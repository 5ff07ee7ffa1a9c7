//! Replies to messages that take them.
use super::world::{Desk, id};
use crate::features::{
    conversations::text,
    lists::server as lists,
    messages::{
        model::{DraftInput, Scope, SendInput, Settings, Texts},
        server::{count_broadcast, save_draft, send_draft},
    },
};
use crate::kernel::{Lang, LanguageCode};
use crate::testing::{On, on_both};

impl Desk {
    /// Sends it; the gateway has taken all of it when this answers.
    async fn send(&self, settings: Settings) {
        let lists = match settings.scope {
            Scope::Lists => vec![self.list.clone()],
            _ => Vec::new(),
        };
        let input = DraftInput {
            uid: None,
            lists,
            texts: Texts::from([(LanguageCode::EN, "How are you?".to_owned())]),
            settings,
        };
        let draft = save_draft(self.ctx(), self.ada.granted().unwrap(), self.uid.clone(), input)
            .await
            .unwrap();
        let goes_to = count_broadcast(
            self.ctx(),
            self.ada.granted().unwrap(),
            self.uid.clone(),
            draft.settings.scope,
            Some(draft.uid.clone()),
        )
        .await
        .unwrap()
        .goes_to();
        let input = SendInput {
            draft: draft.uid,
            goes_to,
        };
        send_draft(self.ctx(), self.ada.granted().unwrap(), self.uid.clone(), input)
            .await
            .unwrap();
        self.exec("UPDATE delivery SET state = 1", Vec::new()).await;
    }
}

async fn a_reply_to_a_broadcast_opens(on: On) {
    let desk = Desk::new(on, 2).await;
    desk.send(Settings::default()).await;
    assert_eq!(desk.reply(0, "nobody asked").await, None);
    assert!(!desk.list_of(&desk.ada, "", "").await.taking);
    let broadcast = Settings {
        scope: Scope::Identity,
        name: "Storm".into(),
        ..Settings::default()
    };
    desk.send(broadcast).await;
    assert!(desk.list_of(&desk.ada, "", "").await.taking);
    assert_eq!(
        desk.reply(0, "fine").await,
        Some(vec![text::told_once(Lang::En, 180)])
    );
    assert_eq!(desk.reply(0, "thanks").await, Some(Vec::new()), "told once");
    assert_eq!(desk.texts(0).await, ["fine", "thanks"]);
    assert_eq!(desk.reply(77, "a stranger").await, None);
    // it was sent to them, wherever they are now
    lists::remove_members(
        desk.ctx(),
        desk.ada.granted().unwrap(),
        desk.uid.clone(),
        desk.list.clone(),
        vec![id(1)],
    )
    .await
    .unwrap();
    assert!(desk.reply(1, "late").await.is_some());
}

async fn a_message_to_a_list_can_take_replies(on: On) {
    let desk = Desk::new(on, 1).await;
    let asking = Settings {
        takes_replies: true,
        ..Settings::default()
    };
    desk.send(asking).await;
    assert!(desk.reply(0, "yes").await.is_some());
    assert_eq!(desk.shows(&desk.ada, "").await, [id(0)]);
}

on_both! {
    a_reply_to_a_broadcast_opens: a_broadcast_opens_on_sqlite, a_broadcast_opens_on_postgres;
    a_message_to_a_list_can_take_replies: a_message_takes_replies_on_sqlite, a_message_takes_replies_on_postgres;
}
