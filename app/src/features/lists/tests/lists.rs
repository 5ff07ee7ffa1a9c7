//! Lists as a whole: made, renamed, found, deleted; and only by who may.
use super::{
    import::TABLE,
    world::{Desk, ids},
};
use crate::features::{
    lists::{model::*, server::*},
    recipients::tests::identity,
};
use crate::kernel::{AppResult, ErrorCode, PageRequest};
use crate::testing::{On, TestCtx};
use base64::{Engine, prelude::BASE64_STANDARD};

#[tokio::test]
async fn lists_are_made_renamed_found_and_sorted() {
    for on in [On::Sqlite, On::Postgres] {
        let test = TestCtx::new(on, "http://127.0.0.1:9").await;
        let desk = Desk::new(&test, "o500").await;
        let c = || (desk.ctx.clone(), desk.ada.granted().unwrap(), desk.uid.clone());
        let zug = desk.list("Zug").await;
        let aemter = desk.list("  Ämter \n Nord ").await;
        desk.list("Medien 100%").await;
        let (ctx, granted, uid) = c();
        let input = ListInput {
            name: "Bern".to_owned(),
        };
        assert_eq!(
            rename_list(ctx, granted, uid, zug.clone(), input)
                .await
                .unwrap()
                .name,
            "Bern"
        );
        for name in ["", "  ", &"x".repeat(257)] {
            let (ctx, granted, uid) = c();
            let input = ListInput {
                name: name.to_owned(),
            };
            assert!(
                create_list(ctx, granted, uid, input)
                    .await
                    .unwrap_err()
                    .of("name")
                    .is_some()
            );
        }
        desk.add(&zug, ids(0..3)).await.unwrap();
        let (ctx, _, uid) = c();
        let granted = desk.ada.granted().unwrap();
        let deleted = delete_list(ctx, granted, uid, aemter.clone()).await.unwrap();
        assert_eq!(
            (deleted.state, deleted.name.as_str()),
            (ListState::Deleted, "Ämter Nord")
        );
        let find = async |q: &str, filter: &str, sort: &str, desc: bool| -> Vec<String> {
            let request = PageRequest {
                q: q.to_owned(),
                filter: filter.to_owned(),
                sort: sort.to_owned(),
                desc,
                ..PageRequest::default()
            };
            let page = list_lists(
                desk.ctx.clone(),
                desk.ada.granted().unwrap(),
                desk.uid.clone(),
                request,
            )
            .await;
            page.unwrap().items.into_iter().map(|l| l.name).collect()
        };
        assert_eq!(find("", "", "", false).await, ["Bern", "Medien 100%"]);
        assert_eq!(find("", "", "members", true).await, ["Bern", "Medien 100%"]);
        assert_eq!(find("", "deleted", "", false).await, ["Ämter Nord"]);
        assert_eq!(find("amter", "deleted", "", false).await, ["Ämter Nord"]);
        assert_eq!(find("%", "", "", false).await, ["Medien 100%"]);
        assert!(find("_", "", "", false).await.is_empty());
        let found = find_lists(&desk.ctx, desk.identity.id, &[zug.clone(), zug.clone()])
            .await
            .unwrap();
        assert_eq!(found.len(), 1);
        let refused = find_lists(&desk.ctx, desk.identity.id, &[zug, aemter]).await;
        assert_eq!(
            refused.unwrap_err().code,
            ErrorCode::NotFound,
            "deleted ones cannot be sent to"
        );
    }
}

#[tokio::test]
async fn other_organisations_find_nothing() {
    for on in [On::Sqlite, On::Postgres] {
        let test = TestCtx::new(on, "http://127.0.0.1:9").await;
        let desk = Desk::new(&test, "o15").await;
        let eve = test.administrator("Elsewhere", "eve@example.org").await;
        let (_, other) = identity(&test.ctx, &eve, "*ELSE001", "o15").await;
        let a = desk.list("A").await;
        fn refused<T: std::fmt::Debug>(result: AppResult<T>) {
            assert_eq!(result.unwrap_err().code, ErrorCode::NotFound);
        }
        // neither her list by her identity's owner's session, nor through an identity of one's own
        for uid in [&desk.uid, &other] {
            macro_rules! all_refuse {
                ($($call:ident($($more:expr),*);)*) => {$(
                    let (ctx, granted) = (desk.ctx.clone(), eve.granted().unwrap());
                    refused($call(ctx, granted, uid.clone(), a.clone(), $($more),*).await);
                )*};
            }
            let file = || BASE64_STANDARD.encode(TABLE);
            let name = "X".to_owned();
            all_refuse! {
                load_list();
                list_members(PageRequest::default());
                pickable_members(PageRequest::default());
                add_members(ids(0..1));
                remove_members(ids(0..1));
                replace_members(vec![]);
                remove_unreachable();
                delete_list();
                restore_list();
                rename_list(ListInput { name });
                check_pasted(String::new());
                check_table(file(), TableOptions::default());
                import_table(file(), TableOptions::default());
            }
        }
        let request = PageRequest::default();
        refused(
            list_lists(
                desk.ctx.clone(),
                eve.granted().unwrap(),
                desk.uid.clone(),
                request,
            )
            .await,
        );
        let input = ListInput { name: "X".to_owned() };
        refused(create_list(desk.ctx.clone(), eve.granted().unwrap(), desk.uid.clone(), input).await);
        let found = find_lists(&desk.ctx, desk.identity.id + 1, &[a]).await;
        refused(found);
    }
}
