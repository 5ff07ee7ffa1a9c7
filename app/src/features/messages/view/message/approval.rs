//! Four-eyes: who asked, and approving or sending back.
use super::super::words::people;
use super::Followed;
use crate::features::messages::{
    api::{approve_message, send_message_back, withdraw_message},
    model::{ApproveInput, Asked, MessageState},
    text,
};
use crate::kernel::permission::Right;
use crate::shell::use_right;
use crate::ui::{Button, Dialog, TextArea, Time, TimeStyle, Variant, use_lang};
use leptos::prelude::*;

/// While the message waits for approval.
#[component]
pub fn ApprovalCard(followed: Followed) -> impl IntoView {
    let asked = Memo::new(move |_| {
        let waits = followed.standing.state.get() == MessageState::NeedsApproval;
        followed.view.with(|v| v.asked.clone().filter(|_| waits))
    });
    move || asked.get().map(|asked| view! { <Card followed asked /> })
}

#[component]
fn Card(followed: Followed, asked: Asked) -> impl IntoView {
    let lang = use_lang();
    let busy = followed.busy;
    let (approves, sends) = (use_right(Right::Approve), use_right(Right::Send));
    let sending_back = RwSignal::new(false);
    let nothing = Callback::new(|()| ());
    let who = people(lang, asked.goes_to);
    let own = asked.own;
    let input = StoredValue::new((asked.goes_to, asked.version));
    let approve = move |_| {
        let (goes_to, version) = input.get_value();
        let input = ApproveInput {
            message: followed.uid.get_value(),
            goes_to,
            version,
        };
        let identity = followed.identity.get_value();
        followed.step(move || approve_message(identity.clone(), input.clone()), nothing);
    };
    let withdraw = move |_| {
        let (identity, uid) = (followed.identity.get_value(), followed.uid.get_value());
        followed.step(move || withdraw_message(identity.clone(), uid.clone()), nothing);
    };
    let by = asked.by.unwrap_or_default();
    let verb = StoredValue::new(text::approve_verb(lang, &who));
    let title = text::waits_title(lang, &who);
    let hint = match own {
        true => text::waits_own(lang),
        false => text::waits_other(lang),
    };
    view! {
        <section class="card border-brass p-5 md:p-6 grid gap-4" aria-labelledby="approval-title">
            <div>
                <h2 class="text-md num" id="approval-title">
                    {title}
                </h2>
                <p class="text-ink-2">
                    {text::asked_by(lang, &by)} " " <Time at=asked.at style=TimeStyle::Full /> ". " {hint}
                </p>
            </div>
            <div class="flex flex-wrap gap-2">
                <Show when=move || approves.try_get().unwrap_or_default() && !own>
                    <Button variant=Variant::Primary icon="check" busy on:click=approve>
                        {verb.get_value()}
                    </Button>
                    <Button icon="undo-2" disabled=busy on:click=move |_| sending_back.set(true)>
                        {text::send_back(lang)}
                    </Button>
                </Show>
                <Show when=move || sends.try_get().unwrap_or_default()>
                    <Button icon="pencil-line" disabled=busy on:click=withdraw>
                        {text::withdraw(lang)}
                    </Button>
                </Show>
            </div>
        </section>
        <SendBack followed open=sending_back />
    }
}

/// Asks for a note before the message goes back.
#[component]
fn SendBack(followed: Followed, open: RwSignal<bool>) -> impl IntoView {
    let lang = use_lang();
    let busy = followed.busy;
    let note = RwSignal::new(String::new());
    let send = move |_| {
        let (identity, uid) = (followed.identity.get_value(), followed.uid.get_value());
        let note = note.get_untracked();
        open.set(false);
        followed.step(
            move || send_message_back(identity.clone(), uid.clone(), note.clone()),
            Callback::new(|()| ()),
        );
    };
    view! {
        <Dialog open name="send-back" title=text::send_back_title(lang).to_owned()>
            <div class="dialog-body grid gap-3">
                <p class="text-ink-2">{text::send_back_text(lang)}</p>
                <TextArea name="note" label=text::note(lang) bind=note rows=4 />
            </div>
            <div class="dialog-foot">
                <Button variant=Variant::Quiet on:click=move |_| open.set(false)>
                    {text::cancel(lang)}
                </Button>
                <Button variant=Variant::Primary busy on:click=send>
                    {text::send_back(lang)}
                </Button>
            </div>
        </Dialog>
    }
}
