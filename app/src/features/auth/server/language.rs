//! The language of the interface: the administrator's, else the browser's.
use super::{entity::administrator, guard::Visit};
use crate::features::audit::server::record;
use crate::kernel::{AppResult, Lang, server::Ctx};
use axum::http::{HeaderMap, HeaderValue, header};
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;
use sea_orm::{ActiveValue::Set, IntoActiveModel, prelude::*};

/// The value of a cookie of the browser.
pub fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|v| v.to_str().ok())
        .flat_map(|v| v.split(';'))
        .find_map(|pair| pair.trim().strip_prefix(name)?.strip_prefix('='))
}

/// What somebody who is not signed in has chosen, else what the browser prefers.
pub fn browser_language(headers: &HeaderMap) -> Lang {
    if let Some(chosen) = cookie(headers, "language").and_then(|c| c.parse().ok()) {
        return chosen;
    }
    let accept = headers.get(header::ACCEPT_LANGUAGE).and_then(|v| v.to_str().ok());
    accept.map(Lang::from_accept).unwrap_or_default()
}

/// Changes the language: for this browser, and for the administrator who is signed in.
pub async fn change_language(ctx: Ctx, visit: Visit, language: Lang) -> AppResult<()> {
    if let Some(caller) = &visit.caller
        && let Some(id) = caller.who.administrator_id
        && let Some(row) = administrator::Entity::find_by_id(id).one(ctx.db.conn()).await?
        && row.language != language.code()
    {
        let change = serde_json::json!({
            "before": { "language": row.language }, "after": { "language": language.code() },
        });
        let uid = row.uid.clone();
        let tx = ctx.db.begin().await?;
        let mut row = row.into_active_model();
        row.language = Set(language.code().to_owned());
        row.update(tx.conn()).await?;
        record(&ctx, &tx, &caller.who, "administrator.language", &uid, change).await?;
        tx.commit().await?;
    }
    let cookie = format!(
        "language={}; Path=/; Max-Age=31536000; SameSite=Lax",
        language.code()
    );
    if let (Some(response), Ok(cookie)) = (use_context::<ResponseOptions>(), HeaderValue::from_str(&cookie)) {
        response.append_header(header::SET_COOKIE, cookie);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(header::HeaderName, &'static str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(k, v)| (k.clone(), HeaderValue::from_static(v)))
            .collect()
    }

    #[test]
    fn the_chosen_language_counts_more_than_the_browsers() {
        let accept = (header::ACCEPT_LANGUAGE, "de-CH,de;q=0.9");
        assert_eq!(
            browser_language(&headers(std::slice::from_ref(&accept))),
            Lang::De
        );
        assert_eq!(
            browser_language(&headers(&[accept.clone(), (header::COOKIE, "a=1; language=en")])),
            Lang::En
        );
        assert_eq!(
            browser_language(&headers(&[accept, (header::COOKIE, "language=xx; languages=en")])),
            Lang::De
        );
        assert_eq!(browser_language(&HeaderMap::new()), Lang::En);
    }
}
