//! What is stored and shown.
use crate::features::gateway::wire::{GroupId, MessageId, PrivateKey};
use crate::features::groups::model::with_quote;
use crate::features::phone::model::{
    Chat, Entry, Group, GroupEntry, GroupKey, OwnState, Profile, What, clean_name,
};
use crate::features::phone::rules::{MAX_NONCES, Nonces};
use crate::kernel::Timestamp;
use crate::ui::qr::draw;
use qrcode::Color;

fn profile() -> Profile {
    Profile::new(
        "RUTH4PHN".parse().unwrap(),
        "token".to_owned(),
        &PrivateKey::from_bytes([7; 32]),
    )
}

#[test]
fn a_phone_survives_being_stored() {
    let mut profile = profile();
    profile.nonces.remember([1; 24]);
    profile.nonces.remember([2; 24]);
    let stored = serde_json::to_string(&profile).unwrap();
    assert!(Profile::parse(&stored).unwrap() == profile);
}

#[test]
fn what_cannot_be_read_is_refused_without_a_panic() {
    let good = serde_json::to_string(&profile()).unwrap();
    for bad in [
        String::new(),
        "null".to_owned(),
        "{}".to_owned(),
        good[..good.len() / 2].to_owned(),
        good.replace("\"version\":1", "\"version\":2"),
        good.replace(&"07".repeat(32), "07"),
        good.replace("RUTH4PHN", "ruth"),
        good.replace("\"nonces\":\"\"", "\"nonces\":\"abc\""),
    ] {
        assert!(bad != good, "the replacement found nothing");
        assert!(Profile::parse(&bad).is_none(), "{bad}");
    }
}

#[test]
fn the_oldest_nonces_go() {
    let nonce = |n: usize| {
        let mut nonce = [0; 24];
        nonce[..8].copy_from_slice(&n.to_le_bytes());
        nonce
    };
    let mut nonces = Nonces::default();
    for n in 0..MAX_NONCES + 10 {
        nonces.remember(nonce(n));
    }
    assert_eq!(nonces.len(), MAX_NONCES);
    assert!(!nonces.contains(&nonce(9)));
    assert!(nonces.contains(&nonce(10)) && nonces.contains(&nonce(MAX_NONCES + 9)));
    let text = String::from(nonces.clone());
    assert_eq!(Nonces::try_from(text), Ok(nonces));
}

#[test]
fn names_fit_the_wire() {
    assert_eq!(clean_name("  Ruth\n"), "Ruth");
    assert_eq!(clean_name("a\u{0}b"), "ab");
    assert_eq!(clean_name(&"ä".repeat(40)), "ä".repeat(16));
    assert_eq!(clean_name(""), "");
}

#[test]
fn the_code_shows_id_and_key_and_every_module_is_drawn_once() {
    let code = profile().code();
    let key = PrivateKey::from_bytes([7; 32]).public_key();
    assert_eq!(code, format!("3mid:RUTH4PHN,{key}"));

    let drawing = draw(&code).unwrap();
    let original = qrcode::QrCode::with_error_correction_level(&code, qrcode::EcLevel::M).unwrap();
    assert_eq!(drawing.size, original.width() + 8);
    let mut dark = Vec::new();
    for run in drawing.path.split_terminator('z') {
        let (at, shape) = run[1..].split_once('h').unwrap();
        let (x, y) = at.split_once(' ').unwrap();
        let (x, y): (usize, usize) = (x.parse().unwrap(), y.parse().unwrap());
        let length: usize = shape.split_once('v').unwrap().0.parse().unwrap();
        dark.extend((x..x + length).map(|x| (x - 4, y - 4)));
    }
    let width = original.width();
    let colors = original.to_colors();
    let expected: Vec<(usize, usize)> = (0..colors.len())
        .filter(|i| colors[*i] == Color::Dark)
        .map(|i| (i % width, i / width))
        .collect();
    assert_eq!(dark, expected);
}

#[test]
fn an_answer_finds_the_words_that_it_answers() {
    let id = |n: u8| MessageId::from_bytes([n; 8]);
    let said = |n: u8, text: &str| Entry {
        number: n.into(),
        id: Some(id(n)),
        at: Timestamp(0),
        what: What::Text {
            text: text.to_owned(),
            read: true,
            receipts: true,
        },
    };
    let answer = with_quote(id(1), "Which _one_?");
    let own = Entry {
        what: What::Own {
            text: answer.clone(),
            state: OwnState::Sent,
            thumb: None,
        },
        ..said(2, "")
    };
    let closed = Entry {
        what: What::Closed,
        ..said(3, "")
    };
    let chat = Chat {
        with: "*BCAST01".parse().unwrap(),
        name: String::new(),
        key: PrivateKey::from_bytes([8; 32]).public_key(),
        entries: vec![said(1, "Close the gate"), own, closed],
    };
    assert_eq!(chat.words_of(id(1)), Some("Close the gate"));
    assert_eq!(
        chat.words_of(id(2)),
        Some("Which _one_?"),
        "without what it quotes itself"
    );
    assert_eq!((chat.words_of(id(3)), chat.words_of(id(4))), (None, None));

    let in_group = |n: u8, text: Option<&str>| GroupEntry {
        number: n.into(),
        from: chat.with,
        id: Some(id(n)),
        at: Timestamp(0),
        text: text.map(str::to_owned),
        edited: false,
        read: true,
        mine: None,
        reactions: Vec::new(),
        note: None,
    };
    let group = Group {
        key: GroupKey {
            creator: chat.with,
            id: GroupId::from_bytes([7; 8]),
        },
        name: "Crisis".to_owned(),
        members: Vec::new(),
        left: false,
        picture: None,
        entries: vec![
            in_group(1, Some("Close the gate")),
            in_group(2, Some(&answer)),
            in_group(3, None),
        ],
    };
    assert_eq!(group.words_of(id(1)), Some("Close the gate"));
    assert_eq!(group.words_of(id(2)), Some("Which _one_?"));
    assert_eq!(group.words_of(id(3)), None, "taken back");
}
