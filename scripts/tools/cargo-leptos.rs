//! cargo-leptos as it is published, but for what `unused/` stands in for.

use cargo_leptos::config::Cli;
use clap::Parser;

#[tokio::main]
async fn main() -> color_eyre::Result<()> {
    color_eyre::install()?;
    // called by cargo, the name of the command comes first
    let called_by_cargo = std::env::args().nth(1).is_some_and(|first| first == "leptos");
    let cli = Cli::parse_from(std::env::args().skip(called_by_cargo.into()));
    cargo_leptos::logger::setup(cli.opts().map_or(0, |opts| opts.verbose), &cli.log);
    cargo_leptos::run(cli).await
}
