//! Stands in for swc, with which cargo-leptos makes JavaScript smaller: `js-minify` is off.

use std::sync::Arc;
use swc_common::{SourceFile, SourceMap};

pub struct Compiler;

impl Compiler {
    pub fn new(_: Arc<SourceMap>) -> Self {
        Self
    }

    pub fn minify(
        &self,
        _: Arc<SourceFile>,
        _: &Handler,
        _: &config::JsMinifyOptions,
        _: JsMinifyExtras,
    ) -> anyhow::Result<TransformOutput> {
        anyhow::bail!("this cargo-leptos can't make JavaScript smaller: call it with --js-minify=false")
    }
}

pub struct TransformOutput {
    pub code: String,
}

pub struct Handler;

#[derive(Default)]
pub struct HandlerOpts;

#[derive(Default)]
pub struct JsMinifyExtras;

#[derive(Default)]
pub struct BoolOrDataConfig;

impl BoolOrDataConfig {
    pub fn from_bool(_: bool) -> Self {
        Self
    }
}

pub struct Failed(anyhow::Error);

impl Failed {
    pub fn to_pretty_error(self) -> anyhow::Error {
        self.0
    }
}

pub fn try_with_handler<T>(
    _: Arc<SourceMap>,
    _: HandlerOpts,
    act: impl FnOnce(&Handler) -> anyhow::Result<T>,
) -> Result<T, Failed> {
    act(&Handler).map_err(Failed)
}

pub mod config {
    use super::BoolOrDataConfig;

    #[derive(Default)]
    pub enum IsModule {
        #[default]
        Unknown,
        Bool(bool),
    }

    #[derive(Default)]
    pub struct JsMinifyOptions {
        pub compress: BoolOrDataConfig,
        pub mangle: BoolOrDataConfig,
        pub module: IsModule,
        pub keep_classnames: bool,
    }
}
