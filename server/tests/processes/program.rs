//! The program as a process, and the few things that tests need to start, kill and find it.
use std::{
    collections::VecDeque,
    io::{BufRead, BufReader, Write},
    net::TcpListener,
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

/// Lines of a process that are kept to be shown when a test fails.
const LINES: usize = 60;

/// Settings as environment variables.
pub type Settings = Vec<(&'static str, String)>;

/// A running `fanfare`; killed when dropped.
pub struct Program {
    child: Child,
    what: String,
    said: Arc<Mutex<VecDeque<String>>>,
}

impl Program {
    /// Starts a call that goes on: `serve`, `worker`, `gateway`.
    pub fn start(call: &str, settings: &Settings) -> Self {
        let mut command = command(settings);
        command.arg(call);
        Self::spawn(call, command)
    }

    /// As [`Self::start`], for a process whose files may be made too small for it: it gets errors instead of a signal.
    pub fn start_bounded(call: &str, settings: &Settings) -> Self {
        let mut command = Command::new("sh");
        clean(&mut command, settings);
        let script = format!("trap '' XFSZ; exec '{}' {call}", env!("CARGO_BIN_EXE_fanfare"));
        command.args(["-c", &script]);
        Self::spawn(call, command)
    }

    /// As [`Self::start`], with everything it says in a file.
    pub fn start_logging(call: &str, settings: &Settings, log: &std::path::Path) -> Self {
        let mut command = Command::new("sh");
        clean(&mut command, settings);
        let script = format!(
            "exec '{}' {call} 2>'{}'",
            env!("CARGO_BIN_EXE_fanfare"),
            log.display()
        );
        command.args(["-c", &script]);
        Self::spawn(call, command)
    }

    /// Starts a call that ends by itself, to be killed before it does.
    pub fn start_call(arguments: &[&str], settings: &Settings) -> Self {
        let mut command = command(settings);
        command.args(arguments);
        Self::spawn(&arguments.join(" "), command)
    }

    fn spawn(what: &str, mut command: Command) -> Self {
        // a pipe, not a file: limits on files must not end the log
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("fanfare starts");
        let said = Arc::new(Mutex::new(VecDeque::new()));
        let (lines, stderr) = (Arc::clone(&said), child.stderr.take().expect("a pipe"));
        std::thread::spawn(move || {
            for line in BufReader::new(stderr).lines().map_while(Result::ok) {
                let mut lines = lines.lock().unwrap();
                if lines.len() == LINES {
                    lines.pop_front();
                }
                lines.push_back(line);
            }
        });
        Self {
            child,
            what: what.to_owned(),
            said,
        }
    }

    /// The process's number.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// `kill -9`; it is gone when this returns.
    pub fn kill(&mut self) {
        self.child.kill().expect("the process is ours");
        self.child.wait().expect("it was running");
    }

    /// Whether it has ended by itself.
    pub fn has_ended(&mut self) -> bool {
        self.child.try_wait().expect("the process is ours").is_some()
    }

    /// Its last words.
    pub fn last_words(&self) -> String {
        let lines: Vec<String> = self.said.lock().unwrap().iter().cloned().collect();
        format!("last words of `fanfare {}`:\n{}", self.what, lines.join("\n"))
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        if std::thread::panicking() {
            eprintln!("{}", self.last_words());
        }
    }
}

/// A call that ends: its standard output, without the newline at the end.
pub fn call(settings: &Settings, arguments: &[&str], input: &str) -> String {
    let mut child = command(settings)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("fanfare starts");
    let mut stdin = child.stdin.take().expect("a pipe");
    // a call that reads nothing may have closed it
    let _ = stdin.write_all(input.as_bytes());
    drop(stdin);
    let done = child.wait_with_output().expect("it ends");
    let errors = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "fanfare {arguments:?}: {errors}");
    String::from_utf8(done.stdout)
        .expect("text")
        .trim_end()
        .to_owned()
}

/// A call that fails: its sentence.
pub fn fails(settings: &Settings, arguments: &[&str]) -> String {
    let done = command(settings).args(arguments).stdin(Stdio::null()).output();
    let done = done.expect("fanfare starts");
    assert_eq!(done.status.code(), Some(1), "fanfare {arguments:?}");
    String::from_utf8_lossy(&done.stderr).into_owned()
}

/// A call with these settings.
pub fn command(settings: &Settings) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_fanfare"));
    clean(&mut command, settings);
    command
}

/// Only the settings of the test: whoever runs it may have others.
fn clean(command: &mut Command, settings: &Settings) {
    for (name, _) in std::env::vars_os() {
        if name.to_str().is_some_and(|n| n.starts_with("FANFARE_")) {
            command.env_remove(name);
        }
    }
    command.envs(settings.iter().map(|(name, value)| (name, value)));
}

/// A free port of loopback, below those that the system gives to outgoing connections: nobody takes it while the
/// process that listens on it is dead.
pub fn free_port() -> u16 {
    for _ in 0..200 {
        let port = 20_000 + random(12_000) as u16;
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
    panic!("no free port between 20000 and 32000");
}

/// A random number below `end`.
pub fn random(end: u64) -> u64 {
    let mut bytes = [0; 8];
    getrandom::fill(&mut bytes).expect("randomness");
    u64::from_le_bytes(bytes) % end.max(1)
}

/// Looks at a state that comes about by itself until there is an answer; fails with the sentence after `seconds`.
pub async fn until<T>(what: &str, seconds: u64, look: impl AsyncFnMut() -> Option<T>) -> T {
    until_every(10, what, seconds, look).await
}

/// As [`until`], where looking often would disturb: once in so many milliseconds.
pub async fn until_every<T>(
    millis: u64,
    what: &str,
    seconds: u64,
    mut look: impl AsyncFnMut() -> Option<T>,
) -> T {
    let end = Instant::now() + Duration::from_secs(seconds);
    loop {
        if let Some(found) = look().await {
            return found;
        }
        assert!(Instant::now() < end, "waited {seconds} s until {what}");
        tokio::time::sleep(Duration::from_millis(millis)).await;
    }
}
