//! A bad sample for every rule.
use super::*;

fn found(rule: impl Fn(&Source) -> Vec<String>, path: &str, text: &str) -> usize {
    rule(&Source::new(path, text)).len()
}

#[test]
fn ranks_see_an_import_upwards_however_it_is_written() {
    for bad in [
        "use crate::features::messages::server::send_now;",
        "use crate::features::{audit::server::record, messages::{model::Texts, server as m}};",
        "fn f() { crate::features::messages::server::send_now() }",
        "use super::super::super::messages::model::Texts;",
        "use crate::{kernel::Uid, features::{messages::{self}}};",
    ] {
        assert!(found(ranks, "features/lists/server/service.rs", bad) > 0, "{bad}");
    }
    let sideways = "use crate::features::api_keys::server::create;";
    assert_eq!(found(ranks, "features/lists/server/service.rs", sideways), 1);
    let good = "use crate::features::{recipients::server::tell, lists::model::X}; // crate::features::messages::X\n\
                const S: &str = \"crate::features::messages::X\";";
    assert_eq!(found(ranks, "features/lists/server/service.rs", good), 0);
    assert_eq!(found(ranks, "features/unheard/mod.rs", ""), 1);
}

#[test]
fn doors_see_a_way_past_them() {
    for bad in [
        "use crate::features::identities::server::store::find;",
        "use crate::features::identities::server::{find, entity::{Model, Column}};",
        "use crate::features::identities::secrets::Key;",
    ] {
        assert_eq!(
            found(doors, "features/lists/server/store.rs", bad).min(1),
            1,
            "{bad}"
        );
    }
    let good = "use crate::features::{identities::{model::A, server::{self as i, Outcome::Found}}, gateway::wire::Text};";
    assert_eq!(found(doors, "features/lists/server/store.rs", good), 0);
}

#[test]
fn a_way_past_the_guard_is_seen() {
    for bad in [
        "use crate::features::identities::server::find_by_id;",
        "use crate::features::identities::server::{Identity, entity::Column};",
        "use crate::features::identities::server as identities; fn f() { identities::find_by_threema_id(ctx, &id) }",
    ] {
        assert!(
            found(identities_by_right, "features/lists/server/store.rs", bad) > 0,
            "{bad}"
        );
        assert_eq!(
            found(identities_by_right, "features/inbound/server/round.rs", bad),
            0
        );
    }
    let good = "use crate::features::identities::server::{Identity, find};";
    assert_eq!(
        found(identities_by_right, "features/lists/server/store.rs", good),
        0
    );
}

#[test]
fn layers_see_a_slice_in_kernel_and_kit() {
    let bad = "use crate::features::auth::server::Granted;";
    assert_eq!(found(layers, "kernel/server/ctx.rs", bad), 1);
    assert_eq!(found(layers, "ui/button.rs", bad), 1);
    assert_eq!(
        found(layers, "ui/button.rs", "use crate::shell::lang::use_lang;"),
        1
    );
    assert_eq!(found(layers, "shell/page.rs", bad), 0);
}

#[test]
fn the_browser_side_sees_the_server() {
    for (path, bad) in [
        (
            "features/lists/model/list.rs",
            "use super::super::server::find_lists;",
        ),
        (
            "features/lists/model.rs",
            "use crate::features::lists::server::find_lists;",
        ),
        (
            "features/lists/view/add.rs",
            "fn f() { crate::features::identities::server::find() }",
        ),
    ] {
        assert_eq!(found(browser_side, path, bad), 1, "{bad}");
    }
    assert_eq!(
        found(
            browser_side,
            "features/lists/view/add.rs",
            "use leptos::server_fn::ServerFn;"
        ),
        0
    );
}

#[test]
fn guards_see_a_body_that_is_more_or_less_than_one_call() {
    let with = |body: &str| format!("#[server]\npub async fn f(a: u8) -> Result<(), AppError> {{ {body} }}");
    for bad in [
        "Ok(())",
        "audit(); s::rpc(|c, g| x(c, g)).await",
        "s::rpc(|c, g| x(c, g)).await?; Ok(())",
        "let c = ctx(); service(c).await",
        "not_rpc(|c, g| x(c, g)).await",
        "",
    ] {
        assert_eq!(found(guards, "features/lists/api.rs", &with(bad)), 1, "{bad}");
    }
    assert_eq!(
        found(
            guards,
            "features/lists/api.rs",
            &with("s::rpc(|c, g| x(c, g, (a, 1)))\n.await")
        ),
        0
    );
    assert_eq!(
        found(guards, "features/auth/api.rs", &with("public_rpc(s::site).await")),
        0
    );
}

#[test]
fn a_sealed_column_that_was_forgotten_is_seen() {
    let schema = [("totp".to_owned(), "secret_sealed".to_owned())];
    assert_eq!(sealed_list(&schema, &[]).len(), 1);
    assert_eq!(sealed_list(&[], &[("totp", "secret_sealed")]).len(), 1);
    assert!(sealed_list(&schema, &[("totp", "secret_sealed")]).is_empty());
}

#[test]
fn the_list_of_public_functions_is_compared_both_ways() {
    let text = "#[server]\npub async fn open() -> R { s::public_rpc(s::open).await }\n\
                #[server(input = Json)]\npub async fn shut() -> R { s::rpc(s::shut).await }";
    let sources = [Source::new("features/auth/api.rs", text)];
    assert!(public_list(&sources, &["/rpc/open"]).is_empty());
    assert_eq!(public_list(&sources, &[]).len(), 1);
    assert_eq!(public_list(&sources, &["/rpc/open", "/rpc/shut"]).len(), 1);
}
