//! Tests of bots.

/// Every test of a database runs on both.
macro_rules! on_both {
    ($($name:ident: $sqlite:ident, $postgres:ident;)+) => {$(
        #[tokio::test]
        async fn $sqlite() {
            $name(On::Sqlite).await;
        }

        #[tokio::test]
        async fn $postgres() {
            $name(On::Postgres).await;
        }
    )+};
}

mod bots;
mod check;
mod commands;
mod desk;
mod edit;
mod engine;
mod sample;
