//! The browser's side of passkeys: `navigator.credentials`, with bytes as base64url on our side.
use crate::features::auth::text::factors as text;
use crate::kernel::Lang;

/// Why the browser gave no passkey.
#[cfg_attr(
    not(feature = "hydrate"),
    expect(dead_code, reason = "only a browser has these troubles")
)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// The person closed the question, or it took too long.
    Cancelled,
    /// We took the question back.
    Aborted,
    /// The authenticator has a passkey already.
    Known,
    /// The authenticator cannot do what we ask for.
    Unsuitable,
    /// No WebAuthn, or something unheard of.
    Other,
}

impl Trouble {
    /// The sentence for people.
    pub const fn text(self, lang: Lang) -> &'static str {
        match self {
            Self::Cancelled | Self::Aborted => text::cancelled(lang),
            Self::Known => text::already_there(lang),
            Self::Unsuitable => text::unsuitable(lang),
            Self::Other => text::no_webauthn(lang),
        }
    }
}

#[cfg(feature = "hydrate")]
pub use browser::{Abort, autofill_supported, create, get, supported};

#[cfg(feature = "hydrate")]
mod browser {
    use super::Trouble;
    use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
    use js_sys::{Array, Function, JSON, Promise, Reflect, Uint8Array};
    use leptos::prelude::window;
    use serde_json::{Value, json};
    use wasm_bindgen::{JsCast, JsValue};
    use wasm_bindgen_futures::JsFuture;
    use web_sys::AbortController;

    /// Takes a question back.
    #[derive(Clone)]
    pub struct Abort(AbortController);

    impl Abort {
        /// A new one; none in a browser without it.
        pub fn new() -> Option<Self> {
            AbortController::new().ok().map(Self)
        }

        /// Takes the question back.
        pub fn abort(&self) {
            self.0.abort();
        }
    }

    fn field(object: &JsValue, name: &str) -> JsValue {
        Reflect::get(object, &name.into()).unwrap_or(JsValue::UNDEFINED)
    }

    fn set(object: &JsValue, name: &str, value: &JsValue) {
        // fails only for what is no object
        let _ = Reflect::set(object, &name.into(), value);
    }

    /// Turns the base64url text of a field into bytes.
    fn to_bytes(object: &JsValue, name: &str) {
        let bytes = field(object, name)
            .as_string()
            .and_then(|text| BASE64_URL_SAFE_NO_PAD.decode(text).ok());
        if let Some(bytes) = bytes {
            set(object, name, &Uint8Array::from(bytes.as_slice()));
        }
    }

    /// The same for the ID of every credential in a list, if there is one.
    fn ids_to_bytes(list: &JsValue) {
        if Array::is_array(list) {
            for known in Array::from(list).iter() {
                to_bytes(&known, "id");
            }
        }
    }

    /// The bytes of a field as base64url; null where there are none.
    fn of_bytes(object: &JsValue, name: &str) -> Value {
        let buffer = field(object, name);
        if buffer.is_null() || buffer.is_undefined() {
            return Value::Null;
        }
        BASE64_URL_SAFE_NO_PAD
            .encode(Uint8Array::new(&buffer).to_vec())
            .into()
    }

    /// Whether the browser knows WebAuthn at all.
    pub fn supported() -> bool {
        field(&window(), "PublicKeyCredential").is_function()
            && field(&window().navigator(), "credentials").is_object()
    }

    /// Whether passkeys can be offered in the fields.
    pub async fn autofill_supported() -> bool {
        let class = field(&window(), "PublicKeyCredential");
        let Ok(ask) = field(&class, "isConditionalMediationAvailable").dyn_into::<Function>() else {
            return false;
        };
        let Some(promise) = ask.call0(&class).ok().and_then(|p| p.dyn_into::<Promise>().ok()) else {
            return false;
        };
        JsFuture::from(promise)
            .await
            .is_ok_and(|answer| answer.as_bool() == Some(true))
    }

    fn trouble(error: &JsValue) -> Trouble {
        match field(error, "name").as_string().as_deref() {
            Some("NotAllowedError") => Trouble::Cancelled,
            Some("AbortError") => Trouble::Aborted,
            Some("InvalidStateError") => Trouble::Known,
            Some("ConstraintError" | "NotSupportedError") => Trouble::Unsuitable,
            _ => Trouble::Other,
        }
    }

    async fn ask(verb: &str, options: &JsValue) -> Result<JsValue, Trouble> {
        let credentials = field(&window().navigator(), "credentials");
        let function: Function = field(&credentials, verb).dyn_into().map_err(|_| Trouble::Other)?;
        let promise = function
            .call1(&credentials, options)
            .map_err(|error| trouble(&error))?;
        let promise: Promise = promise.dyn_into().map_err(|_| Trouble::Other)?;
        JsFuture::from(promise).await.map_err(|error| trouble(&error))
    }

    fn answer(credential: &JsValue, response: Value) -> String {
        let extensions = field(credential, "getClientExtensionResults")
            .dyn_into::<Function>()
            .ok()
            .and_then(|results| results.call0(credential).ok())
            .unwrap_or(JsValue::UNDEFINED);
        let discoverable = field(&field(&extensions, "credProps"), "rk").as_bool();
        let extensions = discoverable.map_or_else(|| json!({}), |rk| json!({ "credProps": { "rk": rk } }));
        json!({
            "id": of_bytes(credential, "rawId"),
            "rawId": of_bytes(credential, "rawId"),
            "type": field(credential, "type").as_string(),
            "response": response,
            "clientExtensionResults": extensions,
        })
        .to_string()
    }

    /// Has an authenticator make a passkey.
    pub async fn create(options: &str) -> Result<String, Trouble> {
        let options = JSON::parse(options).map_err(|_| Trouble::Other)?;
        let inner = field(&options, "publicKey");
        to_bytes(&inner, "challenge");
        to_bytes(&field(&inner, "user"), "id");
        ids_to_bytes(&field(&inner, "excludeCredentials"));
        let credential = ask("create", &options).await?;
        let response = field(&credential, "response");
        let json = json!({
            "clientDataJSON": of_bytes(&response, "clientDataJSON"),
            "attestationObject": of_bytes(&response, "attestationObject"),
        });
        Ok(answer(&credential, json))
    }

    /// Has an authenticator answer a challenge; `autofill`: when the person chooses a passkey in a field.
    pub async fn get(options: &str, autofill: bool, abort: Option<&Abort>) -> Result<String, Trouble> {
        let options = JSON::parse(options).map_err(|_| Trouble::Other)?;
        let mediation = if autofill { "conditional" } else { "optional" };
        set(&options, "mediation", &mediation.into());
        if let Some(abort) = abort {
            set(&options, "signal", &abort.0.signal());
        }
        let inner = field(&options, "publicKey");
        to_bytes(&inner, "challenge");
        ids_to_bytes(&field(&inner, "allowCredentials"));
        let credential = ask("get", &options).await?;
        let response = field(&credential, "response");
        let json = json!({
            "clientDataJSON": of_bytes(&response, "clientDataJSON"),
            "authenticatorData": of_bytes(&response, "authenticatorData"),
            "signature": of_bytes(&response, "signature"),
            "userHandle": of_bytes(&response, "userHandle"),
        });
        Ok(answer(&credential, json))
    }
}
