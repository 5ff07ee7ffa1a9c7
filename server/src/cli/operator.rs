//! What the operator does beside the running server. Standard output carries only the result.
use crate::{
    boot::{self, Sentence},
    config::Config,
};
use app::{
    features::{
        audit::server::{ActorKind, Who},
        auth::server::{AdministratorInput, create_administrator, find_or_create_organisation},
    },
    kernel::{AppError, Lang, server::Ctx, validate::Check},
};
use clap::Subcommand;
use std::io::Read;

/// Calls of the operator.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// Administrators
    #[command(subcommand)]
    Admin(Admin),
}

/// Administrators
#[derive(Subcommand, Debug)]
pub enum Admin {
    /// Make an administrator with full access; the password comes on standard input
    #[command(
        after_help = "Example:\n  echo 'correct horse battery' | fanfare admin create --organisation 'Stadt Aarental' --email lea@example.org --name 'Lea Brunner'"
    )]
    Create {
        /// The organisation's name; it is made if it is new
        #[arg(long)]
        organisation: String,
        /// E-mail, for signing in
        #[arg(long)]
        email: String,
        /// The administrator's name
        #[arg(long)]
        name: String,
    },
}

/// Does what the operator asks for.
pub async fn run(config: &Config, command: Command) -> Result<(), Sentence> {
    let ctx = boot::context(config).await?;
    match command {
        Command::Admin(Admin::Create {
            organisation,
            email,
            name,
        }) => admin_create(&ctx, &organisation, &email, &name).await,
    }
}

/// An error as one English sentence, with the fields it concerns.
pub fn sentence(error: AppError) -> Sentence {
    let fields: Vec<_> = error
        .fields
        .iter()
        .map(|f| format!("{}: {}", f.field, f.problem.text(Lang::En)))
        .collect();
    if fields.is_empty() {
        error.text(Lang::En)
    } else {
        fields.join(" ")
    }
}

fn password() -> Result<String, Sentence> {
    let mut text = String::new();
    std::io::stdin()
        .read_to_string(&mut text)
        .map_err(|e| format!("no password on standard input: {e}"))?;
    let end = text.strip_suffix('\n').map(|t| t.strip_suffix('\r').unwrap_or(t));
    Ok(end.map(str::to_owned).unwrap_or(text))
}

async fn admin_create(ctx: &Ctx, organisation: &str, email: &str, name: &str) -> Result<(), Sentence> {
    let password = password()?;
    let mut check = Check::new();
    let organisation = check.text("organisation", organisation, 200);
    let name = check.text("name", name, 200);
    let email = check.email("email", email);
    check.new_password("password", &password);
    check.done().map_err(sentence)?;
    let done = async {
        let input = AdministratorInput::new(name, email, &password, Lang::En).await?;
        let tx = ctx.db.begin().await?;
        let organisation = find_or_create_organisation(ctx, &tx, &organisation).await?;
        let who = Who {
            organisation_id: organisation.id,
            kind: ActorKind::Operator,
            administrator_id: None,
            address: None,
        };
        create_administrator(ctx, &tx, &who, input).await?;
        tx.commit().await
    };
    done.await.map_err(sentence)
}
