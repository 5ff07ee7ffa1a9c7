//! wasm-bindgen's library behind the part of its command line that cargo-leptos uses. The published program comes with a
//! web server and a client for tests in browsers.

use clap::Parser;
use std::path::PathBuf;
use wasm_bindgen_cli_support::Bindgen;

#[derive(Parser)]
struct Args {
    input: PathBuf,
    #[arg(long)]
    out_dir: PathBuf,
    #[arg(long)]
    out_name: String,
    /// only for pages
    #[arg(long, value_parser = ["web"])]
    target: String,
    #[arg(long)]
    keep_lld_exports: bool,
    #[arg(long)]
    no_demangle: bool,
    #[arg(long)]
    debug: bool,
    #[arg(long)]
    keep_debug: bool,
}

fn main() -> anyhow::Result<()> {
    let args = Args::parse();
    Bindgen::new()
        .web(true)?
        .input_path(&args.input)
        .out_name(&args.out_name)
        .typescript(false)
        .keep_lld_exports(args.keep_lld_exports)
        .demangle(!args.no_demangle)
        .debug(args.debug)
        .keep_debug(args.keep_debug)
        .generate(&args.out_dir)
}
