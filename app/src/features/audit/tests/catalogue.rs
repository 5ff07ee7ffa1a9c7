//! Every action has its words.
use crate::features::audit::model::{ACTIONS, Action, Broken, Group};
use crate::kernel::{Lang, Timestamp};
use std::collections::HashSet;

#[test]
fn actions_have_words_in_both_languages_and_a_group() {
    let codes: HashSet<_> = ACTIONS.iter().map(|a| a.code).collect();
    assert_eq!(codes.len(), ACTIONS.len(), "a code stands twice");
    for action in ACTIONS {
        let (en, de) = (action.words(Lang::En), action.words(Lang::De));
        assert!(!en.is_empty() && !de.is_empty() && en != de, "{}", action.code);
        assert!(action.code.len() <= 64 && Group::ALL.contains(&action.group));
        assert_eq!(Action::find(action.code).map(|a| a.code), Some(action.code));
    }
    assert!(Action::find("nothing.ever").is_none());
}

#[test]
fn what_is_broken_is_said_in_both_languages() {
    let entry = 1_234;
    for broken in [
        Broken::Missing { entry },
        Broken::Changed { entry },
        Broken::Address { entry },
        Broken::Loose { at: Timestamp(0) },
        Broken::After { entry },
        Broken::End { entry },
        Broken::Seal { entry },
        Broken::NoEnd,
    ] {
        let (en, de) = (broken.words(Lang::En), broken.words(Lang::De));
        assert!(en != de && en.ends_with('.') && de.ends_with('.'), "{en} {de}");
        let named = matches!(broken, Broken::Loose { .. } | Broken::NoEnd);
        assert!(named || en.contains("1\u{a0}234"), "{en}");
    }
}
