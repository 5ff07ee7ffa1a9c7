//! `fanfare demo`: a filled organisation to look around in, made through the same use cases as everything else.
use super::operator::sentence;
use crate::{
    boot::{self, Sentence},
    config::Config,
};
use app::{
    features::{
        audit::server::Who,
        auth::server::{
            AdministratorInput, Granted, create_administrator, find_or_create_organisation, operator_as,
            organisation_by_name,
        },
        groups::{
            model::{NewGroup, NewText},
            server as groups,
        },
        identities::{
            model::NewIdentity,
            server::{self as identities, Identity},
        },
        lists::{
            model::{Column, ListInput, TableOptions},
            server as lists,
        },
        messages::server::{SendNow, send_now},
    },
    kernel::{
        AppResult, Lang, LanguageCode, ThreemaId, Uid,
        permission::{Capability, cap::SeeIdentities},
        server::Ctx,
    },
};
use base64::{Engine, prelude::BASE64_STANDARD};
use std::fmt::Write;

const ORGANISATION: &str = "Stadt Aarental";
const EMAIL: &str = "demo@example.org";
const NAME: &str = "Lea Brunner";

/// A distribution list of the demo: everybody from `from`, `size` of them, so that lists share people.
struct DemoList {
    name: &'static str,
    category: &'static str,
    from: usize,
    size: usize,
}

const LISTS: [DemoList; 3] = [
    DemoList {
        name: "Medien",
        category: "Medien",
        from: 0,
        size: 42,
    },
    DemoList {
        name: "Krisenstab",
        category: "Verwaltung",
        from: 30,
        size: 24,
    },
    DemoList {
        name: "Hochwasser-Meldungen",
        category: "Bevölkerung",
        from: 48,
        size: 312,
    },
];
/// Different people on all lists together.
const PEOPLE: usize = 360;

const FIRST: [&str; 24] = [
    "Anna",
    "Beat",
    "Céline",
    "Daniel",
    "Elif",
    "Fabian",
    "Giulia",
    "Hans",
    "Ines",
    "Jonas",
    "Katharina",
    "Luca",
    "Mirjam",
    "Nico",
    "Olivia",
    "Pascal",
    "Regula",
    "Stefan",
    "Tanja",
    "Urs",
    "Vera",
    "Walter",
    "Yannick",
    "Zoé",
];
const LAST: [&str; 25] = [
    "Aebischer",
    "Baumann",
    "Brunner",
    "Bühler",
    "Egger",
    "Favre",
    "Fischer",
    "Frei",
    "Gerber",
    "Graf",
    "Huber",
    "Jäggi",
    "Keller",
    "Lüthi",
    "Meier",
    "Müller",
    "Niederberger",
    "Rossi",
    "Schmid",
    "Steiner",
    "Suter",
    "Vogel",
    "Weber",
    "Wyss",
    "Zürcher",
];

const TEXT_DE: &str = "*Hochwasser Aare: Stufe 3*\n\nDer Pegel steigt bis heute Abend um rund 40 cm. Bitte meiden Sie die \
Uferwege zwischen Altstadt und Schwimmbad.\n\nNächste Meldung um 18 Uhr. _Stadt Aarental, Krisenstab_";
const TEXT_EN: &str = "*Aare flood warning: level 3*\n\nThe water will rise by about 40 cm until this evening. Please stay off \
the river paths between the old town and the swimming pool.\n\nNext notice at 6 pm. _City of Aarental, crisis team_";

/// The central group of the demo: the first of the crisis team.
const GROUP: DemoList = DemoList {
    name: "Lagezentrum Hochwasser",
    category: "",
    from: 30,
    size: 9,
};
/// What is written in it.
const SAID: [&str; 3] = [
    "*Lage 16 Uhr:* Pegel 4.12 m, steigend. Die Uferwege sind gesperrt.",
    "Nächste Besprechung um 18 Uhr im Feuerwehrmagazin. Wer nicht kommen kann, meldet sich hier.",
    "Der Pegel steht jetzt bei 4.20 m. Der Trupp am Schwimmbad wird um 17 Uhr abgelöst.",
];

/// Fills the demo organisation and prints its login.
pub async fn run(config: &Config) -> Result<(), Sentence> {
    let ctx = boot::context(config).await?;
    if organisation_by_name(&ctx, ORGANISATION)
        .await
        .map_err(sentence)?
        .is_some()
    {
        return Err(format!(
            "the organisation {ORGANISATION} is there already: sign in as {EMAIL}, or fill a new one into another FANFARE_DATA_DIR"
        ));
    }
    if !ctx.settings.local_gateway {
        return Err("the demo needs a local gateway: leave FANFARE_GATEWAY_URL unset".to_owned());
    }
    // first, so that nothing is written when no gateway answers
    let people = people(&ctx).await?;
    let password = hex::encode(ctx.rng.array::<8>());
    fill(&ctx, &people, &password).await.map_err(sentence)?;
    println!(
        "\n  Fanfare:   {}/login\n  E-mail:    {EMAIL}\n  Password:  {password}\n",
        config.origin()
    );
    Ok(())
}

/// Makes recipients on the local gateway, who count what they get.
async fn people(ctx: &Ctx) -> Result<Vec<ThreemaId>, Sentence> {
    let url = format!("{}/sim/recipients", ctx.settings.gateway_url);
    // of its own each time: a gateway that runs alone may have an earlier demo
    let seed = format!("demo-{}", ctx.rng.uid());
    let away = |e: reqwest::Error| {
        format!(
            "the local gateway at {} does not answer ({e}): start 'fanfare serve' first",
            ctx.settings.gateway_url
        )
    };
    let wanted = serde_json::json!({ "count": PEOPLE, "seed": seed });
    let made = ctx.http.post(&url).json(&wanted).send().await;
    made.and_then(reqwest::Response::error_for_status).map_err(away)?;
    let listed = ctx.http.get(&url).query(&[("seed", &seed)]).send().await;
    let listed = listed
        .and_then(reqwest::Response::error_for_status)
        .map_err(away)?;
    let ids = listed.text().await.map_err(away)?;
    let ids: Vec<ThreemaId> = ids.lines().filter_map(|line| line.parse().ok()).collect();
    if ids.len() < PEOPLE {
        return Err("the local gateway has made too few recipients: is it a 'fanfare gateway'?".to_owned());
    }
    Ok(ids)
}

async fn fill(ctx: &Ctx, people: &[ThreemaId], password: &str) -> AppResult<()> {
    let owner = organisation(ctx, password).await?;
    let input = NewIdentity {
        threema_id: String::new(),
        nickname: ORGANISATION.to_owned(),
        plan: "o1000".to_owned(),
        default_language: "de".to_owned(),
        gateway_secret: String::new(),
        private_key: String::new(),
    };
    let made = identities::create(ctx.clone(), owner.granted(), input).await?;
    let mut all = Vec::new();
    for list in &LISTS {
        all.push(fill_list(ctx, owner, &made.uid, list, people).await?);
    }
    fill_group(ctx, owner, &made.uid, people).await?;
    let identity = identities::find(ctx, &owner.granted::<SeeIdentities>(), &made.uid).await?;
    send(ctx, owner, &identity, all).await
}

/// Whose demo it is: everything in it is shown as theirs.
#[derive(Clone, Copy)]
struct Owner {
    organisation_id: i64,
    administrator_id: i64,
}

impl Owner {
    fn granted<C: Capability>(self) -> Granted<C> {
        operator_as(self.organisation_id, self.administrator_id)
    }
}

/// Organisation and administrator in one transaction: both or neither.
async fn organisation(ctx: &Ctx, password: &str) -> AppResult<Owner> {
    let input = AdministratorInput::new(NAME.to_owned(), EMAIL.to_owned(), password, Lang::De).await?;
    let tx = ctx.db.begin().await?;
    let organisation = find_or_create_organisation(ctx, &tx, ORGANISATION).await?;
    let who = Who::operator(organisation.id);
    let administrator_id = create_administrator(ctx, &tx, &who, input).await?.id;
    tx.commit().await?;
    Ok(Owner {
        organisation_id: organisation.id,
        administrator_id,
    })
}

async fn fill_list(
    ctx: &Ctx,
    owner: Owner,
    identity: &Uid,
    list: &DemoList,
    people: &[ThreemaId],
) -> AppResult<Uid> {
    let input = ListInput {
        name: list.name.to_owned(),
    };
    let made = lists::create_list(ctx.clone(), owner.granted(), identity.clone(), input).await?;
    let options = TableOptions {
        delimiter: Some(','),
        header: Some(false),
        columns: vec![
            Column::ThreemaId,
            Column::FirstName,
            Column::LastName,
            Column::Language,
            Column::Category,
        ],
    };
    lists::import_table(
        ctx.clone(),
        owner.granted(),
        identity.clone(),
        made.uid.clone(),
        BASE64_STANDARD.encode(table(list, people)),
        options,
    )
    .await?;
    Ok(made.uid)
}

/// A group with its chat, on its way to the members' phones.
async fn fill_group(ctx: &Ctx, owner: Owner, identity: &Uid, people: &[ThreemaId]) -> AppResult<()> {
    let input = NewGroup {
        name: GROUP.name.to_owned(),
        members: people.iter().skip(GROUP.from).take(GROUP.size).copied().collect(),
        saves_history: true,
    };
    let made = groups::create_group(ctx.clone(), owner.granted(), identity.clone(), input).await?;
    let (place, granted) = ((identity, &made.uid), owner.granted());
    groups::synchronise(ctx.clone(), owner.granted(), identity.clone(), made.uid.clone()).await?;
    for text in SAID {
        let new = NewText {
            text: text.to_owned(),
            quotes: None,
        };
        groups::send_text(ctx, &granted, place, ("text", &new), None).await?;
    }
    Ok(())
}

/// The people of a list as a table. Every ninth person reads English, every seventh has no language set.
fn table(list: &DemoList, people: &[ThreemaId]) -> String {
    let mut csv = String::new();
    for (n, id) in people.iter().enumerate().skip(list.from).take(list.size) {
        let language = match n {
            n if n % 9 == 4 => "en",
            n if n % 7 == 6 => "",
            _ => "de",
        };
        // 24 and 25 share no divisor: no two of 600 have the same name
        let (first, last) = (FIRST[n % FIRST.len()], LAST[n % LAST.len()]);
        // writing to a string does not fail
        let _ = writeln!(csv, "{id},{first},{last},{language},{}", list.category);
    }
    csv
}

/// One message that the running server sends: German, and English for those who read it.
async fn send(ctx: &Ctx, owner: Owner, identity: &Identity, lists: Vec<Uid>) -> AppResult<()> {
    let texts = [
        (LanguageCode::DE, TEXT_DE.to_owned()),
        (LanguageCode::EN, TEXT_EN.to_owned()),
    ];
    let message = SendNow {
        lists,
        texts: texts.into(),
        idempotency_key: None,
        ..Default::default()
    };
    send_now(ctx, &owner.granted(), identity, message)
        .await
        .map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn the_lists_cover_everybody_and_names_are_different() {
        let people: Vec<ThreemaId> = (0..PEOPLE)
            .filter_map(|n| format!("SIM{n:05}").parse().ok())
            .collect();
        let rows: HashSet<String> = LISTS
            .iter()
            .flat_map(|l| {
                let rows = table(l, &people);
                rows.lines()
                    .map(|r| r.split(',').take(3).collect::<Vec<_>>().join(","))
                    .collect::<Vec<_>>()
            })
            .collect();
        assert_eq!(rows.len(), PEOPLE);
        let names: HashSet<&str> = rows
            .iter()
            .filter_map(|r| r.split_once(','))
            .map(|r| r.1)
            .collect();
        assert_eq!(names.len(), PEOPLE);
    }
}
