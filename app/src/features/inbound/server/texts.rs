//! A text: a command, something for a bot or a conversation, or nothing that anybody knows. It is dropped afterwards.
use crate::features::{
    bots::server as bots,
    conversations::server as conversations,
    feeds::server::{self as feeds, PersonFeed},
    groups::server as groups,
    identities::server::Identity,
    inbound::grammar::{self, Command, Effect, FeedNow, Outcome, View},
    plans::server::check_limit,
    recipients::server::{Person, find_person, stranger},
};
use crate::kernel::{
    AppResult, ErrorCode, ThreemaId, Timestamp,
    server::{Ctx, Tx},
};

/// What became of a text.
#[derive(Debug, Default)]
pub struct Dealt {
    /// To be sent, in this order.
    pub answers: Vec<String>,
    /// Feeds or recipients have changed.
    pub changed: bool,
    /// Who learns by the answers that replies are kept: to be noted when all of them are on their way.
    pub told: Option<i64>,
}

/// Does what a text asks for, in the caller's transaction. Who may not answer, after the plan's end, can still be left.
pub async fn deal(
    ctx: &Ctx,
    tx: &Tx,
    identity: &Identity,
    from: ThreemaId,
    (text, sent_at): (&str, Timestamp),
    may_answer: bool,
) -> AppResult<Dealt> {
    let person = match find_person(tx, identity, from).await? {
        Some((person, _)) => person,
        None => stranger(identity, from),
    };
    let person = match person.own_language {
        Some(_) => person,
        // chosen before they were a recipient
        None => {
            let own = feeds::stranger_language(tx, &person).await?;
            person.speaking(own)
        }
    };
    let command = grammar::parse(text);
    let (view, found) = look(ctx, tx, identity, &person, &command).await?;
    let talk = match command {
        Command::Help => bots::talk(ctx, tx, identity, &person).await?,
        _ => None,
    };
    let words = talk.map(|talk| talk.first_words()).unwrap_or_default();
    let dealt = match grammar::reply(&view, &command, &words) {
        Outcome::Refused(answer) => only(answer),
        Outcome::Profile => only(profile(tx, &person, view).await?),
        Outcome::Done(_, Effect::Join(_)) | Outcome::NotACommand if !may_answer => Dealt::default(),
        Outcome::Done(answer, effect) => apply(ctx, tx, identity, &person, &found, (answer, effect)).await?,
        Outcome::NotACommand => others(ctx, tx, identity, &person, &view, (text, sent_at)).await?,
    };
    let answers = match may_answer {
        true => dealt.answers.iter().flat_map(|a| grammar::split(a)).collect(),
        false => Vec::new(),
    };
    Ok(Dealt { answers, ..dealt })
}

fn only(answer: String) -> Dealt {
    said(vec![answer])
}

/// What the answer depends on, as far as the command needs it.
async fn look(
    ctx: &Ctx,
    tx: &Tx,
    identity: &Identity,
    person: &Person,
    command: &Command,
) -> AppResult<(View, Vec<PersonFeed>)> {
    let found = match command {
        Command::Other | Command::Language(_) => Vec::new(),
        _ => feeds::feeds_of(tx, person).await?,
    };
    let counted = person.internal || found.iter().any(|f| f.mine);
    let room = match command {
        Command::Start(_) if !counted => match check_limit(ctx, tx, identity.id, 1).await {
            Ok(()) => true,
            Err(error) if matches!(error.code, ErrorCode::RecipientLimit { .. }) => false,
            Err(error) => return Err(error),
        },
        _ => true,
    };
    let shown = |f: &PersonFeed| FeedNow {
        number: f.number,
        name: f.name.clone(),
        mine: f.mine,
        barred: f.barred,
    };
    let view = View {
        lang: person.language,
        threema_id: identity.threema_id.clone(),
        internal_only: identity.internal_only,
        internal: person.internal,
        known: person.recipient_id.is_some(),
        room,
        feeds: found.iter().map(shown).collect(),
        lists: Vec::new(),
        language: person.own_language,
        ..View::default()
    };
    Ok((view, found))
}

async fn profile(tx: &Tx, person: &Person, view: View) -> AppResult<String> {
    let lists = feeds::lists_of(tx, person).await?;
    let kept = conversations::profile_line(tx, person).await?;
    let groups = groups::profile_lines(tx, person).await?;
    let view = View { lists, ..view };
    Ok(grammar::profile(&view, &groups, kept.as_slice()))
}

async fn apply(
    ctx: &Ctx,
    tx: &Tx,
    identity: &Identity,
    person: &Person,
    found: &[PersonFeed],
    (answer, effect): (String, Effect),
) -> AppResult<Dealt> {
    let mut answers = vec![answer];
    let list_of = |at: &usize| found.get(*at).map(|f| f.list_id);
    let changed = match &effect {
        Effect::None => false,
        Effect::Join(at) => {
            if let Some(list_id) = list_of(at) {
                answers.extend(feeds::join(ctx, tx, identity, person, list_id).await?);
            }
            true
        }
        Effect::Leave(places) => {
            for list_id in places.iter().filter_map(list_of) {
                answers.extend(feeds::leave(ctx, tx, identity, person, list_id).await?);
            }
            true
        }
        Effect::Language(language) => {
            feeds::choose_language(ctx, tx, person, *language).await?;
            true
        }
        Effect::Full(at) => {
            if let Some(list_id) = list_of(at) {
                feeds::note_refused(ctx, tx, identity, list_id).await?;
            }
            true
        }
    };
    Ok(Dealt {
        answers,
        changed,
        ..Dealt::default()
    })
}

/// What is no command. A way that a bot knows goes first; then a conversation, before a bot that could only repeat where the
/// person stands. Nobody takes it: the answer says how to go on.
async fn others(
    ctx: &Ctx,
    tx: &Tx,
    identity: &Identity,
    person: &Person,
    view: &View,
    (text, sent_at): (&str, Timestamp),
) -> AppResult<Dealt> {
    let talk = bots::talk(ctx, tx, identity, person).await?;
    let (first, last) = match talk {
        Some(talk) if talk.knows(text) => (Some(talk), None),
        talk => (None, talk),
    };
    if let Some(talk) = first
        && let Some(answers) = talk.answer(ctx, tx, person, text).await?
    {
        return Ok(said(answers));
    }
    if let Some(kept) = conversations::take_reply(ctx, tx, person, text, sent_at).await? {
        let told = person.recipient_id.filter(|_| kept.notice.is_some());
        let answers = kept.notice.into_iter().collect();
        return Ok(Dealt {
            told,
            ..said(answers)
        });
    }
    if let Some(talk) = last
        && let Some(answers) = talk.answer(ctx, tx, person, text).await?
    {
        return Ok(said(answers));
    }
    Ok(only(grammar::fallback(view)))
}

fn said(answers: Vec<String>) -> Dealt {
    Dealt {
        answers,
        ..Dealt::default()
    }
}
