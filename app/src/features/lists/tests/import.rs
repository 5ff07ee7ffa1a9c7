//! Pasted text and tables, from looking at them to adding people.
use super::world::{Desk, ids};
use crate::features::{
    auth::server::Caller,
    lists::{model::*, server::*},
    recipients::{model::RecipientDetails, server::edit_recipient, tests::id},
};
use crate::kernel::{ErrorCode, Lang, permission::Right, rights::Rights};
use crate::testing::{On, TestCtx};
use base64::{Engine, prelude::BASE64_STANDARD};
use sea_orm::ConnectionTrait;

#[tokio::test]
async fn every_pasted_line_is_shown_with_what_becomes_of_it() {
    for on in [On::Sqlite, On::Postgres] {
        let test = TestCtx::new(on, "http://127.0.0.1:9").await;
        let desk = Desk::new(&test, "o15").await;
        let (a, b) = (desk.list("A").await, desk.list("B").await);
        desk.add(&a, ids(0..2)).await.unwrap();
        desk.add(&b, ids(2..3)).await.unwrap();
        let name = RecipientDetails {
            first_name: "Andrea".to_owned(),
            last_name: "Steiner".to_owned(),
            ..RecipientDetails::default()
        };
        let granted = desk.ada.granted().unwrap();
        edit_recipient(desk.ctx.clone(), granted, desk.uid.clone(), id(0), name)
            .await
            .unwrap();
        let text = "T0000000\nt0000001 t0000002\nT0000003\n3mid:T0000003\nZC8V1F3\n*BCZS112\n";
        let granted = desk.ada.granted().unwrap();
        let check = check_pasted(
            desk.ctx.clone(),
            granted,
            desk.uid.clone(),
            a.clone(),
            text.to_owned(),
        );
        let check = check.await.unwrap();
        let outcomes: Vec<_> = check.lines.iter().map(|l| (l.line, l.outcome.clone())).collect();
        let expected = [
            (1, Outcome::Already("Andrea Steiner".to_owned())),
            (2, Outcome::Already(String::new())),
            (2, Outcome::Known(String::new())),
            (3, Outcome::New),
            (4, Outcome::SameAs(3)),
            (5, Outcome::Bad(Reason::Length(7))),
            (6, Outcome::New),
        ];
        assert_eq!(outcomes, expected);
        assert_eq!(
            (check.new, check.already, check.same, check.bad, check.gateway),
            (3, 2, 1, 1, 1)
        );
        assert_eq!(
            (check.count_after(), check.limit, check.over_limit()),
            (5, Some(15), false)
        );
        assert_eq!(
            desk.head(&a).await.list.members,
            2,
            "nothing is written by looking"
        );

        let granted = desk.ada.granted().unwrap();
        let done = add_pasted(
            desk.ctx.clone(),
            granted,
            desk.uid.clone(),
            a.clone(),
            text.to_owned(),
        )
        .await
        .unwrap();
        assert_eq!((done.added, done.already, done.members), (3, 2, 5));
        desk.assert_consistent().await;

        let many = (100..150)
            .map(|n| id(n).to_string())
            .collect::<Vec<_>>()
            .join("\n");
        let granted = desk.ada.granted().unwrap();
        let check = check_pasted(desk.ctx.clone(), granted, desk.uid.clone(), a, many)
            .await
            .unwrap();
        assert!(check.over_limit());
        assert_eq!(check.count_after(), 55);
    }
}

pub const TABLE: &str = "Vorname;Nachname;ID;Sprache;Kategorie\n\
    Jürg;Stähli;T0000000;de-CH;Presse\n\
    =cmd;;T0000001;english;\n\
    Zoë;Groß;NOID;fr;\n\
    Nur;Hier;T0000002;;\n\
    Noch;Einmal;t0000002;;\n";

#[tokio::test]
async fn tables_are_looked_at_and_imported() {
    for on in [On::Sqlite, On::Postgres] {
        let test = TestCtx::new(on, "http://127.0.0.1:9").await;
        let desk = Desk::new(&test, "o15").await;
        let a = desk.list("A").await;
        desk.add(&a, ids(2..3)).await.unwrap();
        let windows = encoding_rs::WINDOWS_1252.encode(TABLE).0.into_owned();
        let content = BASE64_STANDARD.encode(windows);
        let c = || (desk.ctx.clone(), desk.uid.clone(), a.clone(), content.clone());

        let (ctx, uid, list, file) = c();
        let granted = desk.ada.granted().unwrap();
        let check = check_table(ctx, granted, uid, list, file, TableOptions::default())
            .await
            .unwrap();
        assert_eq!(check.encoding, Encoding::Windows1252);
        assert_eq!(check.samples[0][1], "Stähli");
        let lines: Vec<_> = check
            .checked
            .lines
            .iter()
            .map(|l| (l.line, l.outcome.clone()))
            .collect();
        let expected = [
            (2, Outcome::New),
            (3, Outcome::Bad(Reason::Language)),
            (4, Outcome::Bad(Reason::Length(4))),
            (5, Outcome::Already(String::new())),
            (6, Outcome::SameAs(5)),
        ];
        assert_eq!(lines, expected);
        assert_eq!(desk.head(&a).await.list.members, 1, "a dry run");

        let (ctx, _, _, file) = c();
        let bad = bad_rows(
            ctx,
            desk.ada.granted().unwrap(),
            file,
            check.options.clone(),
            Lang::De,
        )
        .await
        .unwrap();
        let bad: Vec<_> = bad.lines().collect();
        assert_eq!(
            bad[0],
            "\u{feff}Zeile;Grund;Vorname;Nachname;ID;Sprache;Kategorie"
        );
        assert_eq!(
            bad[1],
            "3;Die Sprache ist nicht zwei Buchstaben lang;'=cmd;;T0000001;english;"
        );
        assert_eq!(bad.len(), 3);

        let (ctx, uid, list, file) = c();
        let granted = desk.ada.granted().unwrap();
        let done = import_table(ctx, granted, uid, list, file, check.options)
            .await
            .unwrap();
        assert_eq!(
            (
                done.membership.added,
                done.membership.already,
                done.changed,
                done.bad
            ),
            (1, 1, 2, 2)
        );
        assert_eq!(desk.page(&a, 0, false, "", "stahli presse").await.1, ["T0000000"]);
        assert_eq!(
            desk.page(&a, 0, false, "", "nur hier").await.1,
            ["T0000002"],
            "the first row counts"
        );
        desk.assert_consistent().await;

        // without a column for the ID there is nothing to check yet
        let (ctx, uid, list, _) = c();
        let granted = desk.ada.granted().unwrap();
        let other = BASE64_STANDARD.encode("Vorname;Nachname\nA;B\n");
        let check = check_table(ctx, granted, uid, list, other, TableOptions::default())
            .await
            .unwrap();
        assert!(!check.has_id());
        let (ctx, uid, list, _) = c();
        let granted = desk.ada.granted().unwrap();
        let broken = check_table(ctx, granted, uid, list, "%".to_owned(), TableOptions::default()).await;
        assert!(matches!(broken.unwrap_err().code, ErrorCode::Malformed { .. }));
    }
}

#[tokio::test]
async fn adding_from_a_table_changes_those_who_are_known_only_with_the_right_to() {
    for on in [On::Sqlite, On::Postgres] {
        let test = TestCtx::new(on, "http://127.0.0.1:9").await;
        let desk = Desk::new(&test, "o15").await;
        let (a, b) = (desk.list("A").await, desk.list("B").await);
        desk.add(&a, ids(0..1)).await.unwrap();
        desk.rename(&ids(0..1)[0], "Before").await;
        let rights = Rights::default().with(Right::Lists, Some(desk.identity.id));
        let lisa = test.limited("Town", "lisa@example.org", rights).await;
        let table = "Vorname;ID\nAfter;T0000000\nFresh;T0000001\n";
        let import = async |who: &Caller| {
            let (ctx, content) = (desk.ctx.clone(), BASE64_STANDARD.encode(table));
            let options = TableOptions::default();
            let granted = who.granted().unwrap();
            let done = import_table(ctx, granted, desk.uid.clone(), b.clone(), content, options).await;
            let done = done.unwrap();
            (done.membership.added, done.changed)
        };
        assert_eq!(import(&lisa).await, (2, 1));
        assert_eq!(desk.page(&b, 0, false, "", "before").await.1, ["T0000000"]);
        assert_eq!(desk.page(&b, 0, false, "", "fresh").await.1, ["T0000001"]);
        assert_eq!(import(&desk.ada).await, (0, 1));
        assert_eq!(desk.page(&b, 0, false, "", "after").await.1, ["T0000000"]);
        let sql = "SELECT detail FROM audit_entry WHERE action = 'recipient.import' ORDER BY id DESC";
        let row = desk.ctx.db.conn().query_one_raw(desk.ctx.db.stmt(sql, [])).await;
        let detail: String = row.unwrap().unwrap().try_get("", "detail").unwrap();
        assert!(detail.contains("Before") && detail.contains("After"), "{detail}");
        desk.assert_consistent().await;
    }
}
