//! The check before sending: who, what, how many.
use super::super::{live::focus_on, words::people};
use super::{broadcast, facts::Facts, save::Saver, state::Composer};
use crate::features::messages::{
    api::{ask_for_approval, count_audience, send_message},
    model::{Audience, SendInput, validate_texts},
    text,
};
use crate::kernel::{AppError, AppResult, ErrorCode, LanguageCode, Problem, Uid, i18n::number};
use crate::ui::{Banner, Button, Dialog, Failure, StepUp, Tone, Variant, use_lang, use_step_up};
use leptos::prelude::*;

/// Looks whether it can be sent like this; if so, saves it, counts again and opens the check.
pub fn begin(composer: Composer, saver: Saver, busy: RwSignal<bool>, open: RwSignal<bool>) {
    if busy.get_untracked() {
        return;
    }
    if let Err(error) = untrack(|| validate(composer)) {
        show(composer, error);
        return;
    }
    composer.error.set(None);
    busy.set(true);
    saver.then(Callback::new(move |saved: AppResult<Uid>| {
        leptos::task::spawn_local(async move {
            let result = match saved {
                Ok(_) => recount(composer).await,
                Err(error) => Err(error),
            };
            busy.try_set(false);
            match result {
                Ok(audience) if audience.goes_to() == 0 => show(composer, ErrorCode::NobodyToSendTo.into()),
                Ok(_) => {
                    open.try_set(true);
                }
                Err(error) => show(composer, error),
            }
        });
    }));
}

fn validate(composer: Composer) -> AppResult<()> {
    let input = composer.input(true);
    if composer.is_broadcast {
        if input.settings.name.trim().is_empty() {
            return Err(AppError::field("name", Problem::Required));
        }
        input.settings.validate()?;
    } else if input.lists.is_empty() {
        return Err(AppError::field("lists", Problem::Required));
    }
    validate_texts(&input.texts, composer.default_language())
}

async fn recount(composer: Composer) -> AppResult<Audience> {
    let audience = if composer.is_broadcast {
        broadcast::recount(composer).await?
    } else {
        let uids = composer
            .lists
            .with_untracked(|l| l.iter().map(|l| l.uid.clone()).collect());
        count_audience(composer.uid(), uids).await?
    };
    composer.audience.try_set(Some(audience.clone()));
    Ok(audience)
}

/// Shows what is wrong where it is wrong.
fn show(composer: Composer, error: AppError) {
    crate::ui::to_sign_in(&error);
    let field = error.fields.first().map(|f| f.field.clone());
    if composer.error.try_set(Some(error)).is_some() {
        return;
    }
    match field.as_deref() {
        Some("lists") => focus_on("to".to_owned()),
        Some("name") => focus_on("field-name".to_owned()),
        Some(field) => {
            if let Some(language) = field
                .strip_prefix("texts.")
                .and_then(|l| l.parse::<LanguageCode>().ok())
            {
                composer.language.set(language);
            }
            focus_on("text".to_owned());
        }
        None => {}
    }
}

/// "Send to 8 412 people?"
#[component]
pub fn CheckDialog(
    /// What is sent
    composer: Composer,
    /// Whether it is open
    open: RwSignal<bool>,
    /// Leaves the composer for this part of the messages' address
    gone: Callback<String>,
) -> impl IntoView {
    let lang = use_lang();
    let busy = RwSignal::new(false);
    let changed = RwSignal::new(false);
    let error = RwSignal::new(None::<AppError>);
    let goes_to = Signal::derive(move || {
        composer
            .audience
            .with(|a| a.as_ref().map_or(0, Audience::goes_to))
    });
    Effect::new(move |_| {
        if open.get() {
            changed.set(false);
            error.set(None);
        }
    });
    let lede = composer.identity.with_value(|i| match i.undo_seconds {
        0 => text::no_undo_window(lang).to_owned(),
        seconds => text::undo_window(lang, seconds),
    });
    let above = composer.identity.with_value(|i| i.approval_above);
    let asks = Signal::derive(move || above.is_some_and(|above| goes_to.get() > above));
    let sending = Sending {
        composer,
        goes_to,
        asks,
        busy,
        changed,
        error,
        open,
        gone,
        step_up: use_step_up(),
    };
    let title = Signal::derive(move || {
        let who = people(lang, goes_to.get());
        if asks.get() {
            text::ask_question(lang, &who)
        } else {
            text::send_question(lang, &who)
        }
    });
    view! {
        <Dialog open name="check" title wide=true>
            <div class="dialog-body grid gap-3">
                <p class="text-ink-2">
                    {
                        let lede = lede.clone();
                        move || match above.filter(|_| asks.get()) {
                            Some(above) => text::ask_text(lang, &number(above)),
                            None => lede.clone(),
                        }
                    }
                </p>
                {move || {
                    changed
                        .get()
                        .then(|| {
                            let words = text::audience_changed(lang, &people(lang, goes_to.get()));
                            view! {
                                <div role="alert">
                                    <Banner tone=Tone::Warn>{words}</Banner>
                                </div>
                            }
                        })
                }}
                {move || error.get().map(|error| view! { <Failure error /> })}
                <Facts composer open />
            </div>
            <div class="dialog-foot">
                <Button variant=Variant::Quiet on:click=move |_| open.set(false)>
                    {text::back_to_draft(lang)}
                </Button>
                <Button
                    variant=Variant::Primary
                    icon="send"
                    busy
                    disabled=Signal::derive(move || goes_to.get() == 0)
                    on:click=move |_| sending.go()
                >
                    {move || match asks.get() {
                        true => text::ask_verb(lang).to_owned(),
                        false => text::send_verb(lang, &people(lang, goes_to.get())),
                    }}
                </Button>
            </div>
        </Dialog>
    }
}

/// What the button of the check does.
#[derive(Clone, Copy)]
struct Sending {
    composer: Composer,
    goes_to: Signal<u64>,
    /// Somebody else must approve first
    asks: Signal<bool>,
    busy: RwSignal<bool>,
    /// It goes to others than were shown
    changed: RwSignal<bool>,
    error: RwSignal<Option<AppError>>,
    open: RwSignal<bool>,
    gone: Callback<String>,
    step_up: StepUp,
}

impl Sending {
    /// Sends, once more after a confirmation if so many need a fresh sign-in.
    fn go(self) {
        self.busy.set(true);
        self.error.set(None);
        self.changed.set(false);
        leptos::task::spawn_local(async move {
            let (goes_to, asks) = (self.goes_to.get_untracked(), self.asks.get_untracked());
            let result = send(self.composer, goes_to, asks).await;
            if self.busy.try_get_untracked().is_none() {
                return;
            }
            if result.as_ref().is_err_and(|e| e.code == ErrorCode::Changed) {
                let counted = recount(self.composer).await;
                self.changed.try_set(counted.is_ok());
                if let Err(problem) = counted {
                    self.error.try_set(Some(problem));
                }
            } else {
                self.answered(result);
            }
            self.busy.try_set(false);
        });
    }

    fn answered(self, result: AppResult<Uid>) {
        match result {
            Ok(message) => {
                self.open.try_set(false);
                self.gone.run(format!("/{message}"));
            }
            Err(problem) if !problem.fields.is_empty() => {
                self.open.try_set(false);
                show(self.composer, problem);
            }
            Err(problem) => {
                crate::ui::to_sign_in(&problem);
                if !self.step_up.asked_by(&problem, move || self.go()) {
                    self.error.try_set(Some(problem));
                }
            }
        }
    }
}

async fn send(composer: Composer, goes_to: u64, asks: bool) -> AppResult<Uid> {
    let draft = composer.draft.get_untracked().ok_or(ErrorCode::NotFound)?;
    let input = SendInput {
        draft: draft.clone(),
        goes_to,
    };
    if asks {
        ask_for_approval(composer.uid(), input).await?;
    } else {
        send_message(composer.uid(), input).await?;
    }
    Ok(draft)
}
