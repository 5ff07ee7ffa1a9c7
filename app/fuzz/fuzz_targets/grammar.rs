//! Whatever people type, whatever feeds are called: there is an answer, and it fits into messages.
#![no_main]
use app::{
    features::inbound::grammar::{FeedNow, Outcome, View, fallback, help, parse, profile, reply, split},
    kernel::Lang,
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (&str, Vec<(&str, bool, bool)>, u8)| {
    let (text, names, flags) = input;
    let flag = |n: u8| flags & (1 << n) != 0;
    let feeds = names
        .into_iter()
        .zip(1..)
        .map(|((name, mine, barred), number)| FeedNow {
            number,
            name: name.to_owned(),
            mine,
            barred,
        });
    let view = View {
        lang: if flag(0) { Lang::De } else { Lang::En },
        threema_id: "*BCAST01".to_owned(),
        internal_only: flag(1),
        internal: flag(2),
        room: flag(3),
        known: flag(4),
        feeds: feeds.collect(),
        ..View::default()
    };
    let answer = match reply(&view, &parse(text), &[]) {
        Outcome::Done(answer, _) | Outcome::Refused(answer) => answer,
        Outcome::Profile => profile(&view, &[], &[]),
        Outcome::NotACommand => fallback(&view),
    };
    for answer in [answer, help(&view, &[])] {
        let parts = split(&answer);
        assert!(!parts.is_empty() && parts.iter().all(|part| part.len() <= 3_500));
    }
});
