//! Single commands, for REST: each change is published at once. What somebody works on in the cockpit meanwhile is changed
//! alike, as far as the command is there.
use super::{drafts::write, service::tell_bot, store, trees};
use crate::features::{
    audit::server::record,
    auth::server::Granted,
    bots::model::{
        ANSWER_BYTES, After, DESCRIPTION_CHARS, DraftInput, Key, MAX_ALIASES, MAX_DEPTH, Node, Spot, Texts,
        Tree, WORD_CHARS,
    },
    identities::server::find as find_identity,
};
use crate::kernel::{
    AppError, AppResult, ErrorCode, LanguageCode, Problem, Uid, permission::cap, server::Ctx, validate::Check,
};

/// What a call says about a command; what it leaves out stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CommandInput {
    /// The word
    pub word: Option<String>,
    /// The word in other languages
    pub words: Option<Texts>,
    /// Further words
    pub aliases: Option<Vec<String>>,
    /// What menus say
    pub description: Option<Texts>,
    /// What is answered
    pub answer: Option<Texts>,
    /// What happens afterwards
    pub after: Option<After>,
    /// The command above it; some none: the start
    pub parent: Option<Option<Uid>>,
    /// Its place among its neighbours, from 0
    pub position: Option<usize>,
}

/// The published tree, and the identity's default language.
pub async fn commands(
    ctx: &Ctx,
    granted: &Granted<cap::SeeBots>,
    identity: &Uid,
    bot: &Uid,
) -> AppResult<Tree> {
    let identity = find_identity(ctx, granted, identity).await?;
    let bot = store::find(ctx.db.conn(), identity.id, bot).await?;
    trees::published(ctx, ctx.db.conn(), identity.organisation_id, &bot).await
}

/// The identity's default language, in which a bare text is.
pub async fn default_language(
    ctx: &Ctx,
    granted: &Granted<cap::ManageBots>,
    identity: &Uid,
) -> AppResult<LanguageCode> {
    let identity = find_identity(ctx, granted, identity).await?;
    Ok(identity.default_language.parse().unwrap_or(LanguageCode::EN))
}

/// Adds a command; answers its uid and the tree.
pub async fn add_command(
    ctx: Ctx,
    granted: Granted<cap::ManageBots>,
    identity: Uid,
    bot: Uid,
    mut input: CommandInput,
) -> AppResult<(Uid, Tree)> {
    let uid = ctx.rng.uid();
    // a command without a word is no command
    input.word.get_or_insert_default();
    let added = uid.clone();
    let action = "bot.command.add";
    let tree = change(
        ctx,
        granted,
        identity,
        (bot, uid.clone(), action),
        move |tree, strict| {
            let parent = match input.parent.clone().flatten() {
                Some(parent) if tree.find(&parent).is_some() => parent,
                Some(_) if strict => return Err(AppError::field("parent", Problem::NotAChoice)),
                _ => tree.start.uid.clone(),
            };
            let at = input.position.unwrap_or(usize::MAX);
            tree.insert(&Spot { parent, at }, Node::new(added.clone()));
            apply(tree, &added, &input);
            Ok(())
        },
    )
    .await?;
    Ok((uid, tree))
}

/// Changes a command.
pub async fn change_command(
    ctx: Ctx,
    granted: Granted<cap::ManageBots>,
    identity: Uid,
    bot: Uid,
    command: Uid,
    input: CommandInput,
) -> AppResult<Tree> {
    let action = "bot.command.change";
    let changed = command.clone();
    change(
        ctx,
        granted,
        identity,
        (bot, command, action),
        move |tree, strict| {
            let spot = match (tree.spot(&changed), strict) {
                (Some(spot), _) => spot,
                (None, true) => return Err(ErrorCode::NotFound.into()),
                (None, false) => return Ok(()),
            };
            apply(tree, &changed, &input);
            let parent = match input.parent.clone() {
                Some(parent) => parent.unwrap_or_else(|| tree.start.uid.clone()),
                None => spot.parent.clone(),
            };
            let end = if parent == spot.parent {
                spot.at
            } else {
                usize::MAX
            };
            let to = Spot {
                parent,
                at: input.position.unwrap_or(end),
            };
            let moved = to == spot || tree.move_to(&changed, &to);
            match moved || !strict {
                true => Ok(()),
                false => Err(AppError::field("parent", Problem::NotAChoice)),
            }
        },
    )
    .await
}

/// Removes a command and everything below it.
pub async fn remove_command(
    ctx: Ctx,
    granted: Granted<cap::ManageBots>,
    identity: Uid,
    bot: Uid,
    command: Uid,
) -> AppResult<Tree> {
    let removed = command.clone();
    let action = "bot.command.remove";
    change(
        ctx,
        granted,
        identity,
        (bot, command, action),
        move |tree, strict| match tree.remove(&removed).is_some() || !strict {
            true => Ok(()),
            false => Err(ErrorCode::NotFound.into()),
        },
    )
    .await
}

/// Puts what was said into a command.
fn apply(tree: &mut Tree, uid: &Uid, input: &CommandInput) {
    let input = input.clone();
    tree.change(uid, |node| {
        node.word = input
            .word
            .map_or(std::mem::take(&mut node.word), |w| w.trim().to_owned());
        node.words = input.words.unwrap_or(std::mem::take(&mut node.words));
        node.aliases = input.aliases.unwrap_or(std::mem::take(&mut node.aliases));
        node.description = input.description.unwrap_or(std::mem::take(&mut node.description));
        node.answer = input.answer.unwrap_or(std::mem::take(&mut node.answer));
        node.after = input.after.unwrap_or(node.after);
    });
}

/// Changes the published tree by `by`, and what is being worked on likewise, without being strict there.
async fn change(
    ctx: Ctx,
    granted: Granted<cap::ManageBots>,
    identity: Uid,
    (bot, command, action): (Uid, Uid, &'static str),
    by: impl Fn(&mut Tree, bool) -> AppResult<()> + Send,
) -> AppResult<Tree> {
    let identity = find_identity(&ctx, &granted, &identity).await?;
    let organisation_id = identity.organisation_id;
    let tx = ctx.db.begin().await?;
    let before = store::lock_active(&tx, identity.id, &bot).await?;
    let mut tree = trees::published(&ctx, tx.conn(), organisation_id, &before).await?;
    let word = |tree: &Tree| tree.find(&command).map(|n| n.word.clone());
    let was = word(&tree);
    by(&mut tree, true)?;
    valid(&tree, &command, before.version)?;
    let mut draft = trees::draft(&ctx, tx.conn(), organisation_id, &before).await?;
    if let Some(draft) = &mut draft {
        by(draft, false)?;
    }
    let now = word(&tree);
    let after = write(&ctx, &tx, &identity, before, &tree, draft.as_ref()).await?;
    let detail = serde_json::json!({
        "name": after.name, "before": { "command": was }, "after": { "command": now },
    });
    record(&ctx, &tx, granted.who(), action, &after.uid, detail).await?;
    tx.commit().await?;
    tell_bot(&ctx, &identity, &bot);
    Ok(tree)
}

/// The limits of a command and of the whole bot, and words that lead to one command only.
fn valid(tree: &Tree, uid: &Uid, version: i64) -> AppResult<()> {
    let mut check = Check::new();
    if let (Some(node), Some(spot)) = (tree.find(uid), tree.spot(uid)) {
        fields(&mut check, node);
        let beside = tree
            .find(&spot.parent)
            .map(|p| p.commands.as_slice())
            .unwrap_or_default();
        let taken = |word: &str| {
            let key = Key::of(word);
            let others = beside.iter().filter(|c| c.uid != *uid);
            others
                .flat_map(Node::all_words)
                .any(|w| Key::of(w).exact() == key.exact())
        };
        if taken(&node.word) {
            check.fail("command", Problem::Taken);
        }
        if node.words.values().any(|w| taken(w)) {
            check.fail("words", Problem::Taken);
        }
        if node.aliases.iter().any(|w| taken(w)) {
            check.fail("aliases", Problem::Taken);
        }
    }
    if tree.start.depth() > MAX_DEPTH {
        check.fail("parent", Problem::TooMany { max: MAX_DEPTH });
    }
    check.done()?;
    let input = DraftInput {
        version: u64::try_from(version).unwrap_or_default(),
        tree: tree.clone(),
    };
    input.validate()
}

fn fields(check: &mut Check, node: &Node) {
    word(check, "command", &node.word);
    for (language, own) in &node.words {
        word(check, &format!("words.{language}"), own);
    }
    for (at, alias) in node.aliases.iter().enumerate() {
        word(check, &format!("aliases[{at}]"), alias);
    }
    if node.aliases.len() > MAX_ALIASES {
        check.fail("aliases", Problem::TooMany { max: MAX_ALIASES });
    }
    for (language, text) in &node.description {
        let field = format!("description.{language}");
        check.optional_text(&field, text, DESCRIPTION_CHARS);
    }
    for (language, text) in &node.answer {
        let field = format!("answers.{language}");
        if text.len() > ANSWER_BYTES {
            let (max, is) = (ANSWER_BYTES, text.len());
            check.fail(&field, Problem::TooManyBytes { max, is });
        }
        check.optional_text(&field, text, usize::MAX);
    }
}

fn word(check: &mut Check, field: &str, word: &str) {
    check.text(field, word, WORD_CHARS);
    if word.contains(char::is_control) || (!word.trim().is_empty() && Key::of(word).is_empty()) {
        check.fail(field, Problem::ControlCharacters);
    }
}
