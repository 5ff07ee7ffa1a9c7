//! What the operator sets: environment variables `FANFARE_…`, or flags of the same names.
use app::kernel::server::MailSettings;
use clap::Args;
use ipnet::IpNet;
use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
};

/// Every setting; the names are part of the contract with operators (docs/operators.md).
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Settings")]
pub struct Config {
    /// Address of cockpit and API
    #[arg(long, global = true, env = "FANFARE_LISTEN", default_value = "127.0.0.1:3000")]
    pub listen: SocketAddr,
    /// Origin for links, cookies and passkeys
    #[arg(
        long,
        global = true,
        env = "FANFARE_PUBLIC_URL",
        default_value = "http://localhost:3000"
    )]
    pub public_url: String,
    /// Folder of the SQLite file, blobs and the master key
    #[arg(long, global = true, env = "FANFARE_DATA_DIR", default_value = "./data")]
    pub data_dir: PathBuf,
    /// sqlite://PATH or postgres://…  [default: a SQLite file in the data folder]
    #[arg(long, global = true, env = "FANFARE_DATABASE_URL", hide_env_values = true)]
    pub database_url: Option<String>,
    /// File with the 32 bytes of the master key  [default: master.key in the data folder]
    #[arg(long, global = true, env = "FANFARE_MASTER_KEY_FILE")]
    pub master_key_file: Option<PathBuf>,
    /// Address of the gateway  [default: the embedded local gateway]
    #[arg(long, global = true, env = "FANFARE_GATEWAY_URL")]
    pub gateway_url: Option<String>,
    /// Address of the local gateway, or "off"
    #[arg(long, global = true, env = "FANFARE_LOCAL_GATEWAY_LISTEN", default_value = "127.0.0.1:3001", value_parser = listen_or_off)]
    pub local_gateway_listen: ListenOrOff,
    /// Where files are kept: file://PATH or s3://BUCKET/PREFIX  [default: the folder blobs in the data folder]
    #[arg(long, global = true, env = "FANFARE_BLOB_STORE")]
    pub blob_store: Option<String>,
    /// Pause between the four callback attempts of the local gateway
    #[arg(
        long,
        global = true,
        env = "FANFARE_LOCAL_GATEWAY_RETRY_SECONDS",
        default_value_t = 300
    )]
    pub local_gateway_retry_seconds: u32,
    /// Bearer token for /metrics
    #[arg(long, global = true, env = "FANFARE_METRICS_TOKEN", hide_env_values = true)]
    pub metrics_token: Option<String>,
    /// Networks whose forwarded-for header counts, parted by commas
    #[arg(long, global = true, env = "FANFARE_TRUSTED_PROXIES", value_delimiter = ',')]
    pub trusted_proxies: Vec<IpNet>,
    /// Mail server: smtps://NAME:PASSWORD@HOST or smtp://HOST, with ?from=ADDRESS for the sender
    #[arg(long, global = true, env = "FANFARE_SMTP_URL", hide_env_values = true)]
    pub smtp_url: Option<String>,
    /// Link in the foot of the cockpit
    #[arg(long, global = true, env = "FANFARE_SUPPORT_URL")]
    pub support_url: Option<String>,
    /// Link in the foot of the cockpit
    #[arg(long, global = true, env = "FANFARE_TERMS_URL")]
    pub terms_url: Option<String>,
    /// Link in the foot of the cockpit
    #[arg(long, global = true, env = "FANFARE_PRIVACY_URL")]
    pub privacy_url: Option<String>,
    /// Which log lines are shown: error, warn, info, debug, or a filter
    #[arg(long, global = true, env = "FANFARE_LOG", default_value = "info")]
    pub log: String,
    /// text or json
    #[arg(long, global = true, env = "FANFARE_LOG_FORMAT", default_value = "text", value_parser = ["text", "json"])]
    pub log_format: String,
}

/// An address to listen on, or none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ListenOrOff(pub Option<SocketAddr>);

fn listen_or_off(text: &str) -> Result<ListenOrOff, String> {
    if text == "off" {
        return Ok(ListenOrOff(None));
    }
    text.parse()
        .map(|a| ListenOrOff(Some(a)))
        .map_err(|_| "an address like 127.0.0.1:3001, or off".to_owned())
}

const PREFIX: &str = "FANFARE_";
/// Read by scripts and tests, not by the program.
const NOT_OURS: [&str; 2] = ["FANFARE_TEST_POSTGRES_URL", "FANFARE_TARGET_DIR"];

impl Config {
    /// Checks what clap cannot: unknown variables and settings that contradict each other.
    pub fn check(&self, known: &[String]) -> Result<(), String> {
        for (name, _) in std::env::vars_os() {
            let Some(name) = name
                .to_str()
                .filter(|n| n.starts_with(PREFIX) && !NOT_OURS.contains(n))
            else {
                continue;
            };
            if !known.iter().any(|k| k == name) {
                return Err(format!(
                    "the setting {name} is unknown: see 'fanfare serve --help' for all settings"
                ));
            }
        }
        self.check_public_url()?;
        self.mail()?;
        if let Some(url) = &self.database_url
            && !["sqlite://", "postgres://", "postgresql://"]
                .iter()
                .any(|p| url.starts_with(p))
        {
            return Err("FANFARE_DATABASE_URL must start with sqlite:// or postgres://".to_owned());
        }
        if let Some(url) = &self.gateway_url
            && (!(url.starts_with("http://") || url.starts_with("https://")) || host_of(url).is_empty())
        {
            return Err("FANFARE_GATEWAY_URL must be an http:// or https:// address".to_owned());
        }
        if self.gateway_url.is_none() && self.local_gateway_listen.0.is_none() {
            return Err("there is no gateway: set FANFARE_GATEWAY_URL, or let FANFARE_LOCAL_GATEWAY_LISTEN have an address".to_owned());
        }
        if self
            .blob_store
            .as_ref()
            .is_some_and(|b| !b.starts_with("file://") && !b.starts_with("s3://"))
        {
            return Err("FANFARE_BLOB_STORE must start with file:// or s3://".to_owned());
        }
        Ok(())
    }

    fn check_public_url(&self) -> Result<(), String> {
        let url = &self.public_url;
        let host = host_of(url);
        let rest = url.split_once("://").map_or("", |(_, rest)| rest);
        if host.is_empty() || rest.trim_end_matches('/').contains('/') {
            return Err("FANFARE_PUBLIC_URL must be an origin like https://fanfare.example.org".to_owned());
        }
        if url.starts_with("https://") || (url.starts_with("http://") && is_loopback(host)) {
            return Ok(());
        }
        Err("FANFARE_PUBLIC_URL must start with https:// (plain http is only for localhost)".to_owned())
    }

    /// Where mail is handed in, if it is.
    pub fn mail(&self) -> Result<Option<MailSettings>, String> {
        let cure = || {
            "FANFARE_SMTP_URL must look like smtps://NAME:PASSWORD@mail.example.org?from=fanfare@example.org"
                .to_owned()
        };
        let Some(given) = &self.smtp_url else {
            return Ok(None);
        };
        mail_settings(given, host_of(&self.public_url))
            .map(Some)
            .ok_or_else(cure)
    }

    /// Origin without slash at the end.
    pub fn origin(&self) -> String {
        self.public_url.trim_end_matches('/').to_owned()
    }

    /// Address of the database.
    pub fn database_url(&self) -> String {
        self.database_url
            .clone()
            .unwrap_or_else(|| format!("sqlite://{}", self.data_dir.join("fanfare.db").display()))
    }

    /// The master key's file.
    pub fn master_key_file(&self) -> PathBuf {
        self.master_key_file
            .clone()
            .unwrap_or_else(|| self.data_dir.join("master.key"))
    }

    /// The local gateway's own file.
    pub fn local_gateway_file(&self) -> PathBuf {
        self.data_dir.join("gateway.db")
    }

    /// Base address of the gateway, without slash at the end.
    pub fn gateway_url(&self) -> String {
        match (&self.gateway_url, self.local_gateway_listen.0) {
            (Some(url), _) => url.trim_end_matches('/').to_owned(),
            (None, Some(listen)) => format!("http://{listen}"),
            (None, None) => String::new(),
        }
    }

    /// Whether `serve` runs the embedded gateway itself.
    pub fn runs_local_gateway(&self) -> Option<SocketAddr> {
        self.local_gateway_listen.0.filter(|_| self.gateway_url.is_none())
    }

    /// Whether the gateway is the local one, in this process or another on this machine.
    pub fn gateway_is_local(&self) -> bool {
        self.gateway_url
            .as_deref()
            .is_none_or(|url| is_loopback(host_of(url)))
    }

    /// Cookies for https only.
    pub fn https(&self) -> bool {
        self.public_url.starts_with("https://")
    }

    /// The folder of the site's files: beside the program, else where the build tool has put them.
    pub fn site_root() -> PathBuf {
        let beside = std::env::current_exe()
            .ok()
            .and_then(|exe| exe.parent().map(|dir| dir.join("site")));
        beside
            .filter(|dir| dir.join("pkg").is_dir())
            .or_else(|| std::env::var_os("LEPTOS_SITE_ROOT").map(PathBuf::from))
            .unwrap_or_else(|| Path::new("target/site").to_owned())
    }
}

/// Reads the address of a mail server. Without TLS mail goes to this machine only: it holds links for passwords.
fn mail_settings(given: &str, own_host: &str) -> Option<MailSettings> {
    let (address, query) = given.split_once('?').unwrap_or((given, ""));
    let (mut from, mut tls) = (format!("fanfare@{own_host}"), None);
    for (key, value) in form_urlencoded::parse(query.as_bytes()) {
        match key.as_ref() {
            "from" => from = value.into_owned(),
            "tls" => tls = Some(value.into_owned()),
            _ => return None,
        }
    }
    let host = host_of(address);
    let (scheme, _) = address.split_once("://")?;
    let end = match (scheme, tls.as_deref()) {
        ("smtps", None) => "",
        ("smtp", None) if is_loopback(host) => "",
        ("smtp", None | Some("required")) => "?tls=required",
        _ => return None,
    };
    let good = !host.is_empty()
        && from
            .split_once('@')
            .is_some_and(|(user, at)| !user.is_empty() && !at.is_empty());
    good.then(|| MailSettings {
        url: format!("{address}{end}"),
        from,
    })
}

fn is_loopback(host: &str) -> bool {
    host == "localhost" || host == "[::1]" || host.starts_with("127.")
}

/// The host of an address, without name, password and port; IPv6 in its brackets.
fn host_of(url: &str) -> &str {
    let rest = url.split_once("://").map_or("", |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let authority = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    if authority.starts_with('[') {
        return authority.split_inclusive(']').next().unwrap_or_default();
    }
    authority.split(':').next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_host_is_what_stands_after_name_and_password() {
        assert_eq!(
            host_of("https://fanfare.example.org:8443/x"),
            "fanfare.example.org"
        );
        assert_eq!(host_of("http://localhost@evil.example/"), "evil.example");
        assert_eq!(host_of("http://[::1]:3000"), "[::1]");
        assert_eq!(host_of("localhost"), "");
    }

    #[test]
    fn mail_leaves_this_machine_by_tls_only() {
        let read = |given: &str| mail_settings(given, "fanfare.example.org");
        let of = |url: &str, from: &str| {
            Some(MailSettings {
                url: url.to_owned(),
                from: from.to_owned(),
            })
        };
        assert_eq!(
            read("smtps://anna:p%40ss@mail.example.org?from=info@example.org"),
            of("smtps://anna:p%40ss@mail.example.org", "info@example.org")
        );
        assert_eq!(
            read("smtp://mail.example.org:587"),
            of(
                "smtp://mail.example.org:587?tls=required",
                "fanfare@fanfare.example.org"
            )
        );
        assert_eq!(
            read("smtp://127.0.0.1:2525"),
            of("smtp://127.0.0.1:2525", "fanfare@fanfare.example.org")
        );
        for bad in [
            "mail.example.org",
            "smtp://",
            "https://mail.example.org",
            "smtp://mail.example.org?tls=opportunistic",
            "smtp://mail.example.org?form=a@b",
            "smtp://mail.example.org?from=nobody",
        ] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }
}
