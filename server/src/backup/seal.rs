//! The encrypted stream: lines go in at one side and come out at the other, through a thread that may block.
use crate::boot::Sentence;
use age::{DecryptError, Decryptor, Encryptor, Identity, Recipient, secrecy::SecretString};
use flate2::{Compression, read::MultiGzDecoder, write::GzEncoder};
use std::{
    fs::{File, OpenOptions},
    io::{BufRead, BufReader, BufWriter, Read, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};
use tokio::{sync::mpsc, task::JoinHandle};

/// Lines travel in pieces of about this size.
const PIECE: usize = 64 * 1024;
/// Pieces that wait between the two sides.
const WAITING: usize = 8;
/// A passphrase that a slow machine stretches for minutes is refused rather than tried (2 to this power).
const MOST_WORK: u8 = 22;

/// By what a backup is encrypted.
pub enum Lock {
    /// A public key, `age1…`
    Recipient(String),
    /// A passphrase
    Passphrase(String),
}

/// By what a backup is opened.
pub enum Unlock {
    /// A file with lines `AGE-SECRET-KEY-1…`
    Identities(String),
    /// A passphrase
    Passphrase(String),
}

impl Lock {
    fn encryptor(self) -> Result<Encryptor, Sentence> {
        let recipient: Box<dyn Recipient + Send> = match self {
            Self::Passphrase(text) => return Ok(Encryptor::with_user_passphrase(SecretString::from(text))),
            Self::Recipient(key) => {
                let key = key.trim().parse::<age::x25519::Recipient>();
                Box::new(key.map_err(|_| "the recipient is not an age key like age1…".to_owned())?)
            }
        };
        Encryptor::with_recipients(std::iter::once(&*recipient as &dyn Recipient)).map_err(|e| e.to_string())
    }
}

impl Unlock {
    fn identities(self) -> Result<Vec<Box<dyn Identity + Send>>, Sentence> {
        match self {
            Self::Passphrase(text) => {
                let mut identity = age::scrypt::Identity::new(SecretString::from(text));
                identity.set_max_work_factor(MOST_WORK);
                Ok(vec![Box::new(identity)])
            }
            Self::Identities(text) => {
                let lines = text.lines().map(str::trim);
                let keys = lines.filter(|l| !l.is_empty() && !l.starts_with('#'));
                let keys: Result<Vec<_>, _> = keys
                    .map(|l| {
                        l.parse::<age::x25519::Identity>()
                            .map(|i| Box::new(i) as Box<dyn Identity + Send>)
                    })
                    .collect();
                keys.ok()
                    .filter(|keys| !keys.is_empty())
                    .ok_or_else(|| "the identity file has no line like AGE-SECRET-KEY-1…".to_owned())
            }
        }
    }
}

/// Takes lines and writes them, encrypted, into a new file that has its name only when it is whole.
pub struct Sink {
    piece: Vec<u8>,
    pieces: mpsc::Sender<Vec<u8>>,
    thread: JoinHandle<Result<(), Sentence>>,
}

impl Sink {
    /// Begins a file that must not be there yet.
    pub fn create(path: &Path, lock: Lock) -> Result<Self, Sentence> {
        if path.exists() {
            return Err(format!("{} is there already: name a new file", path.display()));
        }
        let encryptor = lock.encryptor()?;
        let part = part_of(path);
        let file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&part)
            .map_err(|e| format!("{} cannot be written: {e}", part.display()))?;
        let (pieces, waiting) = mpsc::channel(WAITING);
        let path = path.to_owned();
        let thread = tokio::task::spawn_blocking(move || {
            let done = write_all(encryptor, file, waiting).and_then(|whole| match whole {
                true => std::fs::rename(&part, &path)
                    .and_then(|()| app::kernel::server::key_file::sync_folder(&path)),
                false => std::fs::remove_file(&part),
            });
            done.map_err(|e| {
                // it may be the disk that is full: what can be freed is freed
                let _ = std::fs::remove_file(&part);
                format!("{} cannot be written: {e}", path.display())
            })
        });
        Ok(Self {
            piece: Vec::with_capacity(2 * PIECE),
            pieces,
            thread,
        })
    }

    /// The line that is being written; end it with [`Self::line`].
    pub const fn buffer(&mut self) -> &mut Vec<u8> {
        &mut self.piece
    }

    /// Ends a line.
    pub async fn line(&mut self) -> Result<(), Sentence> {
        self.piece.push(b'\n');
        if self.piece.len() >= PIECE {
            self.flush().await?;
        }
        Ok(())
    }

    async fn flush(&mut self) -> Result<(), Sentence> {
        let piece = std::mem::replace(&mut self.piece, Vec::with_capacity(2 * PIECE));
        let sent = self.pieces.send(piece).await;
        sent.map_err(|_| "the file could not be written to its end".to_owned())
    }

    /// Makes the file durable and gives it its name.
    pub async fn finish(mut self) -> Result<(), Sentence> {
        let flushed = match self.flush().await {
            // an empty piece: the end, and not a source that broke off
            Ok(()) => self.flush().await,
            broken => broken,
        };
        self.end().await.and(flushed)
    }

    /// Ends the file; without the empty piece at the end it goes away. Answers why it could not be written.
    pub async fn end(self) -> Result<(), Sentence> {
        drop(self.pieces);
        self.thread.await.map_err(|e| e.to_string())?
    }
}

fn part_of(path: &Path) -> PathBuf {
    let mut part = path.to_owned().into_os_string();
    part.push(".part");
    part.into()
}

/// Answers whether everything came.
fn write_all(encryptor: Encryptor, file: File, mut pieces: mpsc::Receiver<Vec<u8>>) -> std::io::Result<bool> {
    let encrypted = encryptor.wrap_output(BufWriter::with_capacity(PIECE, file))?;
    let mut packed = GzEncoder::new(encrypted, Compression::fast());
    let mut whole = false;
    while let Some(piece) = pieces.blocking_recv() {
        whole = piece.is_empty();
        packed.write_all(&piece)?;
    }
    let file = packed.finish()?.finish()?.into_inner()?;
    file.sync_all()?;
    Ok(whole)
}

/// Gives the lines of a backup.
pub struct Source {
    pieces: mpsc::Receiver<Result<Vec<u8>, Sentence>>,
    piece: Vec<u8>,
    at: usize,
}

impl Source {
    /// Opens a backup.
    pub fn open(path: &Path, unlock: Unlock) -> Result<Self, Sentence> {
        let shown = path.display().to_string();
        let file = File::open(path).map_err(|e| format!("{shown} cannot be read: {e}"))?;
        let identities = unlock.identities()?;
        let (pieces, waiting) = mpsc::channel(WAITING);
        // ends by itself when nobody wants more
        drop(tokio::task::spawn_blocking(move || {
            if let Err(sentence) = read_all(&shown, file, &identities, &pieces) {
                // nobody may be left to hear it
                let _ = pieces.blocking_send(Err(sentence));
            }
        }));
        Ok(Self {
            pieces: waiting,
            piece: Vec::new(),
            at: 0,
        })
    }

    /// The next line without its end; none after the last one.
    pub async fn line(&mut self) -> Result<Option<&[u8]>, Sentence> {
        if self.at >= self.piece.len() {
            match self.pieces.recv().await.transpose()? {
                Some(piece) => (self.piece, self.at) = (piece, 0),
                None => return Ok(None),
            }
        }
        let rest = &self.piece[self.at..];
        let length = rest.iter().position(|b| *b == b'\n').unwrap_or(rest.len());
        self.at += length + 1;
        Ok(Some(&rest[..length]))
    }
}

fn read_all(
    shown: &str,
    file: File,
    identities: &[Box<dyn Identity + Send>],
    pieces: &mpsc::Sender<Result<Vec<u8>, Sentence>>,
) -> Result<(), Sentence> {
    let damaged = |_| format!("{shown} is damaged: it was changed or ends too early. Nothing is restored.");
    let decryptor = Decryptor::new_buffered(BufReader::with_capacity(PIECE, file))
        .map_err(|_| format!("{shown} is not a backup, or it is damaged. Nothing is restored."))?;
    let by_passphrase = decryptor.is_scrypt();
    let keys = identities.iter().map(|i| &**i as &dyn Identity);
    let plain = decryptor
        .decrypt(keys)
        .map_err(|e| refusal(shown, by_passphrase, &e))?;
    let mut lines = BufReader::with_capacity(PIECE, MultiGzDecoder::new(plain));
    loop {
        let mut piece = Vec::with_capacity(2 * PIECE);
        (&mut lines)
            .take(PIECE as u64)
            .read_to_end(&mut piece)
            .map_err(damaged)?;
        if piece.is_empty() {
            return Ok(());
        }
        if !piece.ends_with(b"\n") {
            lines.read_until(b'\n', &mut piece).map_err(damaged)?;
        }
        if pieces.blocking_send(Ok(piece)).is_err() {
            return Ok(());
        }
    }
}

fn refusal(shown: &str, by_passphrase: bool, error: &DecryptError) -> Sentence {
    match error {
        DecryptError::ExcessiveWork { .. } => {
            format!("the passphrase of {shown} was stretched too much for this machine. Nothing is restored.")
        }
        DecryptError::InvalidMac | DecryptError::InvalidHeader | DecryptError::Io(_) => {
            format!("{shown} is damaged: it was changed or ends too early. Nothing is restored.")
        }
        DecryptError::NoMatchingKeys if by_passphrase => {
            format!("{shown} is locked by a passphrase: give it by --passphrase-file. Nothing is restored.")
        }
        _ if by_passphrase => format!("the passphrase does not open {shown}. Nothing is restored."),
        _ => format!(
            "{shown} is locked for another key: give the file with its secret key by --identity-file. Nothing is restored."
        ),
    }
}
