//! What tables there are, in an order in which they can be filled.
use sea_orm::{ConnectionTrait, DbBackend, DbErr, FromQueryResult, Statement};
use std::collections::BTreeSet;

/// A kind of value that both databases have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A whole number
    Int,
    /// Yes or no
    Bool,
    /// A number
    Float,
    /// Text
    Text,
    /// Bytes
    Bytes,
}

/// A column.
#[derive(Clone, Debug)]
pub struct Column {
    /// Its name
    pub name: String,
    /// Its values
    pub kind: Kind,
}

/// A table.
#[derive(Clone, Debug)]
pub struct Table {
    /// Its name
    pub name: String,
    /// Its columns
    pub columns: Vec<Column>,
    /// The database gives its `id`s.
    pub numbered: bool,
}

#[derive(FromQueryResult)]
struct Found {
    table_name: String,
    column_name: String,
    kind: String,
    numbered: bool,
}

#[derive(FromQueryResult)]
struct Reference {
    from_table: String,
    to_table: String,
}

const SQLITE_COLUMNS: &str = "SELECT t.name AS table_name, c.name AS column_name, lower(c.type) AS kind,
        c.name = 'id' AND t.sql LIKE '%AUTOINCREMENT%' AS numbered
    FROM sqlite_master t JOIN pragma_table_info(t.name) c
    WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY t.name, c.cid";
const SQLITE_REFERENCES: &str = "SELECT t.name AS from_table, f.\"table\" AS to_table
    FROM sqlite_master t JOIN pragma_foreign_key_list(t.name) f WHERE t.type = 'table'";
const POSTGRES_COLUMNS: &str =
    "SELECT c.table_name::text AS table_name, c.column_name::text AS column_name, c.data_type::text AS kind,
        c.is_identity = 'YES' AS numbered
    FROM information_schema.columns c JOIN information_schema.tables t
      ON t.table_schema = c.table_schema AND t.table_name = c.table_name AND t.table_type = 'BASE TABLE'
    WHERE c.table_schema = current_schema() ORDER BY c.table_name, c.ordinal_position";
const POSTGRES_REFERENCES: &str =
    "SELECT a.relname::text AS from_table, b.relname::text AS to_table
    FROM pg_constraint f JOIN pg_class a ON a.oid = f.conrelid JOIN pg_class b ON b.oid = f.confrelid
    WHERE f.contype = 'f' AND f.connamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema())";

/// All tables, those that others refer to first.
pub async fn tables<C: ConnectionTrait>(conn: &C) -> Result<Vec<Table>, DbErr> {
    let backend = conn.get_database_backend();
    let (columns, references) = match backend {
        DbBackend::Postgres => (POSTGRES_COLUMNS, POSTGRES_REFERENCES),
        _ => (SQLITE_COLUMNS, SQLITE_REFERENCES),
    };
    let found = Found::find_by_statement(Statement::from_string(backend, columns))
        .all(conn)
        .await?;
    let mut tables: Vec<Table> = Vec::new();
    for row in found {
        if tables.last().is_none_or(|t| t.name != row.table_name) {
            tables.push(Table {
                name: row.table_name.clone(),
                columns: Vec::new(),
                numbered: false,
            });
        }
        let Some(table) = tables.last_mut() else { continue };
        let kind = kind_of(&row.kind).ok_or_else(|| {
            let Found {
                table_name,
                column_name,
                kind,
                ..
            } = &row;
            DbErr::Custom(format!(
                "{table_name}.{column_name} is of a kind ({kind}) that backups do not know"
            ))
        })?;
        table.numbered |= row.numbered;
        table.columns.push(Column {
            name: row.column_name,
            kind,
        });
    }
    let references = Reference::find_by_statement(Statement::from_string(backend, references))
        .all(conn)
        .await?;
    in_order(tables, &references)
}

fn kind_of(declared: &str) -> Option<Kind> {
    let is = |words: &[&str]| words.iter().any(|w| declared.contains(w));
    match () {
        () if is(&["bool"]) => Some(Kind::Bool),
        () if is(&["interval", "timestamp", "numeric", "json", "[]"]) => None,
        () if is(&["int"]) => Some(Kind::Int),
        () if is(&["char", "text"]) => Some(Kind::Text),
        () if is(&["blob", "bytea"]) => Some(Kind::Bytes),
        () if is(&["double", "real", "float"]) => Some(Kind::Float),
        () => None,
    }
}

fn in_order(mut left: Vec<Table>, references: &[Reference]) -> Result<Vec<Table>, DbErr> {
    let mut done: Vec<Table> = Vec::new();
    while !left.is_empty() {
        let names: BTreeSet<String> = left.iter().map(|t| t.name.clone()).collect();
        let waits = |t: &Table| {
            references
                .iter()
                .any(|r| r.from_table == t.name && r.to_table != t.name && names.contains(&r.to_table))
        };
        let (later, now): (Vec<_>, Vec<_>) = left.into_iter().partition(waits);
        if now.is_empty() {
            return Err(DbErr::Custom("tables refer to each other in a ring".to_owned()));
        }
        done.extend(now);
        left = later;
    }
    Ok(done)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_come_after_those_they_refer_to() {
        let table = |name: &str| Table {
            name: name.to_owned(),
            columns: Vec::new(),
            numbered: false,
        };
        let refers = |from: &str, to: &str| Reference {
            from_table: from.to_owned(),
            to_table: to.to_owned(),
        };
        let all = || vec![table("a"), table("b"), table("c")];
        let chain = [refers("a", "b"), refers("b", "c"), refers("c", "c")];
        let names: Vec<_> = in_order(all(), &chain)
            .unwrap()
            .into_iter()
            .map(|t| t.name)
            .collect();
        assert_eq!(names, ["c", "b", "a"]);
        assert!(in_order(all(), &[refers("a", "b"), refers("b", "a")]).is_err());
    }

    #[test]
    fn kinds_of_both_databases_are_known() {
        for (declared, kind) in [
            ("bigint", Kind::Int),
            ("integer", Kind::Int),
            ("varchar(10)", Kind::Text),
            ("character varying", Kind::Text),
            ("boolean", Kind::Bool),
            ("bytea", Kind::Bytes),
            ("double precision", Kind::Float),
        ] {
            assert_eq!(kind_of(declared), Some(kind), "{declared}");
        }
        assert_eq!(kind_of("jsonb"), None);
        assert_eq!(kind_of("timestamp with time zone"), None);
    }
}
