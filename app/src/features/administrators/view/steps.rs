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
use crate::kernel::{AppError, AppResult, Uid, rights::Rights};
use crate::ui::{Button, Card, Confirm, Failure, StepUp, Variant, use_lang, use_step_up, use_toasts};
use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};

/// What can be done with somebody's access.
#[component]
pub fn Steps(person: Person, own: Rights<Uid>) -> impl IntoView {
    match person.state {
        PersonState::Invited | PersonState::Expired => view! { <Invitation person /> }.into_any(),
        PersonState::Active | PersonState::Disabled => {
            view! { <Access person full=own.full_access /> }.into_any()
        }
    }
}

/// The state of the steps of one card.
#[derive(Clone, Copy)]
struct Doing {
    busy: RwSignal<bool>,
    error: RwSignal<Option<AppError>>,
    /// Says so and leads back to the overview
    done: Callback<&'static str>,
    step_up: StepUp,
}

impl Doing {
    fn new() -> Self {
        let (toasts, navigate) = (use_toasts(), use_navigate());
        Self {
            busy: RwSignal::new(false),
            error: RwSignal::new(None),
            step_up: use_step_up(),
            done: Callback::new(move |words: &'static str| {
                toasts.ok(words);
                navigate("/settings/administrators", NavigateOptions::default());
            }),
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

#[component]
fn Access(person: Person, full: bool) -> impl IntoView {
    let lang = use_lang();
    let doing = Doing::new();
    let uid = StoredValue::new(person.uid.clone());
    let of = RwSignal::new(Some((person.uid.clone(), person.name.clone())));
    let [disabling, removing, handing, resetting] = std::array::from_fn(|_| RwSignal::new(false));
    let active = person.state == PersonState::Active;
    let name = person.name.clone();
    let enable = move |_| doing.run(text::enabled(lang), move || enable_administrator(uid.get_value()));
    let shown = move || doing.error.get().map(|error| view! { <Failure error /> });
    let confirmed = move |open: RwSignal<bool>, step: fn(Uid, Doing, &'static str)| {
        Callback::new(move |()| {
            open.set(false);
            step(uid.get_value(), doing, text::done(lang));
        })
    };
    view! {
        <Card title=text::access(lang) name="access">
            <div class="card-body grid gap-4">
                {shown}
                <div class="flex flex-wrap gap-2">
                    {match active {
                        true => {
                            view! {
                                <Button icon="ban" disabled=doing.busy on:click=move |_| disabling.set(true)>
                                    {text::disable(lang)}
                                </Button>
                            }
                                .into_any()
                        }
                        false => {
                            view! {
                                <Button icon="check" busy=doing.busy on:click=enable>
                                    {text::enable(lang)}
                                </Button>
                            }
                                .into_any()
                        }
                    }}
                    {(full && active)
                        .then(|| {
                            view! {
                                <Button icon="key-round" disabled=doing.busy on:click=move |_| resetting.set(true)>
                                    {text::reset_link(lang)}
                                </Button>
                            }
                        })}
                    {(full && active)
                        .then(|| {
                            view! {
                                <Button icon="user-cog" disabled=doing.busy on:click=move |_| handing.set(true)>
                                    {text::transfer(lang)}
                                </Button>
                            }
                        })}
                    <Button
                        variant=Variant::Danger
                        icon="trash-2"
                        disabled=doing.busy
                        on:click=move |_| removing.set(true)
                    >
                        {text::remove(lang)}
                    </Button>
                </div>
            </div>
        </Card>
        <ResetLinkDialog open=resetting of />
        <Confirm
            open=disabling
            name="disable"
            title=text::disable_title(lang, &name)
            body=text::disable_text(lang).to_owned()
            verb=text::disable(lang).to_owned()
            danger=true
            confirm=confirmed(disabling, |uid, doing, words| doing.run(words, move || disable_administrator(uid.clone())))
        />
        <Confirm
            open=removing
            name="remove"
            title=text::remove_title(lang, &name)
            body=text::remove_text(lang).to_owned()
            verb=text::remove_verb(lang).to_owned()
            danger=true
            confirm=confirmed(removing, |uid, doing, words| doing.run(words, move || remove_administrator(uid.clone())))
        />
        <Confirm
            open=handing
            name="hand-over"
            title=text::transfer_title(lang, &name)
            body=text::transfer_text(lang).to_owned()
            verb=text::transfer(lang).to_owned()
            confirm=confirmed(handing, |uid, doing, words| doing.run(words, move || transfer_full_access(uid.clone())))
        />
    }
}

#[component]
fn Invitation(person: Person) -> impl IntoView {
    let lang = use_lang();
    let doing = Doing::new();
    let uid = StoredValue::new(person.uid);
    let by = person.invited_by.map(|name| text::invited_by(lang, &name));
    let link = RwSignal::new(None::<InvitationLink>);
    let made = ServerAction::<RenewInvitation>::new();
    let busy = Signal::derive(move || doing.busy.get() || made.pending().get());
    let step_up = doing.step_up;
    Effect::new(move || match made.value().get() {
        Some(Ok(shown)) => link.set(Some(shown)),
        Some(Err(error)) => {
            let again = move || {
                made.dispatch(RenewInvitation {
                    person: uid.get_value(),
                });
            };
            if !step_up.asked_by(&error, again) {
                doing.error.set(Some(error));
            }
        }
        None => {}
    });
    let renew = move |_| {
        doing.error.set(None);
        made.dispatch(RenewInvitation {
            person: uid.get_value(),
        });
    };
    let withdraw = move |_| {
        doing.run(text::withdrawn(lang), move || {
            withdraw_invitation(uid.get_value())
        })
    };
    let shown = move || doing.error.get().map(|error| view! { <Failure error /> });
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
                    <Button variant=Variant::Danger icon="trash-2" disabled=doing.busy on:click=withdraw>
                        {text::withdraw(lang)}
                    </Button>
                </div>
            </div>
        </Card>
    }
}
