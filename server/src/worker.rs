//! The background work of a process: fan-out, jobs, clearing away.
use app::kernel::server::{Ctx, process::Process};
use tokio::{sync::watch, task::JoinHandle};

/// The running loops.
#[derive(Debug)]
pub struct Workers(Vec<JoinHandle<()>>);

/// Starts every loop; they end when told to stop, after what they have in hand.
pub fn start(_ctx: &Ctx, _process: &Process, _stopped: watch::Receiver<bool>) -> Workers {
    Workers(Vec::new())
}

impl Workers {
    /// Waits until everything in hand is written.
    pub async fn finish(self) {
        for handle in self.0 {
            let _ = handle.await;
        }
    }
}
