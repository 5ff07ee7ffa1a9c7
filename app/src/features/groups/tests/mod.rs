//! Groups on both databases, over real HTTP to the local gateway, with members' apps that open what arrives.
mod chat;
mod members;
mod rounds;
mod world;

macro_rules! on_both {
    ($($name:ident),+ $(,)?) => {$(
        mod $name {
            use crate::testing::On;
            #[tokio::test]
            async fn sqlite() { super::$name(On::Sqlite).await; }
            #[tokio::test]
            async fn postgres() { super::$name(On::Postgres).await; }
        }
    )+};
}
use on_both;
