//! Pages of feeds.
