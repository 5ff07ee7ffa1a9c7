use super::{Message, vectors};
use crate::features::gateway::wire::*;
use crypto_secretbox::{KeyInit, XSalsa20Poly1305, aead::Aead};
use proptest::prelude::*;

fn nonce(hex: &str) -> Nonce {
    hex::decode(hex).unwrap().try_into().unwrap()
}

#[test]
fn public_keys_follow_from_private_keys() {
    let vectors = vectors();
    for pair in vectors.identities.values().chain(&vectors.key_derivation) {
        let public = PrivateKey::from_hex(&pair.private).unwrap().public_key();
        assert_eq!(public.to_string(), pair.public);
    }
}

#[test]
fn shared_keys_are_those_of_libsodium() {
    let vectors = vectors();
    for (pair, key) in &vectors.shared_keys_beforenm {
        let (a, b) = pair.split_once('|').unwrap();
        let key: [u8; 32] = hex::decode(key).unwrap().try_into().unwrap();
        // the shared key itself stays inside: what it seals opens with the expected key
        let sealed = vectors.shared(a, b).seal(&[5; 24], b"probe");
        let opened = XSalsa20Poly1305::new(&key.into()).decrypt(&[5; 24].into(), &*sealed);
        assert_eq!(opened.unwrap(), b"probe");
        assert_eq!(
            vectors.shared(b, a).seal(&[5; 24], b"probe"),
            sealed,
            "both directions"
        );
    }
}

#[test]
fn every_message_opens_and_seals_to_the_same_bytes() {
    let vectors = vectors();
    assert_eq!(vectors.e2e.len(), 43);
    for message in &vectors.e2e {
        let key = vectors.shared(&message.from, &message.to);
        let sealed = hex::decode(&message.box_hex).unwrap();
        let nonce = nonce(&message.nonce_hex);
        let padded = key.open(&nonce, &sealed).unwrap();
        assert_eq!(
            hex::encode(&padded),
            message.padded_plaintext_hex,
            "{}",
            message.name
        );
        let container = unpad(&padded).unwrap();
        assert_eq!(
            hex::encode(container),
            format!("{}{}", message.kind, message.body_hex)
        );
        assert_eq!(key.open_padded(&nonce, &sealed).as_deref(), Ok(container));
        assert_eq!(key.seal_padded(&nonce, container, message.pad_len), sealed);
        let drawn = pad_length(message.pad_len, container.len() - 1);
        assert_eq!(
            drawn, message.pad_len,
            "{} keeps the rule of 32 bytes",
            message.name
        );
        content_of(message, container);
    }
}

fn content_of(message: &Message, container: &[u8]) {
    let content = Content::decode(container).unwrap();
    let kind = container[0];
    match &content {
        Content::Text(text) => assert_eq!((kind, hex::encode(text)), (0x01, message.body_hex.clone())),
        Content::Receipt { status, ids } => {
            assert_eq!(kind, 0x80);
            match &*message.name {
                "receipt-read-two" => {
                    assert_eq!(*status, ReceiptStatus::Read);
                    let ids: Vec<_> = ids.iter().map(ToString::to_string).collect();
                    assert_eq!(ids, ["0123456789abcdef", "1122334455667788"]);
                }
                "receipt-thumbs-up" => assert_eq!(*status, ReceiptStatus::ThumbsUp),
                other => panic!("another receipt: {other}"),
            }
        }
        Content::Group(GroupMessage::Chat(creator, _, chat)) => {
            assert_eq!(creator.as_str(), "*BCAST01");
            // what is not stored is not read either
            if matches!(chat, GroupChat::Other(_)) {
                assert!(matches!(kind, 0x42 | 0x46 | 0x52 | 0x53), "{}", message.name);
                return;
            }
        }
        Content::Group(GroupMessage::Control(group, _)) => {
            assert_eq!(hex::encode(group.as_bytes()), "a1b2c3d4e5f60718");
        }
        Content::Unknown(number) => {
            assert_eq!(*number, kind);
            return;
        }
    }
    assert_eq!(content.encode(), container);
}

fn group_vector(name: &str) -> GroupMessage {
    let vectors = vectors();
    let vector = vectors.e2e.iter().find(|m| m.name == name).unwrap();
    let container = hex::decode(format!("{}{}", vector.kind, vector.body_hex)).unwrap();
    match Content::decode(&container).unwrap() {
        Content::Group(message) => message,
        other => panic!("{name} is no message of a group: {other:?}"),
    }
}

#[test]
fn messages_of_groups_say_what_the_apps_mean() {
    let control = |name: &str| match group_vector(name) {
        GroupMessage::Control(_, control) => control,
        other => panic!("{name}: {other:?}"),
    };
    let chat = |name: &str| match group_vector(name) {
        GroupMessage::Chat(_, _, chat) => chat,
        other => panic!("{name}: {other:?}"),
    };
    let members = ["MEMBER01", "MEMBER02"].map(|id| id.parse().unwrap());
    assert_eq!(control("group-setup"), GroupControl::Setup(members.to_vec()));
    assert_eq!(control("group-setup-empty"), GroupControl::Setup(Vec::new()));
    assert_eq!(
        control("group-name-cloud"),
        GroupControl::Name("\u{2601} News".to_owned())
    );
    assert_eq!(control("group-sync-request"), GroupControl::SyncRequest);
    assert_eq!(control("group-delete-picture"), GroupControl::DeletePicture);
    let GroupControl::SetPicture(picture) = control("group-set-picture") else {
        panic!("no picture");
    };
    assert_eq!(hex::encode(picture.blob), "00112233445566778899aabbccddeeff");
    assert_eq!(picture.size, 0x5000);
    assert!(
        !format!("{picture:?}").contains(&hex::encode(picture.key)),
        "a key is never shown"
    );
    assert_eq!(chat("group-leave"), GroupChat::Leave);
    assert_eq!(
        chat("group-text-from-member"),
        GroupChat::Text("Hi all".to_owned())
    );
    let id: MessageId = "0123456789abcdef".parse().unwrap();
    assert_eq!(
        chat("group-receipt-thumbs-up"),
        GroupChat::Receipt {
            status: ReceiptStatus::ThumbsUp,
            ids: vec![id]
        }
    );
    assert_eq!(
        chat("group-reaction"),
        GroupChat::Reaction {
            to: id,
            emoji: "\u{1f44d}".to_owned(),
            apply: true
        }
    );
    assert_eq!(
        chat("group-edit"),
        GroupChat::Edit {
            message: id,
            text: "fixed".to_owned()
        }
    );
    assert_eq!(chat("group-delete"), GroupChat::Delete(id));
}

#[test]
fn messages_of_groups_of_a_wrong_length_are_refused() {
    let wrong = |hex: &str| Content::decode(&hex::decode(hex).unwrap()) == Err(Malformed::Group);
    for hex in [
        // a setup with half a member
        "4aa1b2c3d4e5f607184d454d42",
        // a group ID of seven bytes
        "4ba1b2c3d4e5f607",
        // a picture that is a byte too long
        &format!("50a1b2c3d4e5f60718{}", "00".repeat(53)),
        "51a1b2c3d4e5f6071800",
        "54a1b2c3d4e5f6071800",
        "4c2a42434153543031a1b2c3d4e5f6071800",
        // an empty text
        "412a42434153543031a1b2c3d4e5f60718",
        // groups know no "read"
        "812a42434153543031a1b2c3d4e5f60718020123456789abcdef",
        // a reaction without an emoji
        "832a42434153543031a1b2c3d4e5f60718090123456789abcdef",
    ] {
        assert!(wrong(hex), "{hex}");
    }
}

#[test]
fn padding_is_taken_as_the_apps_take_it() {
    let vectors = vectors();
    for case in &vectors.padding_edge_cases {
        let key = vectors.shared(&case.from, &case.to);
        let sealed = hex::decode(&case.box_hex).unwrap();
        let padded = key.open(&nonce(&case.nonce_hex), &sealed).unwrap();
        assert_eq!(hex::encode(&padded), case.padded_plaintext_hex);
        let opened = key.open_padded(&nonce(&case.nonce_hex), &sealed);
        match &*case.expect {
            "accept" | "accept-lenient" => {
                let content = Content::decode(&opened.unwrap());
                assert_eq!(content, Ok(Content::Text("Hi".to_owned())), "{}", case.name);
            }
            "reject-at-type-level" => {
                let content = Content::decode(&opened.unwrap());
                assert_eq!(content, Err(Malformed::Text(TextProblem::Empty)), "{}", case.name);
            }
            "reject" => assert_eq!(opened, Err(DoesNotOpen), "{}", case.name),
            other => panic!("unknown expectation {other}"),
        }
    }
}

#[test]
fn a_changed_box_does_not_open() {
    let vectors = vectors();
    let original = vectors
        .e2e
        .iter()
        .find(|m| m.name == vectors.tampered.of)
        .unwrap();
    let key = vectors.shared(&original.from, &original.to);
    let sealed = hex::decode(&vectors.tampered.box_hex).unwrap();
    assert_eq!(
        key.open(&nonce(&vectors.tampered.nonce_hex), &sealed),
        Err(DoesNotOpen)
    );
    for short in [&sealed[..0], &sealed[..15], &sealed[..16]] {
        assert_eq!(key.open(&[0; 24], short), Err(DoesNotOpen));
    }
}

#[test]
fn receipts_of_wrong_form_are_refused() {
    let receipt = |status: u8, ids: usize, rest: usize| {
        let mut bytes = vec![0x80, status];
        bytes.resize(2 + ids * 8 + rest, 7);
        Content::decode(&bytes)
    };
    assert!(receipt(1, 1, 0).is_ok());
    assert!(receipt(4, MAX_RECEIPT_IDS, 0).is_ok());
    for bad in [
        receipt(1, 0, 0),
        receipt(0, 1, 0),
        receipt(5, 1, 0),
        receipt(1, 1, 3),
        receipt(1, MAX_RECEIPT_IDS + 1, 0),
        Content::decode(&[0x80]),
    ] {
        assert_eq!(bad, Err(Malformed::Receipt));
    }
    assert_eq!(Content::decode(&[]), Err(Malformed::Nothing));
    assert_eq!(
        Content::decode(&[1, 0xff, 0xfe]),
        Err(Malformed::Text(TextProblem::NotUtf8))
    );
}

proptest! {
    #[test]
    fn no_bytes_make_a_decoder_panic(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        let _ = unpad(&bytes);
        let _ = Content::decode(&bytes);
        let _ = Receipt::decode(&bytes);
        let _ = decode_text(&bytes);
        let _ = PublicKey::from_bytes(&bytes);
        let key = PrivateKey::from_bytes([3; 32]);
        prop_assert!(key.shared_with(&key.public_key()).open_padded(&[0; 24], &bytes).is_err());
        if let Ok(text) = std::str::from_utf8(&bytes) {
            let _ = text.parse::<MessageId>();
            let _ = text.parse::<PublicKey>();
        }
    }

    #[test]
    fn what_is_padded_is_unpadded_to_the_same(
        data in prop::collection::vec(any::<u8>(), 0..300), kind: u8, random: u8,
    ) {
        let mut container = vec![kind];
        container.extend_from_slice(&data);
        let length = pad_length(random, data.len());
        prop_assert!(length >= 1 && data.len() + usize::from(length) >= MIN_DATA_AND_PAD);
        let mut padded = container.clone();
        pad(&mut padded, length);
        prop_assert_eq!(unpad(&padded), Ok(&container[..]));
    }

    #[test]
    fn what_is_sealed_opens_to_the_same(
        text in ".{1,200}", a: [u8; 32], b: [u8; 32], nonce: [u8; 24], random: u8, ids in prop::collection::vec(any::<[u8; 8]>(), 1..20), status in 1u8..=4,
    ) {
        let (a, b) = (PrivateKey::from_bytes(a), PrivateKey::from_bytes(b));
        let ids = ids.into_iter().map(MessageId::from_bytes).collect();
        let status = ReceiptStatus::from_byte(status).unwrap();
        for content in [Content::Text(text.clone()), Content::Receipt { status, ids }] {
            let container = content.encode();
            let pad_len = pad_length(random, container.len() - 1);
            let sealed = a.shared_with(&b.public_key()).seal_padded(&nonce, &container, pad_len);
            let opened = b.shared_with(&a.public_key()).open_padded(&nonce, &sealed).unwrap();
            prop_assert_eq!(Content::decode(&opened), Ok(content));
        }
    }
}
