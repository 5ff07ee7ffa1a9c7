use crate::features::{
    auth::server::Caller,
    identities::server::{Identity, find as find_identity},
    lists::{model::*, server::*},
    recipients::{
        model::RecipientDetails,
        server::edit_recipient,
        tests::{Gateway, id, identity},
    },
};
use crate::kernel::{
    AppResult, ErrorCode, Lang, PageRequest, ThreemaId, Uid,
    permission::{Right, cap},
    rights::Rights,
    server::Ctx,
};
use crate::testing::{On, TestCtx};
use base64::{Engine, prelude::BASE64_STANDARD};
use sea_orm::ConnectionTrait;
use std::ops::Range;

/// An identity with the administrator who works on it.
struct Desk {
    ctx: Ctx,
    ada: Caller,
    identity: Identity,
    uid: Uid,
}

impl Desk {
    async fn new(test: &TestCtx, plan: &str) -> Self {
        let ada = test.administrator("Town", "ada@example.org").await;
        let (identity, uid) = identity(&test.ctx, &ada, "*TOWN001", plan).await;
        let ctx = test.ctx.clone();
        Self {
            ctx,
            ada,
            identity,
            uid,
        }
    }

    async fn list(&self, name: &str) -> Uid {
        let input = ListInput {
            name: name.to_owned(),
        };
        let made = create_list(
            self.ctx.clone(),
            self.ada.granted().unwrap(),
            self.uid.clone(),
            input,
        )
        .await;
        made.unwrap().uid
    }

    async fn add(&self, list: &Uid, ids: Vec<ThreemaId>) -> AppResult<Membership> {
        let granted = self.ada.granted().unwrap();
        add_members(self.ctx.clone(), granted, self.uid.clone(), list.clone(), ids).await
    }

    async fn remove(&self, list: &Uid, ids: Vec<ThreemaId>) -> Vec<ThreemaId> {
        let granted = self.ada.granted().unwrap();
        let removed = remove_members(self.ctx.clone(), granted, self.uid.clone(), list.clone(), ids).await;
        removed.unwrap().ids
    }

    async fn replace(&self, list: &Uid, ids: Vec<ThreemaId>) -> AppResult<Membership> {
        let granted = self.ada.granted().unwrap();
        replace_members(self.ctx.clone(), granted, self.uid.clone(), list.clone(), ids).await
    }

    async fn rename(&self, member: &ThreemaId, first_name: &str) {
        let details = RecipientDetails {
            first_name: first_name.to_owned(),
            ..RecipientDetails::default()
        };
        let granted = self.ada.granted().unwrap();
        edit_recipient(self.ctx.clone(), granted, self.uid.clone(), *member, details)
            .await
            .unwrap();
    }

    async fn page(&self, list: &Uid, page: u32, desc: bool, sort: &str, q: &str) -> (u64, Vec<String>) {
        let request = PageRequest {
            page,
            desc,
            sort: sort.to_owned(),
            q: q.to_owned(),
            ..PageRequest::default()
        };
        let granted = self.ada.granted().unwrap();
        let page = list_members(self.ctx.clone(), granted, self.uid.clone(), list.clone(), request).await;
        let page = page.unwrap();
        (
            page.total,
            page.items.iter().map(|r| r.threema_id.to_string()).collect(),
        )
    }

    async fn head(&self, list: &Uid) -> ListHead {
        let granted = self.ada.granted().unwrap();
        load_list(self.ctx.clone(), granted, self.uid.clone(), list.clone())
            .await
            .unwrap()
    }

    /// What is kept must agree with what is there, whatever was done.
    async fn assert_consistent(&self) {
        let number = async |sql: &str| -> i64 {
            let conn = self.ctx.db.conn();
            let row = conn
                .query_one_raw(self.ctx.db.stmt(sql, []))
                .await
                .unwrap()
                .unwrap();
            row.try_get("", "n").unwrap()
        };
        let active = "SELECT m.recipient_id, m.list_id FROM distribution_list_member m \
                      JOIN distribution_list l ON l.id = m.list_id WHERE l.state = 'active'";
        let distinct = number(&format!(
            "SELECT COUNT(DISTINCT recipient_id) AS n FROM ({active}) a"
        ))
        .await;
        let granted = self.ada.granted::<cap::SeeLists>().unwrap();
        let kept = find_identity(&self.ctx, &granted, &self.uid)
            .await
            .unwrap()
            .recipient_count;
        assert_eq!(kept, distinct, "identity.recipient_count");
        let wrong = number(&format!(
            "SELECT COUNT(*) AS n FROM recipient r WHERE r.places <> \
             (SELECT COUNT(*) FROM ({active}) a WHERE a.recipient_id = r.id)"
        ))
        .await;
        assert_eq!(wrong, 0, "recipient.places");
        let wrong = number(
            "SELECT COUNT(*) AS n FROM distribution_list l WHERE l.member_count <> \
             (SELECT COUNT(*) FROM distribution_list_member m WHERE m.list_id = l.id)",
        )
        .await;
        assert_eq!(wrong, 0, "distribution_list.member_count");
    }
}

fn ids(range: Range<usize>) -> Vec<ThreemaId> {
    range.map(id).collect()
}

#[tokio::test]
async fn members_come_and_go_and_all_counts_stay_right() {
    for on in [On::Sqlite, On::Postgres] {
        let test = TestCtx::new(on, "http://127.0.0.1:9").await;
        let desk = Desk::new(&test, "o500").await;
        let (a, b) = (desk.list("A").await, desk.list("B").await);

        let mut twice = ids(0..10);
        twice.extend(ids(5..12));
        let done = desk.add(&a, twice).await.unwrap();
        assert_eq!(
            (done.added, done.already, done.new_recipients, done.members),
            (12, 0, 12, 12)
        );
        let done = desk.add(&a, ids(10..14)).await.unwrap();
        assert_eq!(
            (done.added, done.already, done.new_recipients, done.members),
            (2, 2, 2, 14)
        );
        let done = desk.add(&b, ids(10..20)).await.unwrap();
        assert_eq!((done.added, done.new_recipients), (10, 6));
        desk.assert_consistent().await;
        assert_eq!(desk.add(&b, vec![]).await.unwrap().members, 10);

        assert_eq!(
            desk.remove(&a, ids(12..30)).await,
            ids(12..14),
            "only who was on it"
        );
        desk.assert_consistent().await;
        let done = desk.replace(&a, ids(10..15)).await.unwrap();
        assert_eq!(
            (done.added, done.already, done.removed, done.members),
            (3, 2, 10, 5)
        );
        desk.assert_consistent().await;
        assert_eq!(
            desk.page(&a, 0, false, "", "").await.1,
            ["T0000010", "T0000011", "T0000012", "T0000013", "T0000014"]
        );
        assert_eq!(desk.replace(&a, vec![]).await.unwrap().removed, 5);
        desk.assert_consistent().await;
        // undo
        desk.add(&a, ids(10..15)).await.unwrap();
        desk.assert_consistent().await;
        assert_eq!(desk.head(&a).await.recipient_count, 10);
    }
}

#[tokio::test]
async fn the_limit_refuses_as_a_whole() {
    for on in [On::Sqlite, On::Postgres] {
        let test = TestCtx::new(on, "http://127.0.0.1:9").await;
        let desk = Desk::new(&test, "o15").await;
        let (a, b) = (desk.list("A").await, desk.list("B").await);
        desk.add(&a, ids(0..10)).await.unwrap();
        let refused = desk.add(&a, ids(8..16)).await.unwrap_err();
        let code = ErrorCode::RecipientLimit {
            limit: 15,
            count: 10,
            adding: 6,
        };
        assert_eq!(refused.code, code);
        assert_eq!(desk.head(&a).await.list.members, 10, "nothing was written");
        desk.assert_consistent().await;
        // who counts already may be in more places
        desk.add(&b, ids(0..10)).await.unwrap();
        desk.add(&b, ids(10..15)).await.unwrap();
        assert!(desk.add(&a, ids(15..16)).await.is_err());
        // replacing frees places first; refused, it removes nobody
        assert!(desk.replace(&a, ids(20..30)).await.is_err());
        assert_eq!(desk.page(&a, 0, false, "", "").await.0, 10);
        let other = desk.replace(&b, ids(0..15)).await.unwrap();
        assert_eq!((other.added, other.removed), (0, 0));

        // a deleted list counts no longer, and comes back only when there is room
        let c = || (desk.ctx.clone(), desk.ada.granted().unwrap(), desk.uid.clone());
        let (ctx, granted, uid) = c();
        delete_list(ctx, granted, uid, b.clone()).await.unwrap();
        desk.assert_consistent().await;
        assert_eq!(desk.head(&a).await.recipient_count, 10);
        assert_eq!(
            desk.add(&b, ids(0..1)).await.unwrap_err().code,
            ErrorCode::WrongState
        );
        desk.add(&a, ids(30..35)).await.unwrap();
        let (ctx, granted, uid) = c();
        assert!(restore_list(ctx, granted, uid, b.clone()).await.is_err());
        desk.remove(&a, ids(30..35)).await;
        let (ctx, granted, uid) = c();
        assert_eq!(
            restore_list(ctx, granted, uid, b.clone()).await.unwrap().members,
            15
        );
        desk.assert_consistent().await;
    }
}

#[tokio::test]
async fn two_additions_at_once_keep_the_limit() {
    for on in [On::Sqlite, On::Postgres] {
        let test = TestCtx::new(on, "http://127.0.0.1:9").await;
        let desk = Desk::new(&test, "o50").await;
        let (a, b) = (desk.list("A").await, desk.list("B").await);
        let (first, second) = tokio::join!(desk.add(&a, ids(0..40)), desk.add(&b, ids(20..60)));
        assert!(first.is_ok() != second.is_ok(), "one fits, both do not");
        desk.assert_consistent().await;
    }
}

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
async fn audiences_are_exact() {
    for on in [On::Sqlite, On::Postgres] {
        let gateway = Gateway::default();
        for n in (0..20).filter(|n| n % 5 != 0) {
            gateway.set(id(n).as_str(), [77; 32]);
        }
        let test = TestCtx::new(on, &gateway.start().await).await;
        let desk = Desk::new(&test, "o500").await;
        let (a, b) = (desk.list("A").await, desk.list("B").await);
        desk.add(&a, ids(0..12)).await.unwrap();
        desk.add(&b, ids(8..20)).await.unwrap();
        let lists = find_lists(&desk.ctx, desk.identity.id, &[a.clone(), b.clone()])
            .await
            .unwrap();
        let numbers: Vec<_> = lists.iter().map(|l| l.id).collect();
        let count = async || {
            audience_counts(desk.ctx.db.conn(), desk.identity.id, &numbers)
                .await
                .unwrap()
        };
        let before = count().await;
        assert_eq!(
            (before.total, before.named_more_than_once, before.not_fetched),
            (20, 4, 20)
        );
        crate::features::recipients::server::run_key_jobs(&desk.ctx, "test")
            .await
            .unwrap();
        let after = count().await;
        assert_eq!(
            (after.total, after.not_fetched, after.unknown, after.reachable()),
            (20, 0, 4, 16)
        );
        let only = audience_counts(desk.ctx.db.conn(), desk.identity.id, &numbers[..1])
            .await
            .unwrap();
        assert_eq!((only.total, only.named_more_than_once, only.unknown), (12, 0, 3));
        assert_eq!(
            audience_counts(desk.ctx.db.conn(), desk.identity.id, &[])
                .await
                .unwrap()
                .total,
            0
        );
        assert_eq!(
            audience_counts(desk.ctx.db.conn(), desk.identity.id + 1, &numbers)
                .await
                .unwrap()
                .total,
            0
        );
        // nothing reaches them: they can be taken off in one step
        let granted = desk.ada.granted().unwrap();
        let removed = remove_unreachable(desk.ctx.clone(), granted, desk.uid.clone(), a.clone())
            .await
            .unwrap();
        assert_eq!(removed.ids, [id(0), id(5), id(10)]);
        assert_eq!(desk.head(&a).await.audience.unknown, 0);
        desk.assert_consistent().await;
    }
}

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

const TABLE: &str = "Vorname;Nachname;ID;Sprache;Kategorie\n\
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
            let c = || (desk.ctx.clone(), uid.clone(), a.clone());
            let (ctx, uid, list) = c();
            refused(load_list(ctx, eve.granted().unwrap(), uid, list).await);
            let (ctx, uid, list) = c();
            refused(list_members(ctx, eve.granted().unwrap(), uid, list, PageRequest::default()).await);
            let (ctx, uid, list) = c();
            refused(pickable_members(ctx, eve.granted().unwrap(), uid, list, PageRequest::default()).await);
            let (ctx, uid, list) = c();
            refused(add_members(ctx, eve.granted().unwrap(), uid, list, ids(0..1)).await);
            let (ctx, uid, list) = c();
            refused(remove_members(ctx, eve.granted().unwrap(), uid, list, ids(0..1)).await);
            let (ctx, uid, list) = c();
            refused(replace_members(ctx, eve.granted().unwrap(), uid, list, vec![]).await);
            let (ctx, uid, list) = c();
            refused(remove_unreachable(ctx, eve.granted().unwrap(), uid, list).await);
            let (ctx, uid, list) = c();
            refused(delete_list(ctx, eve.granted().unwrap(), uid, list).await);
            let (ctx, uid, list) = c();
            refused(restore_list(ctx, eve.granted().unwrap(), uid, list).await);
            let (ctx, uid, list) = c();
            let input = ListInput { name: "X".to_owned() };
            refused(rename_list(ctx, eve.granted().unwrap(), uid, list, input).await);
            let (ctx, uid, list) = c();
            refused(check_pasted(ctx, eve.granted().unwrap(), uid, list, String::new()).await);
            let (ctx, uid, list) = c();
            let file = BASE64_STANDARD.encode(TABLE);
            refused(
                check_table(
                    ctx,
                    eve.granted().unwrap(),
                    uid,
                    list,
                    file,
                    TableOptions::default(),
                )
                .await,
            );
            let (ctx, uid, list) = c();
            let file = BASE64_STANDARD.encode(TABLE);
            refused(
                import_table(
                    ctx,
                    eve.granted().unwrap(),
                    uid,
                    list,
                    file,
                    TableOptions::default(),
                )
                .await,
            );
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

/// Many people, in a small list and in a large one, page by page from both ends.
#[tokio::test]
async fn a_hundred_thousand_members_are_paged_alike_from_both_ends() {
    for on in [On::Sqlite, On::Postgres] {
        let test = TestCtx::new(on, "http://127.0.0.1:9").await;
        let desk = Desk::new(&test, "unlimited").await;
        let (all, some) = (desk.list("All").await, desk.list("Some").await);
        let done = desk.add(&all, ids(0..100_000)).await.unwrap();
        assert_eq!((done.added, done.members), (100_000, 100_000));
        desk.add(&some, (0..1_000).map(|n| id(n * 100)).collect())
            .await
            .unwrap();
        let name = |n: usize| format!("T{n:07}");
        assert_eq!(desk.page(&all, 0, false, "", "").await.1[0], name(0));
        let (total, last) = desk.page(&all, 3_999, false, "", "").await;
        assert_eq!(
            (total, last[0].clone(), last[24].clone()),
            (100_000, name(99_975), name(99_999))
        );
        assert_eq!(desk.page(&all, 3_000, false, "", "").await.1[0], name(75_000));
        assert_eq!(desk.page(&all, 3_000, true, "id", "").await.1[0], name(24_999));
        assert_eq!(
            desk.page(&all, 9_999, false, "", "").await.1[24],
            name(99_999),
            "past the end"
        );
        let (total, found) = desk.page(&all, 0, false, "", "t00012").await;
        assert_eq!((total, found[0].clone()), (100, name(1_200)));
        let (total, found) = desk.page(&some, 39, false, "", "").await;
        assert_eq!((total, found[24].clone()), (1_000, name(99_900)));
        let (total, found) = desk.page(&some, 0, true, "", "t00012").await;
        assert_eq!((total, found), (1, vec![name(1_200)]));
        let request = PageRequest {
            size: 200,
            ..PageRequest::default()
        };
        // a new name moves a member in every list at once
        desk.rename(&id(99_999), "Aaron").await;
        assert_eq!(desk.page(&all, 0, false, "", "").await.1[0], name(99_999));
        assert_eq!(desk.page(&all, 3_999, false, "", "").await.1[24], name(99_998));
        desk.rename(&id(99_999), "").await;
        assert_eq!(desk.page(&all, 0, false, "", "").await.1[0], name(0));
        let granted = desk.ada.granted().unwrap();
        let others = pickable_members(desk.ctx.clone(), granted, desk.uid.clone(), some.clone(), request)
            .await
            .unwrap();
        assert_eq!((others.total, others.items[0].threema_id), (99_000, id(1)));
        let audience = desk.head(&all).await.audience;
        assert_eq!((audience.total, audience.not_fetched), (100_000, 100_000));
        assert_eq!(desk.remove(&all, ids(0..50_000)).await.len(), 50_000);
        assert_eq!(desk.head(&all).await.list.members, 50_000);
        desk.assert_consistent().await;
    }
}
