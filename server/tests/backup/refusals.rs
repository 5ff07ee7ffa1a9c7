//! What a restore refuses, in sentences, leaving nothing behind.
use super::installation::{Installation, On, Place, key_pair, with_byte_changed};
use app::kernel::server::process::Process;
use server::{
    backup::{Lock, Unlock, backup, restore},
    boot,
};
use std::path::Path;

async fn refused(place: &Place, file: &Path, unlock: Unlock, because: &str) {
    let (files, tables) = (place.files(), place.tables().await);
    let sentence = restore(&place.config, file, unlock).await.unwrap_err();
    assert!(sentence.contains(because), "{because}: {sentence}");
    assert_eq!(place.files(), files, "nothing is left behind");
    assert_eq!(place.tables().await, tables, "nothing is left behind");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_file_restores_nothing() {
    let old = Installation::new(On::Sqlite).await;
    let folder = old.place.folder.path();
    let file = folder.join("fanfare.backup");
    let identity = age::x25519::Identity::generate();
    let unlock = || {
        use age::secrecy::ExposeSecret;
        Unlock::Identities(identity.to_string().expose_secret().to_owned())
    };
    let lock = Lock::Recipient(identity.to_public().to_string());
    backup(&old.place.config, &file, lock).await.unwrap();
    let length = std::fs::metadata(&file).unwrap().len() as usize;
    let damaged = folder.join("damaged.backup");
    let places = [Place::new(On::Sqlite).await, Place::new(On::Postgres).await];
    // in the head, at the start, in the middle, in the last block
    for at in [3, 300, length / 2, length * 9 / 10, length - 1] {
        std::fs::write(&damaged, with_byte_changed(&file, at)).unwrap();
        for place in &places {
            refused(place, &damaged, unlock(), "restored").await;
        }
    }
    let whole = std::fs::read(&file).unwrap();
    for length in [0, 100, 1_000, length / 3, length / 2, length - 20, length - 1] {
        std::fs::write(&damaged, &whole[..length]).unwrap();
        for place in &places {
            refused(place, &damaged, unlock(), "damaged").await;
        }
    }
    // and the same places take the whole file
    for place in &places {
        restore(&place.config, &file, unlock()).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_key_or_passphrase_is_said() {
    let old = Installation::new(On::Sqlite).await;
    let folder = old.place.folder.path();
    let (by_key, by_words) = (folder.join("key.backup"), folder.join("words.backup"));
    let (lock, _) = key_pair();
    backup(&old.place.config, &by_key, lock).await.unwrap();
    let words = Lock::Passphrase("right".to_owned());
    backup(&old.place.config, &by_words, words).await.unwrap();
    let place = Place::new(On::Sqlite).await;
    let wrong = || Unlock::Passphrase("wrong".to_owned());
    refused(&place, &by_words, wrong(), "the passphrase does not open").await;
    refused(&place, &by_key, wrong(), "another key").await;
    refused(&place, &by_key, key_pair().1, "another key").await;
    refused(&place, &by_words, key_pair().1, "locked by a passphrase").await;
    refused(
        &place,
        &by_key,
        Unlock::Identities("nothing".to_owned()),
        "AGE-SECRET-KEY-1",
    )
    .await;
    refused(&place, &folder.join("none.backup"), wrong(), "cannot be read").await;
    let again = backup(&old.place.config, &by_key, key_pair().0)
        .await
        .unwrap_err();
    assert!(again.contains("there already"), "{again}");
    let wrong = backup(
        &old.place.config,
        &folder.join("new"),
        Lock::Recipient("age1".to_owned()),
    )
    .await;
    assert!(wrong.unwrap_err().contains("not an age key"));
    assert!(!folder.join("new").exists() && !folder.join("new.part").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_place_in_use_or_not_empty_stays_as_it_is() {
    for on in [On::Sqlite, On::Postgres] {
        let old = Installation::new(on).await;
        let file = old.place.folder.path().join("fanfare.backup");
        let identity = age::x25519::Identity::generate();
        let unlock = || {
            use age::secrecy::ExposeSecret;
            Unlock::Identities(identity.to_string().expose_secret().to_owned())
        };
        let lock = Lock::Recipient(identity.to_public().to_string());
        backup(&old.place.config, &file, lock).await.unwrap();
        let place = Place::new(on).await;
        let ctx = boot::context(&place.config).await.unwrap();
        let process = Process::start(&ctx, &place.config.database_url()).await.unwrap();
        refused(&place, &file, unlock(), "a Fanfare runs on this target").await;
        process.end(&ctx).await;
        drop(process);
        let word = if on == On::Sqlite {
            "there already"
        } else {
            "not empty"
        };
        refused(&place, &file, unlock(), word).await;
        // a key alone is something that could be lost
        let place = Place::new(on).await;
        std::fs::create_dir_all(&place.config.data_dir).unwrap();
        std::fs::write(place.config.master_key_file(), [7; 32]).unwrap();
        refused(&place, &file, unlock(), "master.key is there already").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_database_or_its_key_there_is_no_backup() {
    let place = Place::new(On::Sqlite).await;
    let to = place.folder.path().join("fanfare.backup");
    let none = backup(&place.config, &to, key_pair().0).await.unwrap_err();
    assert!(none.contains("there is no database"), "{none}");
    let old = Installation::new(On::Sqlite).await;
    std::fs::remove_file(old.place.config.master_key_file()).unwrap();
    let none = backup(&old.place.config, &to, key_pair().0).await.unwrap_err();
    assert!(none.contains("worthless"), "{none}");
    assert!(!to.exists());
}
