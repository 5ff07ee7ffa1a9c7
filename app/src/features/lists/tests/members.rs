//! Who is on lists: counts, the limit, audiences, pages.
use super::world::{Desk, ids};
use crate::features::{
    lists::server::*,
    recipients::tests::{Gateway, id},
};
use crate::kernel::{ErrorCode, PageRequest};
use crate::testing::{On, TestCtx};

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
