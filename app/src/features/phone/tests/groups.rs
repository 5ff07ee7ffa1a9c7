//! What phones in a group end with, whatever happens on the way.
use super::group_world::{Chance, ID, World, key, own, person, steady};
use crate::features::gateway::wire::{CLOUD, GroupChat, GroupMessage, MessageId};
use crate::features::groups::model::plan::Round;
use crate::features::phone::model::GroupNote;
use crate::kernel::{ThreemaId, Timestamp};

#[test]
fn after_any_changes_and_interruptions_phones_have_exactly_the_state_of_the_cockpit() {
    for seed in 1..=60_u64 {
        let mut chance = Chance(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let mut world = World::new(5);
        for _ in 0..40 {
            let who = person(chance.below(5));
            match chance.below(10) {
                0 | 1 => world.add(who),
                2 => world.remove(who),
                3 => world.cockpit.name = format!("Name {}", chance.below(4)),
                4 => world.cockpit.picture = chance.one_in(2).then(|| chance.below(3) as u8 + 1),
                5 => world.synchronise(),
                6 => world.with_dice(who, |p, dice| p.leave_group(key(), dice)),
                7 => {
                    // a phone that is out and hears something asks; whoever is in may speak
                    let now = world.now;
                    let _ = world.with_dice(who, |p, dice| p.write_in_group(key(), "Hi", now, dice));
                }
                8 => world.cockpit.saves_history = chance.one_in(2),
                _ => world.now = world.now.plus(Timestamp::HOUR / 2),
            }
            for _ in 0..chance.below(3) {
                world.send_one(&mut chance);
            }
            if chance.one_in(2) {
                world.deliver_from_phones();
            }
        }
        world.settle(&mut chance);
        world.synchronise();
        world.settle(&mut chance);
        world.check();
        let dropped: u64 = world.phones.iter().map(|p| p.dropped).sum();
        assert!(
            world.cockpit.version < 5 || dropped > 0,
            "repeated boxes are dropped"
        );
    }
}

#[test]
fn what_members_write_reaches_the_others_and_the_creator_only_under_the_cloud() {
    let (mut world, mut chance) = steady(3);
    let now = world.now;
    world
        .with_dice(person(0), |p, dice| p.write_in_group(key(), "quiet", now, dice))
        .unwrap();
    world.deliver_from_phones();
    assert!(world.taken.is_empty());
    world.cockpit.saves_history = true;
    world.synchronise();
    world.settle(&mut chance);
    let name = world.phone(person(0)).group(&key()).unwrap().name.clone();
    assert_eq!(name, format!("{CLOUD}Crisis"));
    world
        .with_dice(person(0), |p, dice| p.write_in_group(key(), "kept", now, dice))
        .unwrap();
    world.deliver_from_phones();
    assert_eq!(world.taken, [(person(0), GroupChat::Text("kept".to_owned()))]);
    // all have it under one ID, so that a reaction finds it everywhere
    let entries = |world: &mut World, n| {
        let group = world.phone(person(n)).group(&key()).unwrap().clone();
        group
            .entries
            .into_iter()
            .filter(|e| e.text.as_deref() == Some("kept"))
            .map(|e| e.id)
            .collect::<Vec<_>>()
    };
    let own = entries(&mut world, 0);
    assert!(own.len() == 1 && entries(&mut world, 1) == own && entries(&mut world, 2) == own);
    let id = own[0].unwrap();
    world
        .with_dice(person(1), |p, dice| p.react_in_group(key(), id, true, dice))
        .unwrap();
    world
        .with_dice(person(0), |p, dice| p.edit_in_group(key(), id, "changed", dice))
        .unwrap();
    world.deliver_from_phones();
    for n in 0..3 {
        let group = world.phone(person(n)).group(&key()).unwrap();
        let entry = group.entries.iter().find(|e| e.id == Some(id)).unwrap();
        assert_eq!(entry.text.as_deref(), Some("changed"));
        assert_eq!(entry.reactions, [(person(1), "\u{1f44d}".to_owned())]);
    }
    let old_form = |(_, chat): &(ThreemaId, GroupChat)| matches!(chat, GroupChat::Receipt { .. });
    assert!(
        world.taken.iter().any(old_form),
        "a gateway's ID gets thumbs in the old form"
    );
    // nobody else's text can be changed
    assert!(
        world
            .with_dice(person(1), |p, dice| p.edit_in_group(key(), id, "forged", dice))
            .is_err()
    );
}

#[test]
fn a_text_before_the_set_up_is_lost_and_asks_for_the_state_once() {
    let (mut world, mut chance) = steady(2);
    let outsider = person(2);
    for _ in 0..3 {
        let text = GroupMessage::Chat(own(), ID, GroupChat::Text("early".to_owned()));
        let (to, nonce, sealed) = world.seal(outsider, &text);
        let id = MessageId::from_bytes(world.drawn.to_be_bytes());
        world.arrive(to, own(), id, nonce, &sealed);
    }
    assert_eq!(world.phone(outsider).outbox.len(), 1, "one question an hour");
    world.deliver_from_phones();
    world.settle(&mut chance);
    assert!(
        world.phone(outsider).group(&key()).is_none(),
        "an empty set-up makes no group"
    );
}

#[test]
fn who_leaves_can_come_back() {
    let (mut world, mut chance) = steady(3);
    world.with_dice(person(1), |p, dice| p.leave_group(key(), dice));
    world.deliver_from_phones();
    assert!(!world.phone(person(0)).group(&key()).unwrap().has(&person(1)));
    world.synchronise();
    world.settle(&mut chance);
    world.check();
    world.add(person(1));
    world.synchronise();
    world.settle(&mut chance);
    world.check();
    let notes: Vec<_> = world
        .phone(person(1))
        .group(&key())
        .unwrap()
        .entries
        .iter()
        .filter_map(|e| e.note.clone())
        .collect();
    assert!(matches!(
        notes.last(),
        Some(GroupNote::In | GroupNote::Renamed(_) | GroupNote::Members)
    ));
}

#[test]
fn a_dissolved_group_answers_with_the_end() {
    let (mut world, mut chance) = steady(2);
    let round = Round::dissolved(&world.cockpit.members);
    world.enqueue(&round, 0);
    world.settle(&mut chance);
    for n in 0..2 {
        assert!(world.phone(person(n)).group(&key()).unwrap().left);
        let now = world.now;
        assert!(
            world
                .with_dice(person(n), |p, dice| p.write_in_group(key(), "Hi", now, dice))
                .is_err()
        );
    }
}

#[test]
fn messages_wait_for_keys_that_have_yet_to_be_fetched() {
    let (mut world, _) = steady(2);
    let other = world.phone(person(0)).keys.remove(&person(1)).unwrap();
    let now = world.now;
    world
        .with_dice(person(0), |p, dice| p.write_in_group(key(), "Hi", now, dice))
        .unwrap();
    assert_eq!(world.phone(person(0)).missing_keys(), [person(1)]);
    assert!(world.phone(person(0)).outbox.is_empty());
    world.with_dice(person(0), |p, dice| p.learn_key(person(1), Some(other), dice));
    assert_eq!(world.phone(person(0)).outbox.len(), 1);
    world.deliver_from_phones();
    let group = world.phone(person(1)).group(&key()).unwrap();
    assert_eq!(group.unread(), 1);
}
