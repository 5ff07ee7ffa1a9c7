//! Who is named when passkeys are about to be switched off.
use crate::features::auth::{
    server::{Caller, passkey_holders},
    text::factors,
};
use crate::kernel::{ErrorCode, Lang, permission::cap, rights::Rights};
use crate::testing::{On, TestCtx, on_both};

struct World {
    test: TestCtx,
    ada: Caller,
}

impl World {
    async fn new(on: On) -> Self {
        let test = TestCtx::new(on, "http://127.0.0.1:9").await;
        let ada = test
            .with_password("Aarental", "ada@example.org", "a-long-enough-passphrase")
            .await;
        Self { test, ada }
    }

    async fn set(&self, who: &Caller, column: &str, value: sea_orm::Value) {
        let tx = self.test.ctx.db.begin().await.unwrap();
        let sql = format!("UPDATE administrator SET {column} = $1 WHERE id = $2");
        tx.exec(&sql, [value, who.who.administrator_id.unwrap().into()])
            .await
            .unwrap();
        tx.commit().await.unwrap();
    }

    /// Somebody of that name; until a password is set, none signs them in.
    async fn somebody(&self, organisation: &str, name: &str) -> Caller {
        let email = format!("{}@example.org", name.to_lowercase());
        let made = self.test.administrator(organisation, &email).await;
        self.set(&made, "name", name.into()).await;
        made
    }

    async fn add_passkey(&self, who: &Caller) {
        let ctx = &self.test.ctx;
        let uid = ctx.rng.uid();
        let tx = ctx.db.begin().await.unwrap();
        let sql = "INSERT INTO passkey (uid, administrator_id, credential_id, credential, name, created_at)
                   VALUES ($1, $2, $3, '{}', 'Laptop', 0)";
        let values = [
            uid.as_str().into(),
            who.who.administrator_id.unwrap().into(),
            uid.as_str().as_bytes().to_vec().into(),
        ];
        tx.exec(sql, values).await.unwrap();
        tx.commit().await.unwrap();
    }

    async fn named(&self) -> Vec<String> {
        let granted = self.ada.granted().unwrap();
        passkey_holders(self.test.ctx.clone(), granted).await.unwrap()
    }
}

async fn whoever_has_a_passkey_is_named(on: On) {
    let world = World::new(on).await;
    world.set(&world.ada, "name", "Ada".into()).await;
    let without_password = world.somebody("Aarental", "Bea").await;
    world.somebody("Aarental", "Cleo").await;
    assert_eq!(world.named().await, Vec::<String>::new());

    // with a password that they know, and without one: both will need it; once, however many passkeys somebody has
    for who in [&without_password, &world.ada, &world.ada] {
        world.add_passkey(who).await;
    }
    // neither who is out already, nor people of another organisation
    let disabled = world.somebody("Aarental", "Dora").await;
    world.add_passkey(&disabled).await;
    world.set(&disabled, "disabled_at", 1_i64.into()).await;
    let elsewhere = world.somebody("Village", "Eve").await;
    world.add_passkey(&elsewhere).await;
    let named = world.named().await;
    assert_eq!(named, ["Ada", "Bea"]);

    let names = named.join(", ");
    let (english, german) = (
        factors::passkeys_stop(Lang::En, &names),
        factors::passkeys_stop(Lang::De, &names),
    );
    assert!(
        english.ends_with("these people need their password: Ada, Bea."),
        "{english}"
    );
    assert!(
        german.ends_with("Diese Personen brauchen dann ihr Passwort: Ada, Bea."),
        "{german}"
    );

    // only whoever may change the rules hears of it
    let limited = world
        .test
        .limited("Aarental", "finn@example.org", Rights::default())
        .await;
    let refused = limited.granted::<cap::ManageRules>().unwrap_err();
    assert_eq!(refused.code, ErrorCode::Forbidden);
}

on_both!(whoever_has_a_passkey_is_named);
