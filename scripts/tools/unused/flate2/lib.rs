//! Stands in for flate2, with which cargo-leptos unpacks tools that it has downloaded: it downloads none.

pub mod read {
    use std::marker::PhantomData;

    pub struct GzDecoder<R>(PhantomData<R>);

    impl<R> GzDecoder<R> {
        pub fn new(_: R) -> Self {
            Self(PhantomData)
        }
    }
}
