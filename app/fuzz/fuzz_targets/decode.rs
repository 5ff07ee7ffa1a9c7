//! Whatever the gateway brings: no bytes may make a decoder panic, and what decodes must encode to the same bytes.
#![no_main]
use app::features::gateway::{
    server::Callback,
    wire::{Content, MessageId, PrivateKey, PublicKey, unpad},
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(container) = unpad(bytes)
        && let Ok(content) = Content::decode(container)
        && !matches!(content, Content::Unknown(_))
    {
        assert_eq!(content.encode(), container);
    }
    if let (Ok(callback), Ok(to)) = (Callback::parse(bytes), "*BCAST01".parse()) {
        let _ = callback.verify("secret", &to);
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        let _ = text.parse::<MessageId>();
        let _ = text.parse::<PublicKey>();
    }
    let key = PrivateKey::from_bytes([1; 32]);
    assert!(
        key.shared_with(&key.public_key())
            .open_padded(&[0; 24], bytes)
            .is_err()
    );
});
