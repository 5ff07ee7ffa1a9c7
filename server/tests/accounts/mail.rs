//! A mail server for one test: it speaks SMTP on loopback and keeps what it is given.
use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    sync::mpsc,
};

/// One mail as it came.
#[derive(Debug)]
pub struct Mail {
    pub from: String,
    pub to: String,
    pub data: String,
}

pub struct MailServer {
    pub port: u16,
    pub mails: mpsc::UnboundedReceiver<Mail>,
    /// From now on it refuses every mail for the moment.
    pub full: Arc<AtomicBool>,
}

impl MailServer {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (told, mails) = mpsc::unbounded_channel();
        let full = Arc::new(AtomicBool::new(false));
        let refuses = Arc::clone(&full);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(talk(stream, told.clone(), Arc::clone(&refuses)));
            }
        });
        Self { port, mails, full }
    }
}

async fn talk(stream: TcpStream, told: mpsc::UnboundedSender<Mail>, full: Arc<AtomicBool>) {
    let (read, mut write) = stream.into_split();
    let mut lines = BufReader::new(read).lines();
    let (mut from, mut to) = (String::new(), String::new());
    write.write_all(b"220 mail.test\r\n").await.unwrap();
    while let Ok(Some(line)) = lines.next_line().await {
        let answer = match line.split([' ', ':']).next().unwrap().to_uppercase().as_str() {
            "EHLO" => "250 mail.test",
            "MAIL" if full.load(Ordering::SeqCst) => "452 no room",
            "MAIL" => {
                from = line;
                "250 ok"
            }
            "RCPT" => {
                to = line;
                "250 ok"
            }
            "DATA" => {
                write.write_all(b"354 go on\r\n").await.unwrap();
                let mut data = String::new();
                while let Ok(Some(line)) = lines.next_line().await
                    && line != "."
                {
                    data.push_str(&line);
                    data.push('\n');
                }
                let mail = Mail {
                    from: std::mem::take(&mut from),
                    to: std::mem::take(&mut to),
                    data,
                };
                let _ = told.send(mail);
                "250 taken"
            }
            "QUIT" => "221 bye",
            _ => "250 ok",
        };
        if write.write_all(format!("{answer}\r\n").as_bytes()).await.is_err() {
            return;
        }
    }
}

impl Mail {
    /// The text, decoded from quoted-printable.
    pub fn text(&self) -> String {
        let (head, body) = self.data.split_once("\n\n").unwrap();
        if !head.to_lowercase().contains("quoted-printable") {
            return body.to_owned();
        }
        let joined = body.replace("=\n", "");
        let mut bytes = Vec::new();
        let mut rest = joined.as_bytes();
        while let Some((first, after)) = rest.split_first() {
            if *first == b'=' {
                bytes.push(u8::from_str_radix(std::str::from_utf8(&after[..2]).unwrap(), 16).unwrap());
                rest = &after[2..];
            } else {
                bytes.push(*first);
                rest = after;
            }
        }
        String::from_utf8(bytes).unwrap()
    }
}
