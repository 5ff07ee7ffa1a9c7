//! Bots as browser and server know them: the tree, the engine that talks, the check, the file, and what pages load.
mod bot;
mod check;
mod edit;
mod engine;
mod file;
mod speech;
mod tree;
mod words;

pub use bot::{
    BOT_NAME_CHARS, BotHead, BotInput, BotState, BotView, Count, DayCount, DraftInput, DraftSaved, Statistics,
};
pub use check::{By, Finding, Level, Neighbour, What, check, first_words};
pub use edit::{Side, Spot, Step, changes};
pub use engine::{Folded, Heard, Place, Talker, Turn, knows, turn};
pub use file::{BadFile, export, import, unique_uids};
pub use speech::{Listener, Said};
pub use tree::{
    ANSWER_BYTES, After, DESCRIPTION_CHARS, MAX_ALIASES, MAX_COMMANDS, MAX_DEPTH, MAX_TIMEOUT_MINUTES,
    MAX_TREE_BYTES, Node, TIMEOUT_MINUTES, Texts, Tree, WORD_CHARS, in_language,
};
pub use words::{Fit, Key, Reserved, reserved};
