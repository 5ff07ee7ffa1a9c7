//! `/settings`: who I am, language, theme, the way out.
use super::{LanguageSwitch, SignOut};
use crate::features::auth::text;
use crate::shell::{PageHead, SettingsPage, ThemeSwitch, use_lang, use_me};
use crate::ui::Card;
use leptos::prelude::*;

/// The own profile.
#[component]
pub fn ProfilePage() -> impl IntoView {
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
        <SettingsPage title=text::profile(lang).to_owned()>
            <PageHead title=text::profile(lang).to_owned() />
            <Card title=text::you(lang) name="profile">
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
        </SettingsPage>
    }
}
