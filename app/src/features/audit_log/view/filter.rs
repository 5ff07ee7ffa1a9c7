//! What is shown of the log.
use super::place::address;
use crate::features::{
    audit::model::{ACTIONS, Group},
    audit_log::{
        model::{LogFilter, Place},
        text,
    },
};
use crate::kernel::{Lang, Uid};
use crate::ui::{ButtonLink, Icon, Loading, SelectField, TextField, Variant, use_lang};
use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};

/// The fields of the filter.
#[derive(Clone, Copy)]
struct Fields {
    who: RwSignal<String>,
    what: RwSignal<String>,
    from: RwSignal<String>,
    to: RwSignal<String>,
    q: RwSignal<String>,
}

impl Fields {
    fn new(filter: &LogFilter) -> Self {
        Self {
            who: RwSignal::new(filter.who.clone()),
            what: RwSignal::new(filter.what.clone()),
            from: RwSignal::new(filter.from.clone()),
            to: RwSignal::new(filter.to.clone()),
            q: RwSignal::new(filter.q.clone()),
        }
    }

    fn show(self, filter: &LogFilter) {
        for (field, value) in [
            (self.who, &filter.who),
            (self.what, &filter.what),
            (self.from, &filter.from),
            (self.to, &filter.to),
            (self.q, &filter.q),
        ] {
            if field.with_untracked(|f| f != value) {
                field.set(value.clone());
            }
        }
    }

    fn read(self, subject: String) -> LogFilter {
        LogFilter {
            who: self.who.get_untracked(),
            what: self.what.get_untracked(),
            subject,
            from: self.from.get_untracked(),
            to: self.to.get_untracked(),
            q: self.q.get_untracked().trim().to_owned(),
        }
    }
}

/// The filter: what is chosen acts at once, a search when it is sent.
#[component]
pub fn Filters(
    /// The administrators to choose from
    people: Loading<Vec<(Uid, String)>>,
    /// What the address asks for
    asked: Memo<(LogFilter, Place)>,
) -> impl IntoView {
    let lang = use_lang();
    let navigate = use_navigate();
    let fields = Fields::new(&asked.get_untracked().0);
    // back and forward change the address, too
    Effect::new(move || fields.show(&asked.get().0));
    let apply = Callback::new(move |()| {
        let now = asked.get_untracked().0;
        let filter = fields.read(now.subject.clone());
        if filter != now {
            let options = NavigateOptions {
                scroll: false,
                ..NavigateOptions::default()
            };
            navigate(&address(&filter, Place::Newest), options);
        }
    });
    let who = move || {
        Suspend::new(async move {
            let loaded = people.await.unwrap_or_default();
            view! { <SelectField name="who" label=text::who(lang) options=who_options(lang, loaded) bind=fields.who /> }
        })
    };
    let narrowed = move || asked.with(|(filter, _)| filter.narrows());
    let subject = move || asked.with(|(filter, _)| !filter.subject.is_empty());
    view! {
        <form
            role="search"
            aria-label=text::filters(lang)
            class="grid gap-3 p-4 border-b border-line md:grid-cols-[minmax(0,1.4fr)_repeat(2,minmax(0,1fr))_repeat(2,minmax(0,9rem))_auto] items-end"
            method="get"
            action=super::place::PATH
            on:submit=move |event| {
                event.prevent_default();
                apply.run(());
            }
            on:change=move |_| apply.run(())
        >
            <TextField name="q" kind="search" label=text::search(lang) bind=fields.q />
            <Transition fallback=move || {
                view! { <SelectField name="who" label=text::who(lang) options=Vec::new() bind=fields.who /> }
            }>{who}</Transition>
            <SelectField name="what" label=text::what(lang) options=what_options(lang) bind=fields.what />
            <TextField name="from" kind="date" label=text::from(lang) bind=fields.from />
            <TextField name="to" kind="date" label=text::to(lang) bind=fields.to />
            <button type="submit" class="btn">
                <Icon name="search" />
                <span>{text::show(lang)}</span>
            </button>
            <Show when=narrowed>
                <p class="md:col-span-full flex flex-wrap items-center gap-3 text-sm">
                    <Show when=subject>
                        <span class="tag">{text::only_subject(lang)}</span>
                    </Show>
                    <ButtonLink href=super::place::PATH.to_owned() variant=Variant::Quiet small=true icon="x">
                        {text::clear(lang)}
                    </ButtonLink>
                </p>
            </Show>
        </form>
    }
}

fn option(value: &str, words: &str) -> (String, String) {
    (value.to_owned(), words.to_owned())
}

fn who_options(lang: Lang, people: Vec<(Uid, String)>) -> Vec<(String, String)> {
    let mut out = vec![option("", text::everybody(lang))];
    out.extend(people.into_iter().map(|(uid, name)| (uid.to_string(), name)));
    out.push(option("api-key", text::api_keys(lang)));
    out.push(option("operator", text::operator(lang)));
    out.push(option("job", text::server(lang)));
    out
}

/// Each group, and below it its actions.
fn what_options(lang: Lang) -> Vec<(String, String)> {
    let mut out = vec![option("", text::everything(lang))];
    for group in Group::ALL {
        out.push(option(group.code(), &text::all_of(lang, group.words(lang))));
        let own = ACTIONS.iter().filter(|a| a.group == group);
        out.extend(own.map(|a| option(a.code, &format!("\u{2003}{}", a.words(lang)))));
    }
    out
}
