//! `/settings/api-keys`
use super::{
    make::{MakeKey, ShowKey},
    revoke::RevokeKey,
    table::KeyTable,
};
use crate::features::{
    api_keys::{
        api::{load_api_keys, load_other_api_keys},
        model::{ApiKeyView, NewApiKey},
        text,
    },
    auth::text::settings,
};
use crate::shell::{Page, PageHead, use_lang, use_me};
use crate::ui::{Button, Empty, Load, Variant, loading};
use leptos::prelude::*;

/// A key that somebody is about to revoke, and whether it is one of somebody else.
pub type Chosen = Option<(ApiKeyView, bool)>;

/// The own keys; with full access those of everybody else below them.
#[component]
pub fn ApiKeysPage() -> impl IntoView {
    let lang = use_lang();
    let changed = RwSignal::new(0_u32);
    let own = loading(move || changed.get(), |_| load_api_keys());
    let everybody = use_me().is_some_and(|me| me.full_access);
    let others = loading(
        move || changed.get(),
        move |_| async move {
            match everybody {
                true => load_other_api_keys().await,
                false => Ok(Vec::new()),
            }
        },
    );
    let (making, revoking, showing) = (RwSignal::new(false), RwSignal::new(false), RwSignal::new(false));
    let which = RwSignal::new(None::<(ApiKeyView, bool)>);
    let made = RwSignal::new(None::<NewApiKey>);
    let revoke_of = move |other: bool| {
        Callback::new(move |key: ApiKeyView| {
            which.set(Some((key, other)));
            revoking.set(true);
        })
    };
    let (revoke, revoke_other) = (revoke_of(false), revoke_of(true));
    let reload = Callback::new(move |()| changed.update(|n| *n += 1));
    let show = Callback::new(move |key| {
        made.set(Some(key));
        making.set(false);
        showing.set(true);
        reload.run(());
    });
    let trail = vec![(settings(lang).to_owned(), "/settings".to_owned())];
    view! {
        <Page title=text::api_keys(lang).to_owned() trail>
            <PageHead title=text::api_keys(lang).to_owned() lede=text::lede(lang).to_owned()>
                <Button variant=Variant::Primary icon="plus" on:click=move |_| making.set(true)>
                    {text::new_key(lang)}
                </Button>
            </PageHead>
            <div class="grid gap-4">
                <section class="card" aria-labelledby="own-keys">
                    <div class="card-head">
                        <h2 id="own-keys">{text::own_keys(lang)}</h2>
                    </div>
                    <Load resource=own let:keys>
                        {if keys.is_empty() {
                            view! {
                                <Empty
                                    icon="square-terminal"
                                    title=text::none_title(lang)
                                    text=text::none_text(lang)
                                />
                            }
                                .into_any()
                        } else {
                            view! { <KeyTable keys revoke=revoke owners=false /> }.into_any()
                        }}
                    </Load>
                </section>
                <Load resource=others let:keys>
                    {(!keys.is_empty())
                        .then(|| {
                            view! {
                                <section class="card" aria-labelledby="other-keys">
                                    <div class="card-head">
                                        <h2 id="other-keys">{text::other_keys(lang)}</h2>
                                    </div>
                                    <KeyTable keys revoke=revoke_other owners=true />
                                </section>
                            }
                        })}
                </Load>
            </div>
            <MakeKey open=making made=show />
            <ShowKey made open=showing />
            <RevokeKey which open=revoking done=reload />
        </Page>
    }
}
