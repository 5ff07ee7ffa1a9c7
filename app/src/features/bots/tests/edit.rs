//! Changing trees never loses a command.
use super::sample::{node, uid, waste};
use crate::features::bots::model::{Side, Spot, Step, Tree, changes};
use crate::kernel::Uid;
use proptest::prelude::*;
use std::collections::BTreeSet;

fn uids(tree: &Tree) -> BTreeSet<Uid> {
    tree.start.all().into_iter().map(|n| n.uid.clone()).collect()
}

/// The tree in one line: `abfall(nord sd(karton)) ffnungszei`.
fn shape(tree: &Tree) -> String {
    fn of(node: &crate::features::bots::model::Node) -> String {
        let name = node.uid.as_str().trim_end_matches('0').to_owned();
        let below: Vec<String> = node.commands.iter().map(of).collect();
        if below.is_empty() {
            name
        } else {
            format!("{name}({})", below.join(" "))
        }
    }
    of(&tree.start)
}

#[test]
fn steps() {
    let mut tree = waste();
    assert_eq!(shape(&tree), "start(abfall(nord sd(karton)) ffnungszei)");
    assert!(tree.step(&uid("nord"), Step::Down));
    assert_eq!(shape(&tree), "start(abfall(sd(karton) nord) ffnungszei)");
    assert!(!tree.step(&uid("nord"), Step::Down));
    assert!(tree.step(&uid("nord"), Step::In));
    assert_eq!(shape(&tree), "start(abfall(sd(karton nord)) ffnungszei)");
    assert!(tree.step(&uid("nord"), Step::Up));
    assert!(tree.step(&uid("karton"), Step::Out));
    assert_eq!(shape(&tree), "start(abfall(sd(nord) karton) ffnungszei)");
    assert!(tree.step(&uid("karton"), Step::Out));
    assert_eq!(shape(&tree), "start(abfall(sd(nord)) karton ffnungszei)");
    assert!(
        !tree.step(&uid("karton"), Step::Out),
        "beside the start is nothing"
    );
    assert!(!tree.step(&uid("start"), Step::Down));
    assert!(!tree.step(&uid("gone"), Step::Up));
}

#[test]
fn removing_and_bringing_back() {
    let mut tree = waste();
    let (spot, taken) = tree.remove(&uid("sd")).unwrap();
    assert_eq!(shape(&tree), "start(abfall(nord) ffnungszei)");
    assert!(tree.insert(&spot, taken));
    assert_eq!(tree, waste());
    assert!(tree.remove(&uid("start")).is_none());
    assert!(!tree.insert(
        &Spot {
            parent: uid("gone"),
            at: 0
        },
        node("x", "", ("", ""), Vec::new())
    ));
}

#[test]
fn nothing_goes_below_itself() {
    let mut tree = waste();
    for below in ["abfall", "sd", "karton"] {
        assert!(!tree.move_to(
            &uid("abfall"),
            &Spot {
                parent: uid(below),
                at: 0
            }
        ));
    }
    assert!(!tree.move_to(
        &uid("abfall"),
        &Spot {
            parent: uid("gone"),
            at: 0
        }
    ));
    assert_eq!(tree, waste());
    assert!(tree.move_to(
        &uid("abfall"),
        &Spot {
            parent: uid("ffnungszei"),
            at: 9
        }
    ));
    assert_eq!(shape(&tree), "start(ffnungszei(abfall(nord sd(karton))))");
}

#[test]
fn dropping() {
    for (what, on, side, expected) in [
        (
            "nord",
            "sd",
            Side::After,
            "start(abfall(sd(karton) nord) ffnungszei)",
        ),
        (
            "nord",
            "sd",
            Side::Before,
            "start(abfall(nord sd(karton)) ffnungszei)",
        ),
        (
            "sd",
            "nord",
            Side::Before,
            "start(abfall(sd(karton) nord) ffnungszei)",
        ),
        (
            "nord",
            "sd",
            Side::Inside,
            "start(abfall(sd(karton nord)) ffnungszei)",
        ),
        (
            "nord",
            "start",
            Side::Before,
            "start(abfall(sd(karton)) ffnungszei nord)",
        ),
        (
            "ffnungszei",
            "karton",
            Side::Before,
            "start(abfall(nord sd(ffnungszei karton)))",
        ),
    ] {
        let mut tree = waste();
        let spot = tree.drop_spot(&uid(what), &uid(on), side).unwrap();
        assert!(tree.move_to(&uid(what), &spot));
        assert_eq!(shape(&tree), expected, "{what} {on} {side:?}");
    }
    let tree = waste();
    for (what, on) in [("abfall", "abfall"), ("abfall", "karton"), ("start", "nord")] {
        assert_eq!(
            tree.drop_spot(&uid(what), &uid(on), Side::Inside),
            None,
            "{what} {on}"
        );
    }
}

#[test]
fn changes_are_counted() {
    let before = waste();
    let after = |change: &dyn Fn(&mut Tree)| {
        let mut tree = waste();
        change(&mut tree);
        changes(&before, &tree)
    };
    assert_eq!(after(&|_| {}), 0);
    assert_eq!(after(&|t| t.timeout_minutes = 5), 1);
    assert_eq!(
        after(&|t| {
            t.change(&uid("nord"), |n| n.word.push('x'));
        }),
        1
    );
    // what stands behind has only moved up
    assert_eq!(
        after(&|t| {
            t.remove(&uid("nord"));
        }),
        1
    );
    assert_eq!(
        after(&|t| {
            t.remove(&uid("abfall"));
        }),
        4
    );
    assert_eq!(
        after(&|t| {
            t.step(&uid("nord"), Step::Down);
        }),
        1
    );
    assert_eq!(
        after(&|t| {
            t.step(&uid("nord"), Step::Out);
        }),
        1
    );
}

proptest! {
    #[test]
    fn every_move_keeps_every_command(moves in prop::collection::vec((0_usize..8, 0_usize..8, 0_usize..4, 0_u8..5), 0..40)) {
        let mut tree = waste();
        let all: Vec<Uid> = uids(&tree).into_iter().collect();
        for (what, to, at, how) in moves {
            let (what, parent) = (&all[what % all.len()], all[to % all.len()].clone());
            match how {
                0 => tree.move_to(what, &Spot { parent, at }),
                1 => tree.step(what, Step::Up),
                2 => tree.step(what, Step::Down),
                3 => tree.step(what, Step::In),
                _ => tree.step(what, Step::Out),
            };
            prop_assert_eq!(uids(&tree), all.iter().cloned().collect::<BTreeSet<_>>());
            prop_assert_eq!(tree.len() + 1, all.len());
        }
    }
}
