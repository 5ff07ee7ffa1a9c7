//! Finding bytes in whatever form somebody could have written them.
use base64::{
    Engine,
    prelude::{BASE64_STANDARD_NO_PAD, BASE64_URL_SAFE_NO_PAD},
};
use std::collections::HashMap;

/// What must not be found, and what it is.
pub struct Secrets(pub Vec<(String, Vec<u8>)>);

impl Secrets {
    pub fn add(&mut self, name: &str, bytes: impl AsRef<[u8]>) {
        assert!(bytes.as_ref().len() >= 12, "{name} is long enough to be found");
        self.0.push((name.to_owned(), bytes.as_ref().to_vec()));
    }
}

/// Every form in which somebody could have written bytes.
pub fn forms(bytes: &[u8]) -> Vec<Vec<u8>> {
    let numbers = |between: &str| {
        let all: Vec<String> = bytes.iter().map(u8::to_string).collect();
        all.join(between).into_bytes()
    };
    let mut forms = vec![
        bytes.to_vec(),
        hex::encode(bytes).into_bytes(),
        hex::encode_upper(bytes).into_bytes(),
        // a debug print, and JSON
        numbers(", "),
        numbers(","),
    ];
    // base64 looks different by what stands before and after: the whole triples in the middle do not
    for skip in 0..3 {
        let whole = (bytes.len() - skip) / 3 * 3;
        let middle = &bytes[skip..skip + whole];
        forms.push(BASE64_STANDARD_NO_PAD.encode(middle).into_bytes());
        forms.push(BASE64_URL_SAFE_NO_PAD.encode(middle).into_bytes());
    }
    forms
}

/// Looks for all forms of all secrets at once.
pub struct Scan {
    by_start: HashMap<[u8; 8], Vec<(String, Vec<u8>)>>,
    starts: Vec<bool>,
}

impl Scan {
    pub fn new(secrets: &Secrets) -> Self {
        let mut by_start: HashMap<[u8; 8], Vec<_>> = HashMap::new();
        let mut starts = vec![false; 1 << 16];
        for (name, bytes) in &secrets.0 {
            for form in forms(bytes) {
                let start: [u8; 8] = form[..8].try_into().unwrap();
                starts[usize::from(u16::from_le_bytes([start[0], start[1]]))] = true;
                by_start.entry(start).or_default().push((name.clone(), form));
            }
        }
        Self { by_start, starts }
    }

    pub fn find(&self, bytes: &[u8]) -> Vec<String> {
        let mut found = Vec::new();
        for (at, start) in bytes.windows(8).enumerate() {
            if !self.starts[usize::from(u16::from_le_bytes([start[0], start[1]]))] {
                continue;
            }
            let start: &[u8; 8] = start.try_into().unwrap();
            for (name, form) in self.by_start.get(start).into_iter().flatten() {
                if bytes[at..].starts_with(form) && !found.contains(name) {
                    found.push(name.clone());
                }
            }
        }
        found
    }

    pub fn assert_clean(&self, what: &str, bytes: &[u8]) {
        assert!(!bytes.is_empty(), "{what} is looked at");
        let found = self.find(bytes);
        assert!(found.is_empty(), "{what} holds {found:?}");
    }
}
