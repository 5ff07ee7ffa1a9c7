//! Access of one person: disable, enable, remove, hand over; and the link of an invitation.
use super::invite::LinkShown;
use crate::features::administrators::{
    api::{
        RenewInvitation, disable_administrator, enable_administrator, remove_administrator,
        transfer_full_access, withdraw_invitation,
    },
    model::{InvitationLink, Person, PersonState},
    text,
};
use crate::features::auth::view::ResetLinkDialog;
use crate::kernel::{AppError, AppResult, Lang, Uid, rights::Rights};
use crate::ui::{Button, Card, Confirm, Failure, StepUp, Variant, use_lang, use_step_up, use_toasts};
use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};

/// What can be done with the access of an administrator or an invitation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Disable,
    Enable,
    ResetLink,
    HandOver,
    Remove,
    Withdraw,
}

impl Step {
    /// What the person who looks may do; `full`: they have full access.
    pub fn of(person: &Person, full: bool) -> &'static [Self] {
        match person.state {
            _ if !person.may_act => &[],
            PersonState::Active if full => &[Self::Disable, Self::ResetLink, Self::HandOver, Self::Remove],
            PersonState::Active => &[Self::Disable, Self::Remove],
            PersonState::Disabled => &[Self::Enable, Self::Remove],
            PersonState::Invited | PersonState::Expired => &[Self::Withdraw],
        }
    }

    /// Its icon.
    pub const fn icon(self) -> &'static str {
        match self {
            Self::Disable => "ban",
            Self::Enable => "check",
            Self::ResetLink => "key-round",
            Self::HandOver => "user-cog",
            Self::Remove | Self::Withdraw => "trash-2",
        }
    }

    /// Its name.
    pub const fn name(self, lang: Lang) -> &'static str {
        match self {
            Self::Disable => text::disable(lang),
            Self::Enable => text::enable(lang),
            Self::ResetLink => text::reset_link(lang),
            Self::HandOver => text::transfer(lang),
            Self::Remove => text::remove(lang),
            Self::Withdraw => text::withdraw(lang),
        }
    }

    /// Whether it removes something.
    pub const fn removes(self) -> bool {
        matches!(self, Self::Remove | Self::Withdraw)
    }
}

/// The steps of a page: whom they are about, which of them asks, and how the last one went.
#[derive(Clone, Copy)]
pub struct Steps {
    lang: Lang,
    busy: RwSignal<bool>,
    error: RwSignal<Option<AppError>>,
    done: Callback<&'static str>,
    step_up: StepUp,
    who: RwSignal<Option<(Uid, String)>>,
    disabling: RwSignal<bool>,
    removing: RwSignal<bool>,
    handing: RwSignal<bool>,
    resetting: RwSignal<bool>,
}

impl Steps {
    /// `done` is called with the words for what has been done.
    pub fn new(done: Callback<&'static str>) -> Self {
        let [disabling, removing, handing, resetting] = std::array::from_fn(|_| RwSignal::new(false));
        Self {
            lang: use_lang(),
            busy: RwSignal::new(false),
            error: RwSignal::new(None),
            step_up: use_step_up(),
            done,
            who: RwSignal::new(None),
            disabling,
            removing,
            handing,
            resetting,
        }
    }

    /// Asks before a step, or takes it when it can be taken back.
    pub fn ask(self, step: Step, person: Uid, name: String) {
        let lang = self.lang;
        self.who.set(Some((person.clone(), name)));
        self.error.set(None);
        match step {
            Step::Disable => self.disabling.set(true),
            Step::ResetLink => self.resetting.set(true),
            Step::HandOver => self.handing.set(true),
            Step::Remove => self.removing.set(true),
            Step::Enable => self.run(text::enabled(lang), move || enable_administrator(person.clone())),
            Step::Withdraw => self.run(text::withdrawn(lang), move || withdraw_invitation(person.clone())),
        }
    }

    fn run<F, C>(self, words: &'static str, call: C)
    where
        F: Future<Output = AppResult<()>> + 'static,
        C: Fn() -> F + Clone + Send + Sync + 'static,
    {
        self.busy.set(true);
        self.error.set(None);
        let again = call.clone();
        leptos::task::spawn_local(async move {
            let result = call().await;
            if self.busy.try_set(false).is_some() {
                return;
            }
            match result {
                Ok(()) => self.done.run(words),
                Err(error) => {
                    crate::ui::to_sign_in(&error);
                    if !self
                        .step_up
                        .asked_by(&error, move || self.run(words, again.clone()))
                    {
                        self.error.set(Some(error));
                    }
                }
            }
        });
    }
}

/// The questions before steps, and why the last one failed. Once a page.
#[component]
pub fn StepQuestions(
    /// The page's
    steps: Steps,
) -> impl IntoView {
    let lang = use_lang();
    let title = move |words: fn(Lang, &str) -> String| {
        Signal::derive(move || {
            let name = steps
                .who
                .with(|who| who.as_ref().map(|(_, name)| name.clone()).unwrap_or_default());
            words(lang, &name)
        })
    };
    let confirmed = move |open: RwSignal<bool>, step: fn(Uid, Steps, &'static str)| {
        Callback::new(move |()| {
            open.set(false);
            if let Some((person, _)) = steps.who.get_untracked() {
                step(person, steps, text::done(lang));
            }
        })
    };
    view! {
        {move || steps.error.get().map(|error| view! { <Failure error /> })}
        <ResetLinkDialog open=steps.resetting of=steps.who />
        <Confirm
            open=steps.disabling
            name="disable"
            title=title(text::disable_title)
            body=text::disable_text(lang).to_owned()
            verb=text::disable(lang).to_owned()
            danger=true
            confirm=confirmed(
                steps.disabling,
                |person, steps, words| steps.run(words, move || disable_administrator(person.clone())),
            )
        />
        <Confirm
            open=steps.removing
            name="remove"
            title=title(text::remove_title)
            body=text::remove_text(lang).to_owned()
            verb=text::remove_verb(lang).to_owned()
            danger=true
            confirm=confirmed(
                steps.removing,
                |person, steps, words| steps.run(words, move || remove_administrator(person.clone())),
            )
        />
        <Confirm
            open=steps.handing
            name="hand-over"
            title=title(text::transfer_title)
            body=text::transfer_text(lang).to_owned()
            verb=text::transfer(lang).to_owned()
            confirm=confirmed(
                steps.handing,
                |person, steps, words| steps.run(words, move || transfer_full_access(person.clone())),
            )
        />
    }
}

/// What can be done with somebody's access, on their own page.
#[component]
pub fn AccessCard(person: Person, own: Rights<Uid>) -> impl IntoView {
    let (toasts, navigate) = (use_toasts(), use_navigate());
    let steps = Steps::new(Callback::new(move |words: &'static str| {
        toasts.ok(words);
        navigate("/settings/administrators", NavigateOptions::default());
    }));
    match person.state {
        PersonState::Invited | PersonState::Expired => view! { <Invitation person steps /> }.into_any(),
        PersonState::Active | PersonState::Disabled => {
            view! { <Access person full=own.full_access steps /> }.into_any()
        }
    }
}

#[component]
fn Access(person: Person, full: bool, steps: Steps) -> impl IntoView {
    let lang = use_lang();
    let button = |step: &'static Step| {
        let (uid, name) = (person.uid.clone(), person.name.clone());
        let variant = if step.removes() {
            Variant::Danger
        } else {
            Variant::Plain
        };
        view! {
            <Button
                variant
                icon=step.icon()
                disabled=steps.busy
                on:click=move |_| steps.ask(*step, uid.clone(), name.clone())
            >
                {step.name(lang)}
            </Button>
        }
    };
    let buttons = Step::of(&person, full).iter().map(button).collect_view();
    view! {
        <Card title=text::access(lang) name="access">
            <div class="card-body grid gap-4">
                <StepQuestions steps />
                <div class="flex flex-wrap gap-2">{buttons}</div>
            </div>
        </Card>
    }
}

#[component]
fn Invitation(person: Person, steps: Steps) -> impl IntoView {
    let lang = use_lang();
    let uid = StoredValue::new(person.uid);
    let by = person.invited_by.map(|name| text::invited_by(lang, &name));
    let link = RwSignal::new(None::<InvitationLink>);
    let made = ServerAction::<RenewInvitation>::new();
    let busy = Signal::derive(move || steps.busy.get() || made.pending().get());
    let step_up = steps.step_up;
    Effect::new(move || match made.value().get() {
        Some(Ok(shown)) => link.set(Some(shown)),
        Some(Err(error)) => {
            let again = move || {
                made.dispatch(RenewInvitation {
                    person: uid.get_value(),
                });
            };
            if !step_up.asked_by(&error, again) {
                steps.error.set(Some(error));
            }
        }
        None => {}
    });
    let renew = move |_| {
        steps.error.set(None);
        made.dispatch(RenewInvitation {
            person: uid.get_value(),
        });
    };
    let withdraw = move |_| {
        steps.ask(Step::Withdraw, uid.get_value(), String::new());
    };
    let shown = move || steps.error.get().map(|error| view! { <Failure error /> });
    view! {
        {move || link.get().map(|link| view! { <LinkShown link /> })}
        <Card title=text::invitation(lang) name="invitation">
            <div class="card-body grid gap-4">
                {shown}
                <p class="text-sm text-ink-2">{by} " " {text::invitation_text(lang)}</p>
                <div class="flex flex-wrap gap-2">
                    <Button icon="rotate-cw" busy on:click=renew>
                        {text::renew(lang)}
                    </Button>
                    <Button variant=Variant::Danger icon="trash-2" disabled=steps.busy on:click=withdraw>
                        {text::withdraw(lang)}
                    </Button>
                </div>
            </div>
        </Card>
    }
}
