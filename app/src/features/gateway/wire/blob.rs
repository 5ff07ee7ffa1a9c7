//! Files that lie encrypted at the gateway (section 6).
use crypto_secretbox::{KeyInit, Nonce, XSalsa20Poly1305, aead::Aead};

/// The nonce of a file or picture: the key is never used for another one. The thumbnail beside a file has 2.
fn nonce() -> Nonce {
    let mut nonce = Nonce::default();
    if let Some(last) = nonce.last_mut() {
        *last = 1;
    }
    nonce
}

/// Encrypts a picture or file under a key that is made for it alone.
pub fn seal_blob(key: &[u8; 32], plain: &[u8]) -> Vec<u8> {
    // fails only for what does not fit memory
    XSalsa20Poly1305::new(key.into())
        .encrypt(&nonce(), plain)
        .unwrap_or_default()
}

/// Decrypts it; none when it was changed or the key is another one's.
pub fn open_blob(key: &[u8; 32], sealed: &[u8]) -> Option<Vec<u8>> {
    XSalsa20Poly1305::new(key.into()).decrypt(&nonce(), sealed).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_encrypted_as_apps_do_it() {
        // gateway-vectors.json, profile-or-group-picture-blob
        let mut key = [0; 32];
        let digits = "bed3e6b22f8859c49406f8b88dcb12aff4c99a4f76a0a7585c343e8bc7b8fb82";
        hex::decode_to_slice(digits, &mut key).unwrap();
        let plain = hex::decode("ffd8ffe0207468756d626e61696c").unwrap();
        let sealed = seal_blob(&key, &plain);
        assert_eq!(
            hex::encode(&sealed),
            "f1565f7ea85a860ea4f3f6bfdd5ae1309f0da47a074e8a39909f3ba9d1c7"
        );
        assert_eq!(open_blob(&key, &sealed), Some(plain));
        assert_eq!(open_blob(&[0; 32], &sealed), None);
        assert_eq!(open_blob(&key, &sealed[..10]), None);
    }
}
