//! Faults on demand, for tests of those who call.
use super::LocalGateway;
use axum::{
    body::{Body, to_bytes},
    extract::{Request, State},
    http::{StatusCode, header::RETRY_AFTER},
    middleware::Next,
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// The body of a call that is refused anyway is read up to here, so that the caller gets to read the answer.
const READ: usize = 16 << 20;

/// What goes wrong how often; omitted fields are 0.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Faults {
    /// Every call waits so long first.
    pub latency_ms: u64,
    /// Share of calls that get 429.
    pub status429_rate: f64,
    /// Seconds in `Retry-After`; 0: no such header.
    pub retry_after: u64,
    /// Share of calls that get 500.
    pub status500_rate: f64,
    /// Share of calls that are done, and whose connection breaks before the answer.
    pub drop_response_rate: f64,
    /// Share of the items of a bulk call that are refused.
    pub item_error_rate: f64,
    /// The code of these items; 0: 500.
    pub item_error_code: u16,
    /// The same seed gives the same faults to the same calls.
    pub seed: u64,
}

impl Faults {
    /// Whether the rates are shares.
    pub fn is_valid(&self) -> bool {
        [
            self.status429_rate,
            self.status500_rate,
            self.drop_response_rate,
            self.item_error_rate,
        ]
        .iter()
        .all(|rate| (0.0..=1.0).contains(rate))
    }
}

/// The faults with the dice that decide.
#[derive(Debug, Default)]
pub struct Dice {
    faults: Faults,
    state: u64,
}

/// What happens to one call.
#[derive(Debug)]
struct Fate {
    latency: Duration,
    refusal: Option<StatusCode>,
    retry_after: u64,
    breaks: bool,
}

impl Dice {
    /// Sets the faults and starts the sequence of their seed.
    pub fn new(faults: Faults) -> Self {
        Self {
            state: faults.seed,
            faults,
        }
    }

    /// SplitMix64: small, and good enough to draw lots.
    fn roll(&mut self) -> f64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 / (1u64 << 53) as f64
    }

    /// Always three rolls, so that one rate does not shift the other's sequence.
    fn call(&mut self) -> Fate {
        let rolls = [self.roll(), self.roll(), self.roll()];
        let faults = &self.faults;
        let refusal = if rolls[0] < faults.status429_rate {
            Some(StatusCode::TOO_MANY_REQUESTS)
        } else if rolls[1] < faults.status500_rate {
            Some(StatusCode::INTERNAL_SERVER_ERROR)
        } else {
            None
        };
        Fate {
            latency: Duration::from_millis(faults.latency_ms),
            refusal,
            retry_after: faults.retry_after,
            breaks: rolls[2] < faults.drop_response_rate,
        }
    }

    /// The code with which an item of a bulk call fails, if it does.
    pub fn item(&mut self) -> Option<u16> {
        let rate = self.faults.item_error_rate;
        let fails = rate > 0.0 && self.roll() < rate;
        fails.then_some(match self.faults.item_error_code {
            0 => 500,
            code => code,
        })
    }
}

/// Lets calls fail as it was asked for.
pub async fn layer(State(gateway): State<LocalGateway>, request: Request, next: Next) -> Response {
    let fate = gateway.state().faults.call();
    if !fate.latency.is_zero() {
        tokio::time::sleep(fate.latency).await;
    }
    if let Some(status) = fate.refusal {
        // a caller that is still writing would see a broken connection instead
        let _ = to_bytes(request.into_body(), READ).await;
        let mut answer = status.into_response();
        if status == StatusCode::TOO_MANY_REQUESTS && fate.retry_after > 0 {
            answer.headers_mut().insert(RETRY_AFTER, fate.retry_after.into());
        }
        return answer;
    }
    let answer = next.run(request).await;
    if fate.breaks { broken() } else { answer }
}

/// An answer whose body fails at once: the connection is closed before a byte of it has left.
fn broken() -> Response {
    let fault = std::io::Error::other("the response is dropped on demand");
    Body::from_stream(futures::stream::iter([Err::<Vec<u8>, _>(fault)])).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_faults() {
        let faults = Faults {
            status429_rate: 0.2,
            item_error_rate: 0.5,
            seed: 7,
            ..Faults::default()
        };
        let draw = |faults: &Faults| {
            let mut dice = Dice::new(faults.clone());
            (0..500)
                .map(|_| (dice.call().refusal.is_some(), dice.item().is_some()))
                .collect::<Vec<_>>()
        };
        let drawn = draw(&faults);
        assert_eq!(drawn, draw(&faults));
        assert_ne!(
            drawn,
            draw(&Faults {
                seed: 8,
                ..faults.clone()
            })
        );
        let refused = drawn.iter().filter(|(call, _)| *call).count();
        assert!((60..140).contains(&refused), "about a fifth of 500: {refused}");
        assert!(draw(&Faults::default()).iter().all(|d| *d == (false, false)));
    }
}
