//! A software authenticator: a real P-256 key that makes real attestations and assertions, which a test may tamper with
//! before they are signed.
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD as BASE64};
use p256::ecdsa::{Signature, SigningKey, signature::Signer};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

pub const ORIGIN: &str = "http://localhost:3000";
pub const PRESENT: u8 = 0x01;
pub const VERIFIED: u8 = 0x04;
pub const BACKUP_ELIGIBLE: u8 = 0x08;
pub const BACKED_UP: u8 = 0x10;
const ATTESTED: u8 = 0x40;

pub struct Authenticator {
    key: SigningKey,
    pub credential_id: Vec<u8>,
    pub user_handle: Vec<u8>,
    pub counter: u32,
}

/// What an assertion will say.
pub struct Assertion {
    pub kind: &'static str,
    pub challenge: String,
    pub origin: &'static str,
    pub cross_origin: bool,
    pub rp_id: &'static str,
    pub flags: u8,
    pub counter: u32,
    pub credential_id: Vec<u8>,
    pub user_handle: Option<Vec<u8>>,
    pub outer_type: &'static str,
    pub break_signature: bool,
    pub cut: usize,
}

fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).unwrap();
    bytes
}

pub fn challenge(options: &Value) -> String {
    options["publicKey"]["challenge"].as_str().unwrap().to_owned()
}

fn authenticator_data(rp_id: &str, flags: u8, counter: u32) -> Vec<u8> {
    let mut data = Sha256::digest(rp_id).to_vec();
    data.push(flags);
    data.extend(counter.to_be_bytes());
    data
}

impl Authenticator {
    /// A new key for the user of the registration's options.
    pub fn new(options: &Value) -> Self {
        let handle = options["publicKey"]["user"]["id"].as_str().unwrap();
        Self {
            key: SigningKey::from_slice(&random::<32>()).unwrap(),
            credential_id: random::<32>().to_vec(),
            user_handle: BASE64.decode(handle).unwrap(),
            counter: 1,
        }
    }

    /// The answer to a registration; `discoverable` is what the browser says about it.
    pub fn create(&self, options: &Value, flags: u8, discoverable: Option<bool>) -> Value {
        let client = json!({ "type": "webauthn.create", "challenge": challenge(options), "origin": ORIGIN, "crossOrigin": false });
        let point = self.key.verifying_key().to_sec1_point(false);
        let (x, y) = (point.x().unwrap(), point.y().unwrap());
        let mut data = authenticator_data("localhost", flags | ATTESTED, self.counter);
        data.extend([0; 16]);
        data.extend((self.credential_id.len() as u16).to_be_bytes());
        data.extend(&self.credential_id);
        // the public key in COSE: {1: 2, 3: -7, -1: 1, -2: x, -3: y}
        data.extend([0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20]);
        data.extend(x.iter());
        data.extend([0x22, 0x58, 0x20]);
        data.extend(y.iter());
        // {"fmt": "none", "attStmt": {}, "authData": data}
        let mut object = b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x58".to_vec();
        object.push(u8::try_from(data.len()).unwrap());
        object.extend(data);
        let extensions = discoverable.map_or_else(|| json!({}), |rk| json!({ "credProps": { "rk": rk } }));
        json!({
            "id": BASE64.encode(&self.credential_id),
            "rawId": BASE64.encode(&self.credential_id),
            "type": "public-key",
            "response": {
                "clientDataJSON": BASE64.encode(client.to_string()),
                "attestationObject": BASE64.encode(object),
            },
            "clientExtensionResults": extensions,
        })
    }

    /// An honest assertion; the counter goes on.
    pub fn assertion(&mut self, options: &Value) -> Assertion {
        self.counter += 1;
        Assertion {
            kind: "webauthn.get",
            challenge: challenge(options),
            origin: ORIGIN,
            cross_origin: false,
            rp_id: "localhost",
            flags: PRESENT | VERIFIED,
            counter: self.counter,
            credential_id: self.credential_id.clone(),
            user_handle: Some(self.user_handle.clone()),
            outer_type: "public-key",
            break_signature: false,
            cut: 0,
        }
    }

    /// Signs what the assertion says.
    pub fn sign(&self, said: &Assertion) -> String {
        let client = json!({
            "type": said.kind, "challenge": said.challenge, "origin": said.origin, "crossOrigin": said.cross_origin,
        })
        .to_string();
        let mut data = authenticator_data(said.rp_id, said.flags, said.counter);
        data.truncate(data.len() - said.cut);
        let signed = [data.as_slice(), Sha256::digest(&client).as_slice()].concat();
        let signature: Signature = self.key.sign(&signed);
        let mut signature = signature.to_der().as_bytes().to_vec();
        if said.break_signature {
            *signature.last_mut().unwrap() ^= 1;
        }
        json!({
            "id": BASE64.encode(&said.credential_id),
            "rawId": BASE64.encode(&said.credential_id),
            "type": said.outer_type,
            "response": {
                "clientDataJSON": BASE64.encode(client),
                "authenticatorData": BASE64.encode(data),
                "signature": BASE64.encode(signature),
                "userHandle": said.user_handle.as_ref().map(|h| BASE64.encode(h)),
            },
            "clientExtensionResults": {},
        })
        .to_string()
    }
}
