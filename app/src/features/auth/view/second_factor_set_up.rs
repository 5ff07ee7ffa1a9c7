//! Setting a second factor up, step by step: where codes come from, the first code, the backup codes.
use crate::features::auth::{
    api::{FinishSecondFactor, StartMessageFactor, StartTotp},
    model::{FactorKind, TotpSetUp},
    text::factors as text,
};
use crate::ui::{
    Banner, Button, Choice, Copy, Form, QrCode, Submit, TextField, Tone, Variant, confirm_when_asked,
    failure_of, use_lang,
};
use leptos::prelude::*;

/// Where somebody is.
#[derive(Clone)]
enum Stage {
    Choose,
    Totp(TotpSetUp),
    Message,
    Sent(String),
    Codes(Vec<String>),
}

/// All steps; `done` is called after the last one.
#[component]
pub fn SetUp(
    done: Callback<()>,
    /// Becomes true with the first right code, also when nobody looks at the backup codes then
    #[prop(optional)]
    counts: Option<RwSignal<bool>>,
) -> impl IntoView {
    let stage = RwSignal::new(Stage::Choose);
    let kind = RwSignal::new(FactorKind::Totp.code().to_owned());
    let totp = ServerAction::<StartTotp>::new();
    confirm_when_asked(totp);
    let message = ServerAction::<StartMessageFactor>::new();
    let finish = ServerAction::<FinishSecondFactor>::new();
    let threema_id = RwSignal::new(String::new());
    let code = RwSignal::new(String::new());
    Effect::new(move || {
        if let Some(Ok(set_up)) = totp.value().get() {
            stage.set(Stage::Totp(set_up));
        }
    });
    Effect::new(move || {
        if message.value().with(|v| matches!(v, Some(Ok(())))) {
            stage.set(Stage::Sent(threema_id.get_untracked().trim().to_uppercase()));
        }
    });
    Effect::new(move || {
        if let Some(Ok(codes)) = finish.value().get() {
            if let Some(counts) = counts {
                counts.set(true);
            }
            stage.set(Stage::Codes(codes));
        }
    });
    let back = Callback::new(move |()| {
        code.set(String::new());
        finish.clear();
        stage.set(Stage::Choose);
    });
    move || match stage.get() {
        Stage::Choose => view! { <Choose kind totp stage /> }.into_any(),
        Stage::Message => view! { <ToWhom message threema_id back /> }.into_any(),
        Stage::Totp(set_up) => view! {
            <FirstCode finish code back>
                <Scan set_up=set_up.clone() />
            </FirstCode>
        }
        .into_any(),
        Stage::Sent(id) => view! {
            <FirstCode finish code back>
                <Banner>{text::code_sent(use_lang(), &id)}</Banner>
            </FirstCode>
        }
        .into_any(),
        Stage::Codes(codes) => view! { <BackupCodes codes done /> }.into_any(),
    }
}

#[component]
fn Choose(kind: RwSignal<String>, totp: ServerAction<StartTotp>, stage: RwSignal<Stage>) -> impl IntoView {
    let lang = use_lang();
    let go_on = move |_| match FactorKind::parse(&kind.get_untracked()) {
        Some(FactorKind::Message) => stage.set(Stage::Message),
        _ => {
            totp.dispatch(StartTotp {});
        }
    };
    let error = failure_of(totp);
    view! {
        <div class="dialog-body grid gap-4 pt-4!">
            <fieldset class="grid gap-3">
                <legend class="field-label mb-2">{text::where_from(lang)}</legend>
                <Choice
                    name="kind"
                    value="totp"
                    title=text::by_app(lang)
                    text=text::by_app_text(lang)
                    bind=kind
                />
                <Choice
                    name="kind"
                    value="message"
                    title=text::by_message(lang)
                    text=text::by_message_text(lang)
                    bind=kind
                />
            </fieldset>
            {move || error.get().map(|error| view! { <crate::ui::Failure error /> })}
        </div>
        <div class="dialog-foot">
            <Button variant=Variant::Primary busy=totp.pending() on:click=go_on>
                {text::go_on(lang)}
            </Button>
        </div>
    }
}

#[component]
fn ToWhom(
    message: ServerAction<StartMessageFactor>,
    threema_id: RwSignal<String>,
    back: Callback<()>,
) -> impl IntoView {
    let lang = use_lang();
    let submit = move || {
        Ok(StartMessageFactor {
            threema_id: threema_id.get_untracked(),
        })
    };
    view! {
        <Form action=message submit class="contents">
            <div class="dialog-body pt-4!">
                <TextField
                    name="threema_id"
                    label=text::threema_id(lang)
                    help=text::threema_id_help(lang)
                    bind=threema_id
                    required=true
                    autofocus=true
                />
            </div>
            <div class="dialog-foot">
                <Button variant=Variant::Quiet on:click=move |_| back.run(())>
                    {text::back(lang)}
                </Button>
                <Submit>{text::send_code(lang)}</Submit>
            </div>
        </Form>
    }
}

#[component]
fn Scan(set_up: TotpSetUp) -> impl IntoView {
    let lang = use_lang();
    let parts: Vec<_> = set_up
        .secret
        .as_bytes()
        .chunks(4)
        .map(String::from_utf8_lossy)
        .collect();
    let shown = parts.join(" ");
    view! {
        <p class="text-ink-2">{text::scan(lang)}</p>
        <div class="grid gap-3 justify-items-center text-center">
            <QrCode text=set_up.address label=text::qr_label(lang).to_owned() />
            <div>
                <p class="meta">{text::type_it(lang)}</p>
                <p class="flex items-center justify-center gap-1">
                    <code class="wrap-anywhere" data-totp-secret=set_up.secret.clone()>
                        {shown}
                    </code>
                    <Copy text=set_up.secret label=text::copy_key(lang) />
                </p>
            </div>
        </div>
    }
}

#[component]
fn FirstCode(
    finish: ServerAction<FinishSecondFactor>,
    code: RwSignal<String>,
    back: Callback<()>,
    children: Children,
) -> impl IntoView {
    let lang = use_lang();
    let submit = move || {
        Ok(FinishSecondFactor {
            code: code.get_untracked(),
        })
    };
    view! {
        <Form action=finish submit class="contents">
            <div class="dialog-body grid gap-4 pt-4!">
                {children()}
                <TextField
                    name="code"
                    label=text::code(lang)
                    help=text::code_help(lang)
                    bind=code
                    autocomplete="one-time-code"
                    required=true
                    autofocus=true
                />
            </div>
            <div class="dialog-foot">
                <Button variant=Variant::Quiet on:click=move |_| back.run(())>
                    {text::back(lang)}
                </Button>
                <Submit>{text::finish(lang)}</Submit>
            </div>
        </Form>
    }
}

/// The backup codes, shown once: to copy, to download, to print.
#[component]
pub fn BackupCodes(codes: Vec<String>, done: Callback<()>) -> impl IntoView {
    let lang = use_lang();
    let all = codes.join("\n");
    let file = format!("data:text/plain;charset=utf-8,{}", codes.join("%0A"));
    view! {
        <div class="dialog-body grid gap-4 pt-4!">
            <Banner tone=Tone::Warn>
                <b class="font-medium">{text::codes_title(lang)}</b>
                " "
                {text::codes_text(lang)}
            </Banner>
            <ul class="grid gap-1 sm:grid-cols-2 num" data-backup-codes="">
                {codes
                    .into_iter()
                    .map(|code| {
                        view! {
                            <li>
                                <code>{code}</code>
                            </li>
                        }
                    })
                    .collect_view()}
            </ul>
        </div>
        <div class="dialog-foot">
            <Copy text=all label=text::copy_codes(lang) />
            <a class="btn" href=file download="fanfare-backup-codes.txt" rel="external">
                {text::download(lang)}
            </a>
            <Button variant=Variant::Primary on:click=move |_| done.run(())>
                {text::kept(lang)}
            </Button>
        </div>
    }
}
