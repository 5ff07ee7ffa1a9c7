//! Where a restore goes: refuses what is in use or not empty, and leaves nothing behind when it fails.
use crate::{boot::Sentence, config::Config};
use app::kernel::server::{
    Db,
    key_file::sync_folder,
    process::{Exclusive, exclusive},
    secret::{Key, KeyFile},
};
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult, Statement};
use std::path::{Path, PathBuf};

/// Any number that nothing else locks.
const LOCK: i64 = 0x7265_7374;

/// An empty place that is being filled. What was put there goes away again unless [`Place::keep`] is called.
pub struct Place {
    /// The database's address while it is filled.
    pub url: String,
    /// The SQLite file and the name that it gets at the end
    file: Option<(PathBuf, PathBuf)>,
    gateway: PathBuf,
    key: KeyFile,
    made: Vec<PathBuf>,
    keep: bool,
    _lock: Exclusive,
}

impl Place {
    /// Takes the place, if it is empty.
    pub async fn take(config: &Config) -> Result<Self, Sentence> {
        let url = config.database_url();
        let target = url
            .strip_prefix("sqlite://")
            .map(|path| PathBuf::from(path.split('?').next().unwrap_or(path)));
        let mut made = Vec::new();
        make_folder(&config.data_dir, &mut made)?;
        if let Some(lock) = target
            .as_deref()
            .map(|file| with_ending(file, ".lock"))
            .filter(|l| !l.exists())
        {
            made.push(lock);
        }
        let taken = Self::check(config, &url, target.as_deref()).await;
        let lock = taken.inspect_err(|_| remove(&made))?;
        let beside = target.as_deref().map(|file| with_ending(file, ".restoring"));
        let mut place = Self {
            url: beside
                .as_ref()
                .map_or(url, |file| format!("sqlite://{}", file.display())),
            file: beside.zip(target),
            gateway: config.local_gateway_file(),
            key: KeyFile::new(config.master_key_file()),
            made,
            keep: false,
            _lock: lock,
        };
        if let Some((file, _)) = place.file.clone() {
            place.promise(&file);
        }
        let gateway = place.gateway_file();
        place.promise(&gateway);
        Ok(place)
    }

    async fn check(config: &Config, url: &str, target: Option<&Path>) -> Result<Exclusive, Sentence> {
        let busy = || "a Fanfare runs on this target: end it first, and name an empty one".to_owned();
        // on SQLite the lock is that of a serving process
        let lock = exclusive(url, "", LOCK).await?.ok_or_else(busy)?;
        match target {
            Some(file) => is_absent(file)?,
            None => {
                let tables = postgres_tables(url).await;
                match tables
                    .map_err(|e| format!("the database of FANFARE_DATABASE_URL cannot be opened: {e}"))?
                {
                    Tables::None => {}
                    Tables::Some => {
                        return Err(
                            "the database is not empty: a restore needs an empty one. Nothing is changed."
                                .to_owned(),
                        );
                    }
                    Tables::Served => return Err(busy()),
                }
            }
        }
        is_absent(&config.master_key_file())?;
        is_absent(&config.local_gateway_file())?;
        Ok(lock)
    }

    /// The local gateway's file while it is filled.
    pub fn gateway_file(&self) -> PathBuf {
        with_ending(&self.gateway, ".restoring")
    }

    /// A database file that goes away unless everything ends well; one of a restore that was killed goes now.
    fn promise(&mut self, file: &Path) {
        let all = ["", "-wal", "-shm", "-journal"].map(|ending| with_ending(file, ending));
        remove(&all);
        self.made.extend(all);
    }

    /// Puts the gateway's file and the key where they belong; the database comes last, see [`Self::keep`].
    pub fn put(&mut self, gateway: bool, key: &Key) -> Result<(), Sentence> {
        if gateway {
            rename(&self.gateway_file(), &self.gateway)?;
            self.made.push(self.gateway.clone());
        }
        self.key.make(key).map_err(|e| e.to_string())?;
        self.made.push(self.key.path().to_owned());
        Ok(())
    }

    /// The database is committed: on PostgreSQL everything stays from now on.
    pub const fn committed(&mut self) {
        self.keep |= self.file.is_none();
    }

    /// Gives the database its name. From now on everything stays.
    pub fn keep(mut self) -> Result<(), Sentence> {
        if let Some((file, target)) = &self.file {
            rename(file, target)?;
        }
        self.keep = true;
        Ok(())
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if !self.keep {
            remove(&self.made);
        }
    }
}

fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.to_owned().into_os_string();
    name.push(ending);
    name.into()
}

fn rename(from: &Path, to: &Path) -> Result<(), Sentence> {
    let done = std::fs::rename(from, to).and_then(|()| sync_folder(to));
    done.map_err(|e| format!("{} cannot be written: {e}", to.display()))
}

/// Last first: folders after what is in them. A folder that is not empty stays.
fn remove(made: &[PathBuf]) {
    for path in made.iter().rev() {
        // it may not have come to be
        let _ = if path.is_dir() {
            std::fs::remove_dir(path)
        } else {
            std::fs::remove_file(path)
        };
    }
}

fn make_folder(folder: &Path, made: &mut Vec<PathBuf>) -> Result<(), Sentence> {
    let missing: Vec<&Path> = folder
        .ancestors()
        .take_while(|f| !f.as_os_str().is_empty() && !f.exists())
        .collect();
    made.extend(missing.into_iter().rev().map(Path::to_owned));
    std::fs::create_dir_all(folder)
        .map_err(|e| format!("the data folder {} cannot be made: {e}", folder.display()))
}

fn is_absent(file: &Path) -> Result<(), Sentence> {
    if file.exists() {
        return Err(format!(
            "{} is there already: a restore needs an empty data folder. Nothing is changed.",
            file.display()
        ));
    }
    Ok(())
}

enum Tables {
    None,
    Some,
    Served,
}

#[derive(FromQueryResult)]
struct Count {
    tables: i64,
    processes: bool,
}

async fn postgres_tables(url: &str) -> Result<Tables, DbErr> {
    let db = Db::connect(url).await?;
    let backend = db.conn().get_database_backend();
    let sql = "SELECT count(*) AS tables, count(*) FILTER (WHERE tablename = 'process') > 0 AS processes
        FROM pg_tables WHERE schemaname = current_schema()";
    let found = Count::find_by_statement(Statement::from_string(backend, sql))
        .one(db.conn())
        .await?;
    let Some(found) = found.filter(|f| f.tables > 0) else {
        return Ok(Tables::None);
    };
    if found.processes {
        let sql = "SELECT 1 FROM process p JOIN pg_locks l ON l.locktype = 'advisory' AND l.granted
            AND ((l.classid::bigint << 32) | l.objid::bigint) = p.lock_number";
        let served = db
            .conn()
            .query_one_raw(Statement::from_string(backend, sql))
            .await;
        // another program's table of that name is no Fanfare
        if served.is_ok_and(|row| row.is_some()) {
            return Ok(Tables::Served);
        }
    }
    Ok(Tables::Some)
}
