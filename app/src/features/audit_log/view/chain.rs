//! Whether the chain holds: the last check, and a button for a new one.
use super::entries::who;
use crate::features::{
    audit::model::Chain,
    audit_log::{
        api::VerifyAuditLog,
        model::{LastCheck, LogPage},
        text,
    },
};
use crate::kernel::i18n::number;
use crate::ui::{Banner, Button, Copy, Failure, Load, Loading, Look, StateChip, Time, Tone, use_lang};
use leptos::prelude::*;

/// The card above the log.
#[component]
pub fn ChainCard(
    /// Knows the last check
    page: Loading<LogPage>,
    /// Something is new in the log
    changed: RwSignal<u32>,
) -> impl IntoView {
    let lang = use_lang();
    let verify = ServerAction::<VerifyAuditLog>::new();
    Effect::new(move || {
        if matches!(verify.value().get(), Some(Ok(_))) {
            changed.update(|n| *n += 1);
        }
    });
    let result = move || {
        verify.value().get().map(|found| match found {
            Ok(chain) => view! { <Found chain /> }.into_any(),
            Err(error) => view! { <Failure error /> }.into_any(),
        })
    };
    view! {
        <section class="card" aria-labelledby="chain">
            <div class="card-head">
                <div>
                    <h2 id="chain">{text::chain(lang)}</h2>
                    <p class="meta mt-0.5">{text::chain_text(lang)}</p>
                </div>
                <Button
                    icon="shield-check"
                    busy=verify.pending()
                    on:click=move |_| drop(verify.dispatch(VerifyAuditLog {}))
                >
                    {text::verify(lang)}
                </Button>
            </div>
            <div class="card-body grid gap-3 text-sm" aria-live="polite">
                {result}
                <Load resource=page rows=1 let:loaded>
                    <Last last=loaded.last_check />
                </Load>
            </div>
        </section>
    }
}

/// What the check of this moment says.
#[component]
fn Found(chain: Chain) -> impl IntoView {
    let lang = use_lang();
    let (head, copied) = (chain.head.clone(), chain.head);
    match chain.broken {
        None => view! {
            <Banner tone=Tone::Ok>
                <p class="font-medium">{text::unbroken(lang, &number(chain.entries))}</p>
                <p class="mt-1 flex flex-wrap items-center gap-x-2">
                    <span class="text-ink-2">{text::end_of_chain(lang)}</span>
                    <code class="wire min-w-0">{head}</code>
                    <Copy text=copied label=text::copy_hash(lang) />
                </p>
                <p class="text-ink-2">{text::end_help(lang)}</p>
            </Banner>
        }
        .into_any(),
        Some(broken) => view! {
            <Banner tone=Tone::Fail>
                <p class="font-medium">{text::broken(lang)}</p>
                <p>{broken.words(lang)}</p>
                <p class="text-ink-2">{text::broken_help(lang)}</p>
            </Banner>
        }
        .into_any(),
    }
}

/// The last check of anybody.
#[component]
fn Last(last: Option<LastCheck>) -> impl IntoView {
    let lang = use_lang();
    let Some(last) = last else {
        return view! { <StateChip icon="circle-dashed" word=text::never_verified(lang) /> }.into_any();
    };
    let chip = match last.unbroken {
        true => {
            view! { <StateChip icon="check" word=text::verified(lang, &number(last.entries)) look=Look::Ok /> }
        }
        false => view! { <StateChip icon="circle-x" word=text::was_broken(lang) look=Look::Failed /> },
    };
    view! {
        <p class="flex flex-wrap items-center gap-x-2 gap-y-1">
            {chip} <span class="text-ink-2">
                <Time at=last.at /> ", " {text::by(lang, &who(lang, "administrator", &last.name))}
            </span>
        </p>
    }
    .into_any()
}
