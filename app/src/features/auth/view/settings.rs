//! `/settings`: who I am, language, theme, the way out.
use super::{LanguageSwitch, SignOut};
use crate::features::auth::text;
use crate::shell::{Page, PageHead, ThemeSwitch, use_lang, use_me};
use crate::ui::Card;
use leptos::prelude::*;

/// The own profile.
#[component]
pub fn SettingsPage() -> impl IntoView {
    let lang = use_lang();
    let fact = |term: &'static str, value: AnyView| {
        view! {
            <div>
                <dt>{term}</dt>
                <dd>{value}</dd>
            </div>
        }
    };
    let facts = use_me().map(|me| {
        view! {
            {fact(text::your_name(lang), me.name.into_any())}
            {fact(text::email(lang), me.email.into_any())}
            {fact(text::organisation(lang), me.organisation.into_any())}
            {me.full_access.then(|| fact(text::rights(lang), text::full_access(lang).into_any()))}
        }
    });
    view! {
        <Page title=text::settings(lang).to_owned()>
            <PageHead title=text::settings(lang).to_owned() />
            <div class="grid gap-4 max-w-184">
                <Card title=text::profile(lang) name="profile">
                    <div class="card-body py-1!">
                        <dl class="facts">
                            {facts} {fact(text::language(lang), view! { <LanguageSwitch /> }.into_any())}
                            {fact(text::theme(lang), view! { <ThemeSwitch words=true /> }.into_any())}
                        </dl>
                    </div>
                    <div class="card-foot">
                        <SignOut words=true />
                    </div>
                </Card>
            </div>
        </Page>
    }
}
