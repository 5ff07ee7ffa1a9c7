//! What a page loads from the server.
use crate::kernel::AppResult;
use leptos::{
    prelude::*,
    server::codee::{Decoder, Encoder},
};
use serde::{Serialize, de::DeserializeOwned};

/// JSON, read as the answers of server functions are: with another reader the browser would carry the code for every type
/// twice.
#[derive(Clone, Copy, Debug)]
pub struct Json;

impl<T: Serialize> Encoder<T> for Json {
    type Error = serde_json::Error;
    type Encoded = String;

    fn encode(value: &T) -> Result<String, Self::Error> {
        serde_json::to_string(value)
    }
}

impl<T: DeserializeOwned> Decoder<T> for Json {
    type Error = serde_json::Error;
    type Encoded = str;

    fn decode(value: &str) -> Result<T, Self::Error> {
        serde_json::from_slice(value.as_bytes())
    }
}

/// Something that is loaded.
pub type Loading<T> = Resource<AppResult<T>, Json>;

/// Loads whenever `source` changes; on the server before the page is drawn.
pub fn loading<T, S, F>(
    source: impl Fn() -> S + Send + Sync + 'static,
    load: impl Fn(S) -> F + Send + Sync + 'static,
) -> Loading<T>
where
    T: Send + Sync + Serialize + DeserializeOwned + 'static,
    S: PartialEq + Clone + Send + Sync + 'static,
    F: Future<Output = AppResult<T>> + Send + 'static,
{
    Resource::new_with_options(source, load, false)
}
