//! Adding from a table: file, columns, check.
use super::{
    checked::{Afterwards, Lines, Summary, failure_beside, problem_at},
    list::Place,
};
use crate::features::lists::{
    api::{CheckTableFile, ImportTableFile, bad_table_rows},
    model::{Column, Kind, MAX_FILE_BYTES, TableCheck, TableOptions},
    text,
};
use crate::kernel::{ErrorCode, Lang, i18n::number, permission::Right};
use crate::shell::use_right;
use crate::ui::{
    Button, Failure, FieldFrame, Form, Submit, failure_of,
    file::{Chosen, save},
    use_lang, use_toasts,
};
use leptos::{prelude::*, task::spawn_local};

/// Chooses a file, shows how it is read, lets one change that, shows what becomes of its rows.
#[component]
pub fn TablePanel(
    /// Which list
    place: Place,
    /// The dialog
    open: RwSignal<bool>,
    /// Called with how many were added
    added: Callback<u64>,
) -> impl IntoView {
    let lang = use_lang();
    let content = RwSignal::new(None::<String>);
    let too_large = RwSignal::new(None::<String>);
    let check = ServerAction::<CheckTableFile>::new();
    let import = ServerAction::<ImportTableFile>::new();
    let look = Callback::new(move |options: TableOptions| {
        if let (Some((identity, list)), Some(content)) = (place.uids(), content.get_untracked()) {
            check.dispatch(CheckTableFile {
                identity,
                list,
                content,
                options,
            });
        }
    });
    let choose = Callback::new(move |file: Chosen| {
        check.clear();
        content.set(None);
        if file.size() > MAX_FILE_BYTES as f64 {
            too_large.set(Some(text::file_too_large(lang).to_owned()));
            return;
        }
        too_large.set(None);
        spawn_local(async move {
            if let Some(read) = file.read().await
                && content.try_set(Some(read)).is_none()
            {
                look.try_run(TableOptions::default());
            }
        });
    });
    Effect::new(move || {
        if let Some(Ok(done)) = import.value().get() {
            added.run(done.membership.added);
        }
    });
    let checked = Memo::new(move |_| check.value().get().and_then(Result::ok));
    let failed = failure_of(check);
    let refused = problem_at(failed, "file");
    let file_error = Signal::derive(move || too_large.get().or_else(|| refused.get()));
    let step = Memo::new(move |_| checked.with(|c| c.as_ref().map_or(0, |c| if c.has_id() { 2 } else { 1 })));
    let submit = move || {
        let missing = ErrorCode::NotFound;
        let (identity, list) = place.uids().ok_or(missing.clone())?;
        let content = content.get_untracked().ok_or(missing.clone())?;
        let options = checked.get_untracked().ok_or(missing)?.options;
        Ok(ImportTableFile {
            identity,
            list,
            content,
            options,
        })
    };
    let count = move |of: fn(&TableCheck) -> u64| checked.with(|c| c.as_ref().map_or(0, of));
    let cannot = Signal::derive(move || {
        checked.with(|c| {
            c.as_ref()
                .is_none_or(|c| c.checked.new + c.checked.already == 0 || c.checked.over_limit())
        })
    });
    let verb = move || match (count(|c| c.checked.new), count(|c| c.checked.already)) {
        (0, 0) => text::nobody_to_add(lang).to_owned(),
        (0, _) => text::take_over(lang).to_owned(),
        (n, _) => text::add_n(lang, n),
    };
    let stay = move || {
        let bad = count(|c| c.checked.bad);
        (bad > 0).then(|| text::stay_out(lang, bad))
    };
    view! {
        <Form action=import submit class="contents">
            <div class="dialog-body grid gap-4">
                <Steps step />
                <FileField choose error=file_error />
                <p class="sr" role="status">
                    {move || check.pending().get().then(|| text::reading(lang))}
                </p>
                {move || failure_beside(failed).map(|error| view! { <Failure error /> })}
                {move || checked.get().map(|check| view! { <Reading check look /> })}
                {move || {
                    checked.get().filter(TableCheck::has_id).map(|check| view! { <Found check content kind=place.kind /> })
                }}
            </div>
            <div class="dialog-foot">
                <p class="text-sm text-ink-2">{stay}</p>
                <Button on:click=move |_| open.set(false)>{text::cancel(lang)}</Button>
                <Submit disabled=cannot>{verb}</Submit>
            </div>
        </Form>
    }
}

#[component]
fn Steps(step: Memo<usize>) -> impl IntoView {
    let lang = use_lang();
    let names = [
        text::step_file(lang),
        text::step_columns(lang),
        text::step_add(lang),
    ];
    let one = move |(i, name): (usize, &'static str)| {
        let here = move || (step.get() == i).then_some("step");
        view! {
            <li aria-current=here>
                <span class="step-no">{i + 1}</span>
                {name}
            </li>
        }
    };
    view! { <ol class="steps">{names.into_iter().enumerate().map(one).collect_view()}</ol> }
}

#[component]
fn FileField(choose: Callback<Chosen>, error: Signal<Option<String>>) -> impl IntoView {
    let lang = use_lang();
    let described = move || match error.get() {
        Some(_) => "field-file-help field-file-error",
        None => "field-file-help",
    };
    let invalid = move || error.get().map(|_| "true");
    view! {
        <FieldFrame name="file" label=text::file_label(lang) help=text::file_help(lang) error>
            <input
                class="input py-1!"
                type="file"
                id="field-file"
                accept=".csv,.tsv,.txt,text/csv,text/plain"
                aria-describedby=described
                aria-invalid=invalid
                on:change:target=move |event| {
                    if let Some(file) = Chosen::of(&event.target()) {
                        choose.run(file);
                    }
                }
            />
        </FieldFrame>
    }
}

/// How the table was read, to be changed.
#[component]
fn Reading(check: TableCheck, look: Callback<TableOptions>) -> impl IntoView {
    let lang = use_lang();
    let options = StoredValue::new(check.options.clone());
    let delimiter = check.options.delimiter;
    let choose_delimiter = move |value: String| {
        look.run(TableOptions {
            delimiter: value.chars().next(),
            ..TableOptions::default()
        });
    };
    let choose_header = move |header: bool| {
        let options = options.get_value();
        look.run(TableOptions {
            header: Some(header),
            ..options
        });
    };
    let delimiters = TableOptions::DELIMITERS.map(|d| {
        let words = match d {
            ',' => text::delimiter_comma(lang),
            ';' => text::delimiter_semicolon(lang),
            '\t' => text::delimiter_tab(lang),
            _ => text::delimiter_bar(lang),
        };
        view! { <option value=d.to_string() selected={Some(d) == delimiter}>{words}</option> }
    });
    let id = check.has_id();
    view! {
        <div class="flex flex-wrap items-center gap-x-4 gap-y-2 text-sm">
            <span class="text-ink-2">{text::encoding(lang, check.encoding.name())}</span>
            <label class="flex items-center gap-2">
                {text::delimiter(lang)}
                <select
                    class="select select-sm"
                    on:change:target=move |event| choose_delimiter(event.target().value())
                >
                    {delimiters.collect_view()}
                </select>
            </label>
            <label class="check">
                <input
                    type="checkbox"
                    checked=check.options.header == Some(true)
                    on:change:target=move |event| choose_header(event.target().checked())
                />
                <span>{text::header(lang)}</span>
            </label>
        </div>
        {(!id).then(|| view! { <p class="field-error" role="alert">{text::need_id(lang)}</p> })}
        <Columns check look />
    }
}

/// The columns with what they hold and the first rows.
#[component]
fn Columns(check: TableCheck, look: Callback<TableOptions>) -> impl IntoView {
    let lang = use_lang();
    let options = StoredValue::new(check.options.clone());
    let named = |i: usize| {
        let name = check.names.get(i).filter(|n| !n.is_empty()).cloned();
        name.unwrap_or_else(|| text::column(lang, number(i as u64 + 1)))
    };
    let head = |(i, held): (usize, &Column)| {
        let (name, held) = (named(i), *held);
        let choose = move |value: String| {
            let mut options = options.get_value();
            let chosen = value
                .parse()
                .ok()
                .and_then(|n: usize| Column::ALL.get(n))
                .copied()
                .unwrap_or_default();
            // what another column held it holds no longer
            for (at, column) in options.columns.iter_mut().enumerate() {
                if at == i {
                    *column = chosen;
                } else if *column == chosen {
                    *column = Column::Ignore;
                }
            }
            look.run(options);
        };
        let choices = Column::ALL.into_iter().enumerate().map(|(n, column)| {
            view! { <option value=n.to_string() selected={column == held}>{column_words(lang, column)}</option> }
        });
        view! {
            <th scope="col">
                <span class="block mb-1">{name.clone()}</span>
                <select
                    class="select select-sm"
                    aria-label=text::holds(lang, &name)
                    on:change:target=move |event| choose(event.target().value())
                >
                    {choices.collect_view()}
                </select>
            </th>
        }
    };
    let width = check.options.columns.len();
    let row = |cells: &Vec<String>| {
        let cell = |i: usize| view! { <td>{cells.get(i).cloned().unwrap_or_default()}</td> };
        view! { <tr>{(0..width).map(cell).collect_view()}</tr> }
    };
    view! {
        <div class="overflow-x-auto border border-line rounded-md" tabindex="0" role="region" aria-label=text::sample(lang)>
            <table class="data data-tight">
                <thead>
                    <tr>{check.options.columns.iter().enumerate().map(head).collect_view()}</tr>
                </thead>
                <tbody>{check.samples.iter().map(row).collect_view()}</tbody>
            </table>
        </div>
    }
}

const fn column_words(lang: Lang, column: Column) -> &'static str {
    match column {
        Column::Ignore => text::column_ignore(lang),
        Column::ThreemaId => text::column_id(lang),
        Column::FirstName => text::column_first(lang),
        Column::LastName => text::column_last(lang),
        Column::Language => text::column_language(lang),
        Column::Category => text::column_category(lang),
    }
}

/// What becomes of the rows.
#[component]
fn Found(check: TableCheck, content: RwSignal<Option<String>>, kind: Kind) -> impl IntoView {
    let lang = use_lang();
    let toasts = use_toasts();
    let busy = RwSignal::new(false);
    let options = StoredValue::new(check.options);
    let download = move |_| {
        let Some(content) = content.get_untracked() else {
            return;
        };
        let options = options.get_value();
        busy.set(true);
        spawn_local(async move {
            match bad_table_rows(content, options, lang).await {
                Ok(file) => drop(save(text::bad_file(lang), "text/csv;charset=utf-8", &file)),
                Err(error) => toasts.fail(error.text(lang)),
            }
            let _ = busy.try_set(false);
        });
    };
    // read once: rights that change load the page anew
    let changes = use_right(Right::Recipients).get_untracked();
    let checked = check.checked;
    let bad = checked.bad > 0;
    view! {
        <div class="grid gap-1.5">
            <div class="flex flex-wrap items-center gap-1.5 min-h-5" role="status">
                <Summary checked=checked.clone() />
            </div>
            <Lines checked=checked.clone() />
            {bad
                .then(|| {
                    view! {
                        <div>
                            <Button small=true icon="download" busy on:click=download>
                                {text::download_bad(lang)}
                            </Button>
                        </div>
                    }
                })}
        </div>
        {match changes {
            true => (checked.already > 0).then(|| text::table_updates(lang)),
            false => Some(text::table_keeps(lang)),
        }
            .map(|words| view! { <p class="text-sm text-ink-2">{words}</p> })}
        <Afterwards checked kind />
    }
}
