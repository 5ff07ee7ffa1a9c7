//! What an installation leaves on disk.
use super::scan::Scan;
use crate::site::Site;
use sea_orm::{ConnectionTrait, Statement};
use std::path::{Path, PathBuf};

/// Everything in the data folder but the key file, which is the secret, and the stand-in for the gateway's own machine.
pub fn files(site: &Site) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![site.folder().to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            match path.file_name().unwrap().to_str().unwrap() {
                "master.key" | "gateway" => {}
                _ if path.is_dir() => folders.push(path),
                _ => files.push(path),
            }
        }
    }
    files
}

/// All rows of all tables as text; bytes are hexadecimal.
pub async fn rows(site: &Site) -> String {
    let db = site.database().await;
    let backend = db.get_database_backend();
    let postgres = backend == sea_orm::DbBackend::Postgres;
    let sql = match postgres {
        true => "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()",
        false => "SELECT name FROM sqlite_master WHERE type = 'table'",
    };
    let mut all = String::new();
    for table in db
        .query_all_raw(Statement::from_string(backend, sql))
        .await
        .unwrap()
    {
        let name: String = table.try_get_by_index(0).unwrap();
        let sql = match postgres {
            true => format!("SELECT t::text FROM \"{name}\" t"),
            false => {
                let columns = format!("SELECT name FROM pragma_table_info('{name}')");
                let columns = db
                    .query_all_raw(Statement::from_string(backend, columns))
                    .await
                    .unwrap();
                let parts: Vec<String> = columns
                    .iter()
                    .map(|c| format!("quote(\"{}\")", c.try_get_by_index::<String>(0).unwrap()))
                    .collect();
                format!("SELECT {} FROM \"{name}\"", parts.join(" || ',' || "))
            }
        };
        for row in db
            .query_all_raw(Statement::from_string(backend, sql))
            .await
            .unwrap()
        {
            all.push_str(&row.try_get_by_index::<String>(0).unwrap());
            all.push('\n');
        }
    }
    assert!(all.contains("Aarental"), "rows are read");
    all
}

/// The database's own files, where this machine has them.
pub async fn postgres_files(site: &Site, scan: &Scan) {
    let db = site.database().await;
    let backend = db.get_database_backend();
    let sql = "SELECT current_setting('data_directory') || '/base/' || oid FROM pg_database WHERE datname = current_database()";
    let row = db
        .query_one_raw(Statement::from_string(backend, sql))
        .await
        .unwrap()
        .unwrap();
    let folder: String = row.try_get_by_index(0).unwrap();
    db.execute_unprepared("CHECKPOINT").await.unwrap();
    let Ok(files) = std::fs::read_dir(Path::new(&folder)) else {
        println!("the files of PostgreSQL are not on this machine");
        return;
    };
    let mut bytes = 0;
    for file in files {
        let content = std::fs::read(file.unwrap().path()).unwrap_or_default();
        bytes += content.len();
        let found = scan.find(&content);
        assert!(found.is_empty(), "a file of PostgreSQL holds {found:?}");
    }
    assert!(bytes > 1 << 20, "{bytes} bytes of PostgreSQL were looked at");
}
