//! What is stored and shown.
use crate::features::gateway::wire::PrivateKey;
use crate::features::phone::model::{Profile, clean_name};
use crate::features::phone::rules::{MAX_NONCES, Nonces};
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
