//! `/settings/administrators/new`: an invitation, and its link, shown once.
use super::{matrix::Matrix, trail};
use crate::features::administrators::{
    api::{InviteAdministrator, prepare_invitation},
    model::{InvitationLink, InviteInput, PersonView},
    text,
};
use crate::kernel::rights::Rights;
use crate::shell::{Page, PageHead};
use crate::ui::{
    Banner, ButtonLink, Card, Copy, Form, Load, Submit, TextField, Time, TimeStyle, Tone, loading, use_lang,
};
use leptos::prelude::*;

/// E-mail and rights of somebody new.
#[component]
pub fn InvitePage() -> impl IntoView {
    let lang = use_lang();
    let prepared = loading(|| (), |()| prepare_invitation());
    view! {
        <Page title=text::invite_title(lang).to_owned() trail=trail(lang)>
            <PageHead title=text::invite_title(lang).to_owned() lede=text::invite_lede(lang).to_owned() />
            <Load resource=prepared rows=6 let:view>
                <Invite view />
            </Load>
        </Page>
    }
}

#[component]
fn Invite(view: PersonView) -> impl IntoView {
    let lang = use_lang();
    let PersonView { places, own, .. } = view;
    let email = RwSignal::new(String::new());
    let rights = RwSignal::new(Rights::default());
    let action = ServerAction::<InviteAdministrator>::new();
    let submit = move || {
        let input = InviteInput {
            email: email.get_untracked(),
            rights: rights.get_untracked(),
        };
        Ok(InviteAdministrator {
            input: input.validate()?,
        })
    };
    let made = move || action.value().with(|v| v.as_ref()?.as_ref().ok().cloned());
    let (places, own) = (StoredValue::new(places), StoredValue::new(own));
    move || match made() {
        Some(link) => view! {
            <LinkShown link />
            <ButtonLink href="/settings/administrators">{text::to_overview(lang)}</ButtonLink>
        }
        .into_any(),
        None => view! {
            <Card title=text::invitation(lang) name="invite">
                <div class="card-body">
                    <Form action submit class="grid gap-6">
                        <TextField
                            name="email"
                            label=text::email(lang)
                            help=text::email_help(lang)
                            kind="email"
                            bind=email
                            required=true
                        />
                        <Matrix rights places=places.get_value() own=own.get_value() />
                        <div>
                            <Submit icon="user-round-plus">{text::make_link(lang)}</Submit>
                        </div>
                    </Form>
                </div>
            </Card>
        }
        .into_any(),
    }
}

/// A link that exists nowhere else.
#[component]
pub fn LinkShown(
    /// The link
    link: InvitationLink,
) -> impl IntoView {
    let lang = use_lang();
    let address = link.link;
    view! {
        <div class="mb-4" role="status">
            <Banner tone=Tone::Ok>
                <p class="font-medium">{text::link_title(lang, &link.email)}</p>
                <p class="flex flex-wrap items-center gap-2">
                    <code class="wire break-all" data-testid="invitation-link">
                        {address.clone()}
                    </code>
                    <Copy text=address label=text::copy_link(lang) />
                </p>
                <p class="text-ink-2">
                    {text::link_once(lang)} " " {text::link_until(lang)} " "
                    <Time at=link.expires_at style=TimeStyle::Full />
                </p>
            </Banner>
        </div>
    }
}
