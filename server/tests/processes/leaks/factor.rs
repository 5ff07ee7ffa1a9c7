//! An administrator with an authenticator app.
use super::scan::Secrets;
use crate::site::Site;
use app::kernel::server::clock::{Clock, SystemClock};
use totp_rs::{Builder, Secret};

/// Sets one up as a browser does; it counts when this is done.
pub async fn set_up(site: &Site, cookie: &str, secrets: &mut Secrets) {
    let begun = site.form(cookie, "start_totp", &[]).await;
    let typed = begun["secret"].as_str().unwrap();
    let secret = Secret::try_from_base32(typed).unwrap();
    secrets.add("the secret of the authenticator app", secret.as_bytes());
    // as people type it, and as it stands in the code that they scan: base32
    secrets.add("the secret of the authenticator app in base32", typed);
    let app = Builder::new().with_secret(secret).build().unwrap();
    let seconds = u64::try_from(SystemClock.now().0 / 1000).unwrap();
    let code = app.generate(seconds).to_string();
    let codes = site
        .form(cookie, "finish_second_factor", &[("code", &code)])
        .await;
    secrets.add("a backup code", codes[0].as_str().unwrap());
    let counts = "SELECT count(*) FROM second_factor WHERE active AND secret_sealed IS NOT NULL";
    assert_eq!(site.number(counts).await, 1);
}
