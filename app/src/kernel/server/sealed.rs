//! Every column that holds sealed values, and by which key: the one list that key changes work through.
//!
//! A column whose name ends in `_sealed` and that is missing here fails `server/tests/architecture/`.

/// By which key a column is sealed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// The installation's master key.
    MasterKey,
    /// The organisation's data key; `whose` is the condition for the rows of the organisation `$1`.
    DataKey {
        /// SQL
        whose: &'static str,
    },
    /// A key of its own that stands, sealed by the data key, in another column of the row, or in the row that this one
    /// belongs to.
    KeyOfTheRow,
}

/// A column of sealed values. The values' place is table, column and `row`.
#[derive(Clone, Copy, Debug)]
pub struct SealedColumn {
    /// The table
    pub table: &'static str,
    /// Its primary key, a number
    pub id: &'static str,
    /// The column
    pub column: &'static str,
    /// The column that names the row in the values' place.
    pub row: &'static str,
    /// The key
    pub by: By,
}

const fn column(table: &'static str, column: &'static str, by: By) -> SealedColumn {
    SealedColumn {
        table,
        id: "id",
        column,
        row: "uid",
        by,
    }
}

const OWN: By = By::DataKey {
    whose: "organisation_id = $1",
};
const OF_IDENTITY: By = By::DataKey {
    whose: "identity_id IN (SELECT id FROM identity WHERE organisation_id = $1)",
};

const OF_GROUP: By = By::DataKey {
    whose: "group_id IN (SELECT g.id FROM chat_group g JOIN identity i ON i.id = g.identity_id WHERE i.organisation_id = $1)",
};

const OF_ADMINISTRATOR: By = By::DataKey {
    whose: "administrator_id IN (SELECT id FROM administrator WHERE organisation_id = $1)",
};

/// All of them.
pub const SEALED_COLUMNS: &[SealedColumn] = &[
    column("organisation", "data_key_sealed", By::MasterKey),
    column("organisation", "previous_key_sealed", By::MasterKey),
    column("identity", "private_key_sealed", OWN),
    column("identity", "gateway_secret_sealed", OWN),
    column("bot", "tree_sealed", OF_IDENTITY),
    column("bot", "draft_sealed", OF_IDENTITY),
    column("message", "key_sealed", OF_IDENTITY),
    column("second_factor", "secret_sealed", OF_ADMINISTRATOR),
    column("second_factor", "code_sealed", OF_ADMINISTRATOR),
    SealedColumn {
        id: "organisation_id",
        row: "organisation_id",
        ..column("audit_head", "key_sealed", OWN)
    },
    column("message", "body_sealed", By::KeyOfTheRow),
    column("message", "title_sealed", By::KeyOfTheRow),
    column("message", "return_note_sealed", By::KeyOfTheRow),
    column("conversation", "key_sealed", OF_IDENTITY),
    column("conversation_message", "text_sealed", By::KeyOfTheRow),
    column("saved_reply", "text_sealed", OF_IDENTITY),
    column("chat_group", "key_sealed", OF_IDENTITY),
    column("group_message", "text_sealed", By::KeyOfTheRow),
    column("group_message", "reactions_sealed", By::KeyOfTheRow),
    column("group_send", "said_sealed", OF_GROUP),
    column("group_picture", "picture_sealed", OF_GROUP),
];
