//! An answer goes out once, however often somebody presses.
use super::{super::server::write, world::Desk};
use crate::kernel::{AppResult, Problem};
use crate::testing::{On, on_both};

impl Desk {
    async fn write_once(&self, n: usize, text: &str, key: &str) -> AppResult<()> {
        let (uid, granted) = (self.uid_of(n).await, self.ada.granted().unwrap());
        let written = (text.to_owned(), Some(key.to_owned()));
        write(self.ctx(), granted, self.uid.clone(), uid, written).await
    }
}

async fn the_same_key_again_does_nothing_more(on: On) {
    let desk = Desk::taking(on, 2).await;
    desk.reply(0, "Hello").await;
    desk.reply(1, "Hi").await;
    for _ in 0..2 {
        desk.write_once(0, "Good morning", "one").await.unwrap();
    }
    assert_eq!(desk.texts(0).await, ["Hello", "Good morning"]);
    assert_eq!(desk.number("SELECT COUNT(*) FROM answer").await, 1);
    let sql = "SELECT COUNT(*) FROM audit_entry WHERE action = 'conversation.write'";
    assert_eq!(desk.number(sql).await, 1);
    // another key is another answer, and so is the key in another conversation
    desk.write_once(0, "Good morning", "two").await.unwrap();
    desk.write_once(1, "Good morning", "one").await.unwrap();
    desk.write(0, "Good morning").await.unwrap();
    assert_eq!(desk.number("SELECT COUNT(*) FROM answer").await, 4);
    // the first one counts also when nothing can be sent any more
    desk.exec("UPDATE plan SET valid_until = 1", vec![]).await;
    desk.write_once(0, "Good morning", "one").await.unwrap();
    let error = desk.write_once(0, "x", &"k".repeat(65)).await.unwrap_err();
    assert_eq!(error.of("key"), Some(&Problem::TooLong { max: 64 }));
}

on_both! {
    the_same_key_again_does_nothing_more: once_on_sqlite, once_on_postgres;
}
