//! Restoring a backup into an empty place. Sending waits afterwards until an administrator resumes it.
use super::{
    COCKPIT, FORMAT, GATEWAY, Mark,
    load::{Line, damaged, fill, finish, next, prepare},
    place::Place,
    seal::{Source, Unlock},
};
use crate::{boot, boot::Sentence, config::Config};
use app::{
    features::{
        audit::server::chain_old_entries, auth::server::after_restore, groups::server::group_sends_in_doubt,
        messages::server::sent_in_doubt, retention,
    },
    kernel::{
        Lang, Timestamp,
        server::{
            Ctx, Db,
            process::forget_processes,
            secret::{Key, KeyRing},
        },
    },
};
use migrations::{AUDIT_CHAIN, Migrator, gateway};
use sea_orm::ConnectionTrait;
use std::{fs::OpenOptions, os::unix::fs::OpenOptionsExt, path::Path};

/// What was restored.
#[derive(Debug)]
pub struct Restored {
    /// When the backup was made.
    pub made_at: Timestamp,
    /// Rows
    pub rows: u64,
}

/// Restores a backup; when this fails, everything is as before.
pub async fn restore(config: &Config, from: &Path, unlock: Unlock) -> Result<Restored, Sentence> {
    let mut source = Source::open(from, unlock)?;
    // before anything is made: most mistakes show here
    let (made_at, master) = head(&mut source).await?;
    let mut place = Place::take(config).await?;
    let db = open(&place.url).await?;
    let file = app::kernel::server::secret::KeyFile::new(config.master_key_file());
    let keys = KeyRing::new(master.clone(), Some(file));
    let ctx = boot::assemble(config, db, keys)?;
    let done = load(&ctx, &mut source, &mut place, made_at, &master).await;
    if done.is_ok() {
        // rule 18: what is due goes before anything is shown; the start does so too, and shows nothing without
        if let Err(error) = retention::server::run(&ctx).await {
            tracing::warn!(%error, "retention runs at the next start");
        }
        if ctx.db.is_sqlite() {
            let whole = ctx
                .db
                .conn()
                .execute_unprepared("PRAGMA wal_checkpoint(TRUNCATE)")
                .await;
            whole.map_err(|e| format!("the database cannot be written to its end: {e}"))?;
        }
    }
    let closed = ctx.db.conn().close_by_ref().await;
    let rows = done?;
    closed.map_err(|e| format!("the database cannot be written to its end: {e}"))?;
    place.keep()?;
    Ok(Restored { made_at, rows })
}

async fn open(url: &str) -> Result<Db, Sentence> {
    if let Some(path) = url.strip_prefix("sqlite://") {
        // for its owner only; the files beside it are made likewise
        let made = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(path);
        made.map_err(|e| format!("{path} cannot be written: {e}"))?;
    }
    Db::connect(url)
        .await
        .map_err(|e| format!("the database cannot be opened: {e}"))
}

async fn head(source: &mut Source) -> Result<(Timestamp, Key), Sentence> {
    let Line::Mark(Mark::Backup {
        format,
        made_at,
        master_key,
        ..
    }) = next(source).await?
    else {
        return Err(damaged());
    };
    if format != FORMAT {
        return Err(
            "the backup was made by a newer Fanfare: restore it with that version. Nothing is restored."
                .to_owned(),
        );
    }
    let key = hex::decode(master_key)
        .ok()
        .and_then(|bytes| Key::from_bytes(&bytes));
    Ok((Timestamp(made_at), key.ok_or_else(damaged)?))
}

async fn load(
    ctx: &Ctx,
    source: &mut Source,
    place: &mut Place,
    made_at: Timestamp,
    master: &Key,
) -> Result<u64, Sentence> {
    let Line::Mark(Mark::Database {
        name,
        migrations: steps,
    }) = next(source).await?
    else {
        return Err(damaged());
    };
    if name != COCKPIT {
        return Err(damaged());
    }
    let wrong = |e: app::kernel::AppError| e.text(Lang::En);
    let tx = ctx.db.begin().await.map_err(wrong)?;
    prepare::<Migrator>(&tx, &steps).await?;
    let (mut mark, mut rows) = fill(source, &tx).await?;
    finish::<Migrator>(&tx).await?;
    if !steps.iter().any(|step| step == AUDIT_CHAIN) {
        chain_old_entries(ctx, &tx).await.map_err(wrong)?;
    }
    forget_processes(&tx).await.map_err(wrong)?;
    sent_in_doubt(&tx).await.map_err(wrong)?;
    group_sends_in_doubt(&tx).await.map_err(wrong)?;
    after_restore(ctx, &tx, made_at).await.map_err(wrong)?;
    let mut with_gateway = false;
    if let Mark::Database { name, migrations } = &mark {
        if name != GATEWAY {
            return Err(damaged());
        }
        let more;
        (mark, more) = load_gateway(source, place, migrations).await?;
        rows += more;
        with_gateway = true;
    }
    match mark {
        Mark::Complete { rows: said } if said == rows => {}
        _ => return Err(damaged()),
    }
    place.put(with_gateway, master)?;
    tx.commit().await.map_err(wrong)?;
    place.committed();
    Ok(rows)
}

async fn load_gateway(
    source: &mut Source,
    place: &Place,
    migrations: &[String],
) -> Result<(Mark, u64), Sentence> {
    let db = open(&format!("sqlite://{}", place.gateway_file().display())).await?;
    let tx = db.begin().await.map_err(|e| e.text(Lang::En))?;
    prepare::<gateway::Migrator>(&tx, migrations).await?;
    let filled = fill(source, &tx).await?;
    finish::<gateway::Migrator>(&tx).await?;
    tx.commit().await.map_err(|e| e.text(Lang::En))?;
    let broken = |e: sea_orm::DbErr| format!("the gateway's file cannot be written to its end: {e}");
    db.conn()
        .execute_unprepared("PRAGMA wal_checkpoint(TRUNCATE)")
        .await
        .map_err(broken)?;
    db.conn().close_by_ref().await.map_err(broken)?;
    Ok(filled)
}
