//! `fanfare audit`: is the log what was written?
use crate::boot::Sentence;
use app::{
    features::audit::{
        model::{Broken, Chain},
        server::verify_all,
    },
    kernel::{Lang, i18n::plural, server::Ctx},
};
use clap::Subcommand;

/// The audit log
#[derive(Subcommand, Debug)]
pub enum Audit {
    /// Check the chain of the audit log: exit 0 when it is unbroken, 1 naming the first broken entry
    #[command(
        after_help = "Examples:\n  fanfare audit verify\n  fanfare audit verify --head 3f9c…\n\nThe log is chained per organisation, and the end of each chain is sealed. Note the printed heads\nelsewhere: with --head a later check also tells whether that entry is still there, even if somebody\nhas put an older state of the whole database back."
    )]
    Verify {
        /// The head of an earlier check, 64 hexadecimal digits, that must still be in the log; can be given several times
        #[arg(long, value_name = "HASH")]
        head: Vec<String>,
    },
}

/// Does it.
pub async fn run(ctx: &Ctx, command: Audit) -> Result<(), Sentence> {
    let Audit::Verify { head } = command;
    let heads: Vec<String> = head.iter().map(|h| h.trim().to_lowercase()).collect();
    let (checked, missing) = verify_all(ctx, &heads).await.map_err(super::operator::sentence)?;
    let mut broken = Vec::new();
    for one in &checked {
        match &one.chain.broken {
            None => println!("{}: {}", one.organisation, unbroken(&one.chain)),
            Some(what) => broken.push(format!("{}: {}", one.organisation, words(what))),
        }
    }
    broken.extend(
        missing
            .iter()
            .map(|h| format!("no entry has the hash {h}: entries after an earlier check are gone.")),
    );
    match broken.is_empty() {
        true => {
            println!("The audit log is unbroken.");
            Ok(())
        }
        false => Err(format!("the audit log is broken: {}", broken.join(" "))),
    }
}

fn unbroken(chain: &Chain) -> String {
    let n = chain.entries;
    let entries = plural(n, "entry", "entries");
    match n {
        0 => "no entries".to_owned(),
        _ => format!(
            "{n} {entries}, {} addresses erased, head {}",
            chain.erased, chain.head
        ),
    }
}

fn words(broken: &Broken) -> String {
    broken.words(Lang::En).replace('\u{a0}', "")
}
