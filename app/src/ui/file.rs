//! Files in the browser: reading one that was chosen, offering one that was made.
#[cfg(feature = "hydrate")]
mod browser {
    use js_sys::{Array, Promise};
    use leptos::prelude::document;
    use wasm_bindgen::JsCast;
    use wasm_bindgen_futures::JsFuture;
    use web_sys::{Blob, BlobPropertyBag, File, FileReader, HtmlAnchorElement, HtmlInputElement, Url};

    /// A file that was chosen.
    pub struct Chosen(File);

    impl Chosen {
        /// The file in a field for files.
        pub fn of(input: &HtmlInputElement) -> Option<Self> {
            input.files()?.get(0).map(Self)
        }

        /// Bytes
        pub fn size(&self) -> f64 {
            self.0.size()
        }

        /// Its content in base64; none when it cannot be read.
        pub async fn read(self) -> Option<String> {
            let reader = FileReader::new().ok()?;
            let loaded = Promise::new(&mut |done, _| reader.set_onloadend(Some(&done)));
            reader.read_as_data_url(&self.0).ok()?;
            JsFuture::from(loaded).await.ok()?;
            let url = reader.result().ok()?.as_string()?;
            // an empty file has no comma
            Some(
                url.split_once(',')
                    .map(|(_, content)| content.to_owned())
                    .unwrap_or_default(),
            )
        }
    }

    /// Saves a text as a file, as if a link had been followed.
    pub fn save(name: &str, kind: &str, text: &str) -> Option<()> {
        let options = BlobPropertyBag::new();
        options.set_type(kind);
        let blob = Blob::new_with_str_sequence_and_options(&Array::of1(&text.into()), &options).ok()?;
        let url = Url::create_object_url_with_blob(&blob).ok()?;
        let link = document()
            .create_element("a")
            .ok()?
            .dyn_into::<HtmlAnchorElement>()
            .ok()?;
        link.set_href(&url);
        link.set_download(name);
        link.click();
        Url::revoke_object_url(&url).ok()
    }

    /// Saves a picture, in base64, as a file.
    pub fn save_png(name: &str, base64: &str) -> Option<()> {
        let link = document()
            .create_element("a")
            .ok()?
            .dyn_into::<HtmlAnchorElement>()
            .ok()?;
        link.set_href(&format!("data:image/png;base64,{base64}"));
        link.set_download(name);
        link.click();
        Some(())
    }
}

/// On the server nobody chooses or saves a file.
#[cfg(not(feature = "hydrate"))]
mod browser {
    use leptos::web_sys::HtmlInputElement;

    /// Nothing is ever chosen.
    pub enum Chosen {}

    impl Chosen {
        /// None
        pub const fn of(_input: &HtmlInputElement) -> Option<Self> {
            None
        }

        /// Never called
        pub const fn size(&self) -> f64 {
            match *self {}
        }

        /// Never called
        pub async fn read(self) -> Option<String> {
            match self {}
        }
    }

    /// Never called
    pub const fn save(_name: &str, _kind: &str, _text: &str) -> Option<()> {
        None
    }

    /// Never called
    pub const fn save_png(_name: &str, _base64: &str) -> Option<()> {
        None
    }
}

pub use browser::{Chosen, save, save_png};
