use crate::features::audit::server::{ActorKind, Who};
use crate::features::auth::server::{Caller, operator};
use crate::kernel::{
    ErrorCode, Lang, Timestamp,
    permission::cap::{self, SignedIn},
    rights::Rights,
};

const NOW: Timestamp = Timestamp(1_795_262_400_000);

fn caller(kind: ActorKind, confirmed_at: Option<Timestamp>) -> Caller {
    Caller {
        who: Who {
            organisation_id: 1,
            kind,
            administrator_id: Some(1),
            address: None,
        },
        rights: Rights::full(),
        language: Lang::En,
        confirmed_at,
    }
}

#[test]
fn a_session_is_fresh_for_ten_minutes() {
    let refused = Err(ErrorCode::ConfirmSignIn.into());
    for (ago, good) in [(0, true), (600_000, true), (600_001, false), (-1, false)] {
        let caller = caller(ActorKind::Administrator, Some(NOW.plus(-ago)));
        let granted = caller.granted::<SignedIn>().unwrap();
        let expected = if good { Ok(()) } else { refused.clone() };
        assert_eq!(granted.fresh(NOW), expected, "{ago} ms ago");
        assert_eq!(granted.fresh_or_key(NOW), expected, "{ago} ms ago");
    }
    let never = caller(ActorKind::Administrator, None);
    assert_eq!(never.granted::<SignedIn>().unwrap().fresh(NOW), refused);
}

#[test]
fn a_key_is_never_fresh_and_may_still_send() {
    let key = caller(ActorKind::ApiKey(1), Some(NOW))
        .granted::<cap::SendMessages>()
        .unwrap();
    assert_eq!(key.fresh(NOW), Err(ErrorCode::Forbidden.into()));
    assert_eq!(key.fresh_or_key(NOW), Ok(()));
    assert_eq!(operator::<SignedIn>(1).fresh(NOW), Ok(()));
}
