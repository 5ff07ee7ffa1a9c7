//! What the operator does beside the running server. Standard output carries only the result.
use super::audit;
use crate::{
    boot::{self, Sentence},
    config::Config,
};
use app::{
    features::{
        api_keys::{model::KEY_RIGHTS, server as api_keys},
        audit::server::Who,
        auth::model::Rules,
        auth::server::{
            AdministratorInput, check_new_password, create_administrator, find_or_create_organisation,
            operator, operators_remove_second_factor, operators_reset_link, organisation_by_name, rules,
        },
        identities::{model::NewIdentity, server as identities},
    },
    kernel::{AppError, ErrorCode, Lang, permission::Right, rights::RightSet, server::Ctx, validate::Check},
};
use clap::Subcommand;
use std::{
    io::Read,
    path::{Path, PathBuf},
};

/// Calls of the operator.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// Administrators
    #[command(subcommand)]
    Admin(Admin),
    /// Broadcast IDs
    #[command(subcommand)]
    Identity(Identity),
    /// Keys of the REST API
    #[command(subcommand)]
    ApiKey(ApiKey),
    /// The audit log
    #[command(subcommand)]
    Audit(audit::Audit),
}

/// Broadcast IDs
#[derive(Subcommand, Debug)]
pub enum Identity {
    /// Make a Broadcast ID; prints {"uid","threemaId","publicKey"}
    #[command(
        after_help = "Examples:\n  fanfare identity create --organisation 'Stadt Aarental' --nickname Aarental --plan o500\n  fanfare identity create --organisation 'Stadt Aarental' --threema-id '*AARENTL' --gateway-secret-file secret.txt --private-key-file key.txt"
    )]
    Create {
        /// The organisation's name
        #[arg(long)]
        organisation: String,
        /// * and 7 of A-Z0-9; without it a free one is taken (local gateway)
        #[arg(long)]
        threema_id: Option<String>,
        /// The name that recipients see
        #[arg(long, default_value = "")]
        nickname: String,
        /// o15, o50, o100, o500, o1000, unlimited or custom:NUMBER
        #[arg(long, default_value = "unlimited")]
        plan: String,
        /// Two letters: the language of recipients who have none
        #[arg(long, default_value = "en")]
        default_language: String,
        /// File with the secret of the account at a real gateway
        #[arg(long)]
        gateway_secret_file: Option<PathBuf>,
        /// File with the private key, 64 hexadecimal digits, for a real gateway
        #[arg(long)]
        private_key_file: Option<PathBuf>,
    },
}

/// Keys of the REST API
#[derive(Subcommand, Debug)]
pub enum ApiKey {
    /// Make a key for an administrator; prints the key, and nothing else, once
    #[command(
        after_help = "Examples:\n  fanfare api-key create --email lea@example.org --name 'Website' --allow-ip 192.0.2.0/24\n  fanfare api-key create --email lea@example.org --name 'Sirens' --right send --right lists --expires 2026-12-31"
    )]
    Create {
        /// The administrator's e-mail
        #[arg(long)]
        email: String,
        /// What the key is for
        #[arg(long)]
        name: String,
        /// A network it may be used from; can be given several times
        #[arg(long)]
        allow_ip: Vec<String>,
        /// Only this right of the administrator's; can be given several times. Without it: all of them
        #[arg(long = "right", value_name = "RIGHT", value_parser = key_right)]
        rights: Vec<Right>,
        /// The last day on which it works (UTC), for example 2026-12-31
        #[arg(long, value_name = "DATE")]
        expires: Option<String>,
    },
}

/// A right by its code, among those that open something in the REST API.
fn key_right(code: &str) -> Result<Right, String> {
    let found = KEY_RIGHTS.into_iter().find(|right| right.code() == code);
    found.ok_or_else(|| format!("one of {}", KEY_RIGHTS.map(Right::code).join(", ")))
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
    /// Print a link by which an administrator sets a new password; it works once, for 30 minutes
    #[command(after_help = "Example:\n  fanfare admin reset-link --email lea@example.org")]
    ResetLink {
        /// The administrator's e-mail
        #[arg(long)]
        email: String,
    },
    /// Remove the second factor of an administrator who has lost it and the backup codes
    #[command(after_help = "Example:\n  fanfare admin remove-second-factor --email lea@example.org")]
    RemoveSecondFactor {
        /// The administrator's e-mail
        #[arg(long)]
        email: String,
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
        Command::Admin(Admin::ResetLink { email }) => {
            let link = operators_reset_link(&ctx, &email)
                .await
                .map_err(|error| match error.code {
                    ErrorCode::NotFound => format!("there is no administrator with the e-mail {email}"),
                    _ => sentence(error),
                })?;
            println!("{}", link.url);
            Ok(())
        }
        Command::Admin(Admin::RemoveSecondFactor { email }) => operators_remove_second_factor(&ctx, &email)
            .await
            .map_err(|error| match error.code {
                ErrorCode::NotFound => {
                    format!("there is no administrator with the e-mail {email}, or none with a second factor")
                }
                _ => sentence(error),
            }),
        Command::Identity(create) => identity_create(&ctx, create).await,
        Command::Audit(command) => audit::run(&ctx, command).await,
        Command::ApiKey(ApiKey::Create {
            email,
            name,
            allow_ip,
            rights,
            expires,
        }) => {
            let wanted = api_keys::Wanted {
                name: &name,
                networks: &allow_ip,
                expires: expires.as_deref(),
                rights: (!rights.is_empty()).then(|| RightSet::of(&rights)),
            };
            let made = api_keys::create_narrowed(&ctx, &email, wanted).await;
            println!("{}", made.map_err(sentence)?);
            Ok(())
        }
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
    check.done().map_err(sentence)?;
    let done = async {
        let present = organisation_by_name(ctx, &organisation).await?;
        let rules = match present {
            Some(present) => rules(ctx, present.id).await?,
            None => Rules::default(),
        };
        check_new_password(&rules, None, "password", &password)?;
        let input = AdministratorInput::new(name, email, &password, Lang::En).await?;
        let tx = ctx.db.begin().await?;
        let organisation = find_or_create_organisation(ctx, &tx, &organisation).await?;
        let who = Who::operator(organisation.id);
        create_administrator(ctx, &tx, &who, input).await?;
        tx.commit().await
    };
    done.await.map_err(sentence)
}

fn secret_file(path: Option<&Path>) -> Result<String, Sentence> {
    let Some(path) = path else {
        return Ok(String::new());
    };
    let text =
        std::fs::read_to_string(path).map_err(|e| format!("{} cannot be read: {e}", path.display()))?;
    Ok(text.trim().to_owned())
}

async fn identity_create(ctx: &Ctx, create: Identity) -> Result<(), Sentence> {
    let Identity::Create {
        organisation,
        threema_id,
        nickname,
        plan,
        default_language,
        gateway_secret_file,
        private_key_file,
    } = create;
    let found = organisation_by_name(ctx, &organisation).await.map_err(sentence)?;
    let found = found.ok_or_else(|| {
        format!("there is no organisation called {organisation}: make it with 'fanfare admin create'")
    })?;
    let input = NewIdentity {
        threema_id: threema_id.unwrap_or_default(),
        nickname,
        plan,
        default_language,
        gateway_secret: secret_file(gateway_secret_file.as_deref())?,
        private_key: secret_file(private_key_file.as_deref())?,
    };
    let made = identities::create(ctx.clone(), operator(found.id), input)
        .await
        .map_err(sentence)?;
    let result =
        serde_json::json!({ "uid": made.uid, "threemaId": made.threema_id, "publicKey": made.public_key });
    println!("{result}");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::{Cli, Command as Call};
    use clap::Parser;

    fn api_key(more: &[&str]) -> Result<ApiKey, clap::Error> {
        let call = [
            "fanfare",
            "api-key",
            "create",
            "--email",
            "lea@example.org",
            "--name",
            "Website",
        ];
        let cli = Cli::try_parse_from(call.iter().chain(more).copied())?;
        match cli.command {
            Call::Operator(Command::ApiKey(key)) => Ok(key),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_key_is_narrowed_by_networks_rights_and_a_last_day() {
        let ApiKey::Create {
            allow_ip,
            rights,
            expires,
            ..
        } = api_key(&[]).unwrap();
        assert_eq!((allow_ip.len(), rights.len(), expires), (0, 0, None));
        let more = "--right send --right lists --expires 2026-12-31 --allow-ip 192.0.2.0/24";
        let more: Vec<&str> = more.split(' ').collect();
        let ApiKey::Create {
            allow_ip,
            rights,
            expires,
            ..
        } = api_key(&more).unwrap();
        assert_eq!(allow_ip, ["192.0.2.0/24"]);
        assert_eq!(rights, [Right::Send, Right::Lists]);
        assert_eq!(expires.as_deref(), Some("2026-12-31"));
        // none of those that open something in the REST API
        for wrong in ["everything", "administrators"] {
            let error = api_key(&["--right", wrong]).unwrap_err();
            assert_eq!(error.exit_code(), 2, "{wrong}");
            assert!(error.to_string().contains("one of see, lists"), "{error}");
        }
        // an empty variable of a script must not make a key that may everything
        assert_eq!(api_key(&["--right", ""]).unwrap_err().exit_code(), 2);
    }
}
