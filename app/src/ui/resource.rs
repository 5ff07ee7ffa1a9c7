//! What a page loads from the server.
use crate::kernel::{AppResult, ErrorCode};
use leptos::{
    prelude::*,
    server::codee::{Decoder, Encoder},
};
use serde::{Serialize, de::DeserializeOwned};
use std::{
    any::Any,
    convert::Infallible,
    future::IntoFuture,
    marker::PhantomData,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
};

/// What was loaded, whatever it is. All that is loaded goes through one type of resource: the browser would carry the
/// whole machinery of resources once for every type.
#[derive(Clone)]
enum Loaded {
    /// As it stands in the document; read as the answers of server functions are.
    Written(Arc<str>),
    /// As it was found.
    Found(Arc<dyn Any + Send + Sync>, Write),
}

/// Writes what was found into the document. Only the server does.
type Write = fn(&(dyn Any + Send + Sync)) -> String;

type Later<T> = Pin<Box<dyn Future<Output = T> + Send>>;

fn write<T: Serialize + 'static>(found: &(dyn Any + Send + Sync)) -> String {
    let found = found.downcast_ref::<AppResult<T>>();
    if cfg!(feature = "ssr") {
        found
            .and_then(|found| serde_json::to_string(found).ok())
            .unwrap_or_default()
    } else {
        String::new()
    }
}

impl Loaded {
    fn found<T: Serialize + Send + Sync + 'static>(found: AppResult<T>) -> Self {
        Self::Found(Arc::new(found), write::<T>)
    }

    fn read<T: Clone + DeserializeOwned + 'static>(&self) -> AppResult<T> {
        let read = match self {
            Self::Written(json) => serde_json::from_slice(json.as_bytes()).ok(),
            Self::Found(found, _) => found.downcast_ref::<AppResult<T>>().cloned(),
        };
        read.unwrap_or_else(|| Err(ErrorCode::Internal.into()))
    }
}

/// JSON in the document.
struct Json;

impl Encoder<Loaded> for Json {
    type Error = Infallible;
    type Encoded = String;

    fn encode(loaded: &Loaded) -> Result<String, Infallible> {
        Ok(match loaded {
            Loaded::Written(json) => json.as_ref().to_owned(),
            Loaded::Found(found, write) => write(found.as_ref()),
        })
    }
}

impl Decoder<Loaded> for Json {
    type Error = Infallible;
    type Encoded = str;

    fn decode(json: &str) -> Result<Loaded, Infallible> {
        Ok(Loaded::Written(json.into()))
    }
}

/// Something that is loaded: `.await` it under `Suspense` or `Transition`.
pub struct Loading<T> {
    core: Resource<Loaded, Json>,
    of: PhantomData<fn() -> T>,
}

impl<T> Clone for Loading<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Loading<T> {}

impl<T: Clone + DeserializeOwned + 'static> Loading<T> {
    /// What has come; nothing while it loads for the first time.
    pub fn get(&self) -> Option<AppResult<T>> {
        self.core.get().map(|loaded| loaded.read())
    }
}

impl<T> Loading<T> {
    /// Loads it again.
    pub fn refetch(&self) {
        self.core.refetch();
    }
}

impl<T: Clone + DeserializeOwned + Send + 'static> IntoFuture for Loading<T> {
    type Output = AppResult<T>;
    type IntoFuture = Later<AppResult<T>>;

    fn into_future(self) -> Self::IntoFuture {
        let core = self.core.into_future();
        Box::pin(async move { core.await.read() })
    }
}

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
    // what was asked for last, and a number that stands for it
    let asked = Arc::new(Mutex::new((0_u32, None::<S>)));
    let seen = asked.clone();
    let number = move || {
        let now = Some(source());
        let mut seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.1 != now {
            *seen = (seen.0.wrapping_add(1), now);
        }
        seen.0
    };
    let load = move |_| -> Later<Loaded> {
        let asked = asked.lock().unwrap_or_else(PoisonError::into_inner).1.clone();
        let found = asked.map(&load);
        Box::pin(async move {
            match found {
                Some(found) => Loaded::found(found.await),
                // the source is asked before
                None => std::future::pending().await,
            }
        })
    };
    Loading {
        core: core(Box::new(number), Box::new(load)),
        of: PhantomData,
    }
}

fn core(
    number: Box<dyn Fn() -> u32 + Send + Sync>,
    load: Box<dyn Fn(u32) -> Later<Loaded> + Send + Sync>,
) -> Resource<Loaded, Json> {
    Resource::new_with_options(number, load, false)
}
