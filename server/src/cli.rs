//! The command line.
use crate::{boot::Sentence, config::Config, serve};
use clap::{CommandFactory, FromArgMatches, Parser, Subcommand, error::ErrorKind};
use std::process::ExitCode;
use tracing_subscriber::EnvFilter;

mod audit;
mod backup;
mod demo;
mod keys;
mod operator;

/// Self-hosted cockpit for top-down communication over Threema
#[derive(Parser)]
#[command(name = "fanfare", version, arg_required_else_help = true)]
struct Cli {
    #[command(flatten)]
    config: Config,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand, Debug)]
enum Command {
    /// Cockpit, REST API, callbacks, jobs, fan-out, and the local gateway unless it is switched off
    #[command(
        after_help = "Examples:\n  fanfare serve\n  FANFARE_DATABASE_URL=postgres://fanfare@localhost/fanfare fanfare serve --listen 127.0.0.1:8080"
    )]
    Serve,
    /// Fan-out and jobs only, for more machines on the same PostgreSQL
    #[command(
        after_help = "Example:\n  FANFARE_DATABASE_URL=postgres://fanfare@db.internal/fanfare fanfare worker"
    )]
    Worker,
    /// Only the local gateway
    #[command(
        after_help = "Example:\n  fanfare gateway --local-gateway-listen 127.0.0.1:3001 --data-dir ./gateway-data"
    )]
    Gateway,
    /// Bring the database schema up to date (serve does so too)
    #[command(after_help = "Example:\n  fanfare migrate")]
    Migrate,
    /// Print the OpenAPI document of the REST API
    #[command(after_help = "Example:\n  fanfare openapi > openapi.json")]
    Openapi,
    /// Fill a demo organisation through the running local gateway; prints its login
    #[command(after_help = "Example, beside a running 'fanfare serve':\n  fanfare demo")]
    Demo,
    /// Keys at rest
    #[command(subcommand)]
    Keys(keys::Command),
    /// Write everything, the master key included, into one encrypted file, beside a running server
    #[command(
        after_help = "Examples:\n  fanfare backup --to fanfare.backup --recipient age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p\n  fanfare backup --to fanfare.backup --passphrase-file passphrase.txt"
    )]
    Backup(backup::Backup),
    /// Restore a backup into an empty data folder and an empty database; sending starts paused
    #[command(
        after_help = "Examples:\n  fanfare restore --from fanfare.backup --identity-file key.txt --data-dir ./restored\n  FANFARE_DATABASE_URL=postgres://fanfare@localhost/empty fanfare restore --from fanfare.backup --passphrase-file passphrase.txt"
    )]
    Restore(backup::Restore),
    #[command(flatten)]
    Operator(operator::Command),
}

/// Reads the command line, does what it says and answers the exit code: 0, 1 failure, 2 wrong usage.
pub fn main() -> ExitCode {
    let cli = match parse() {
        Ok(cli) => cli,
        Err(code) => return code,
    };
    let done = logging(&cli.config).and_then(|()| {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
        runtime
            .map_err(|e| format!("no threads: {e}"))?
            // in a box: the whole program would be compiled into each way of waiting for it
            .block_on(Box::pin(run(cli)))
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(sentence) => {
            eprintln!("fanfare: {sentence}");
            ExitCode::FAILURE
        }
    }
}

fn parse() -> Result<Cli, ExitCode> {
    let command = Cli::command();
    let known: Vec<String> = command
        .get_arguments()
        .filter_map(|a| a.get_env().and_then(|e| e.to_str()).map(str::to_owned))
        .collect();
    let parsed = command.try_get_matches().and_then(|m| Cli::from_arg_matches(&m));
    let cli = parsed.map_err(|error| {
        let help = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
        // nothing can be done about a closed terminal
        let _ = error.print();
        ExitCode::from(if help { 0 } else { 2 })
    })?;
    match cli.config.check(&known) {
        Ok(()) => Ok(cli),
        Err(sentence) => {
            eprintln!("fanfare: {sentence}");
            Err(ExitCode::FAILURE)
        }
    }
}

fn logging(config: &Config) -> Result<(), Sentence> {
    let filter =
        EnvFilter::try_new(&config.log).map_err(|e| format!("FANFARE_LOG is not a log filter: {e}"))?;
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    let set = match config.log_format.as_str() {
        "json" => lines.json().try_init(),
        _ => lines.try_init(),
    };
    set.map_err(|e| format!("no log: {e}"))
}

async fn run(cli: Cli) -> Result<(), Sentence> {
    let config = &cli.config;
    match cli.command {
        Command::Serve => serve::serve(config).await,
        Command::Worker => serve::work(config).await,
        Command::Gateway => serve::gateway(config).await,
        Command::Migrate => crate::boot::context(config).await.map(|_| ()),
        Command::Openapi => {
            print!("{}", crate::rest::document_json());
            Ok(())
        }
        Command::Demo => demo::run(config).await,
        Command::Keys(command) => keys::run(config, command).await,
        Command::Backup(call) => backup::backup(config, call).await,
        Command::Restore(call) => backup::restore(config, call).await,
        Command::Operator(command) => operator::run(config, command).await,
    }
}
