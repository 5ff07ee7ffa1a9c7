//! What becomes of a message that a member's app has sent to the creator (reference/threema-gateway.md sections 5.2, 5.4,
//! 5.5 and 5.7). Pure.
use crate::features::gateway::wire::{GroupChat, GroupControl, GroupMessage};
use crate::kernel::{ThreemaId, Timestamp};

/// A sync request of the same member is answered again after this time.
pub const ANSWER_AGAIN_AFTER: i64 = Timestamp::HOUR;
/// A group that was not synchronised for so long is, with its next activity.
pub const RESYNC_AFTER: i64 = 7 * Timestamp::DAY;

/// How the group stands that the message names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GroupNow {
    /// It was dissolved.
    pub deleted: bool,
    /// What members write is kept.
    pub saves_history: bool,
}

/// How its sender stands there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SenderNow {
    /// Their phone counts as a member's.
    pub is_member: bool,
    /// When a sync request of theirs was answered last.
    pub answered_at: Option<Timestamp>,
}

/// What becomes of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing.
    Drop,
    /// The sender gets an empty set-up; the message is dropped.
    TellOut,
    /// The sender gets set-up, name and picture.
    TellState,
    /// The sender is no member any more.
    Left,
    /// It belongs to the chat.
    Take,
}

/// Judges a message to the identity `own`. `group` is the identity's group of the ID that the message names.
pub fn judge(
    own: ThreemaId,
    group: Option<GroupNow>,
    sender: SenderNow,
    message: &GroupMessage,
    now: Timestamp,
) -> Verdict {
    match message {
        GroupMessage::Control(_, GroupControl::SyncRequest) => match group {
            None => Verdict::Drop,
            Some(_) if was_answered(sender, now) => Verdict::Drop,
            Some(group) if group.deleted || !sender.is_member => Verdict::TellOut,
            Some(_) => Verdict::TellState,
        },
        // the sender is the creator: a group of theirs, which is not ours to keep
        GroupMessage::Control(..) => Verdict::Drop,
        GroupMessage::Chat(creator, ..) if *creator != own => Verdict::Drop,
        GroupMessage::Chat(_, _, GroupChat::Leave) => match group {
            Some(group) if !group.deleted && sender.is_member => Verdict::Left,
            _ => Verdict::Drop,
        },
        GroupMessage::Chat(..) => match group {
            None => Verdict::Drop,
            Some(group) if group.deleted || !sender.is_member => Verdict::TellOut,
            Some(group) if group.saves_history => Verdict::Take,
            Some(_) => Verdict::Drop,
        },
    }
}

fn was_answered(sender: SenderNow, now: Timestamp) -> bool {
    sender
        .answered_at
        .is_some_and(|at| (0..ANSWER_AGAIN_AFTER).contains(&now.since(at)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::gateway::wire::GroupId;

    const NOW: Timestamp = Timestamp(1_795_262_400_000);
    const ID: GroupId = GroupId::from_bytes([7; 8]);
    const OPEN: Option<GroupNow> = Some(GroupNow {
        deleted: false,
        saves_history: true,
    });
    const GONE: Option<GroupNow> = Some(GroupNow {
        deleted: true,
        saves_history: true,
    });
    const QUIET: Option<GroupNow> = Some(GroupNow {
        deleted: false,
        saves_history: false,
    });
    const MEMBER: SenderNow = SenderNow {
        is_member: true,
        answered_at: None,
    };
    const OTHER: SenderNow = SenderNow {
        is_member: false,
        answered_at: None,
    };

    fn own() -> ThreemaId {
        "*BCAST01".parse().unwrap()
    }

    fn of(group: Option<GroupNow>, sender: SenderNow, message: &GroupMessage) -> Verdict {
        judge(own(), group, sender, message, NOW)
    }

    fn chat(chat: GroupChat) -> GroupMessage {
        GroupMessage::Chat(own(), ID, chat)
    }

    #[test]
    fn texts_are_taken_from_members_while_history_is_saved() {
        let text = chat(GroupChat::Text("Hi".to_owned()));
        assert_eq!(of(OPEN, MEMBER, &text), Verdict::Take);
        assert_eq!(of(QUIET, MEMBER, &text), Verdict::Drop);
        assert_eq!(of(OPEN, OTHER, &text), Verdict::TellOut);
        assert_eq!(of(QUIET, OTHER, &text), Verdict::TellOut);
        assert_eq!(of(GONE, MEMBER, &text), Verdict::TellOut);
        assert_eq!(of(None, MEMBER, &text), Verdict::Drop);
        assert_eq!(of(OPEN, MEMBER, &chat(GroupChat::Other(0x46))), Verdict::Take);
    }

    #[test]
    fn groups_of_others_are_nothing_to_us() {
        let theirs = GroupMessage::Chat("MEMBER01".parse().unwrap(), ID, GroupChat::Text("Hi".to_owned()));
        assert_eq!(of(OPEN, MEMBER, &theirs), Verdict::Drop);
        for control in [
            GroupControl::Setup(vec![own()]),
            GroupControl::Name("Theirs".to_owned()),
            GroupControl::DeletePicture,
        ] {
            assert_eq!(
                of(OPEN, MEMBER, &GroupMessage::Control(ID, control)),
                Verdict::Drop
            );
        }
    }

    #[test]
    fn a_leave_counts_once() {
        let leave = chat(GroupChat::Leave);
        assert_eq!(of(OPEN, MEMBER, &leave), Verdict::Left);
        assert_eq!(of(QUIET, MEMBER, &leave), Verdict::Left);
        for (group, sender) in [(OPEN, OTHER), (GONE, MEMBER), (None, MEMBER)] {
            assert_eq!(of(group, sender, &leave), Verdict::Drop);
        }
    }

    #[test]
    fn a_sync_request_is_answered_once_an_hour() {
        let ask = GroupMessage::Control(ID, GroupControl::SyncRequest);
        let answered = |ago: i64, is_member| SenderNow {
            is_member,
            answered_at: Some(NOW.plus(-ago)),
        };
        assert_eq!(of(QUIET, MEMBER, &ask), Verdict::TellState);
        assert_eq!(of(OPEN, OTHER, &ask), Verdict::TellOut);
        assert_eq!(of(GONE, MEMBER, &ask), Verdict::TellOut);
        assert_eq!(of(None, MEMBER, &ask), Verdict::Drop);
        assert_eq!(of(OPEN, answered(Timestamp::HOUR - 1, true), &ask), Verdict::Drop);
        assert_eq!(
            of(OPEN, answered(Timestamp::HOUR - 1, false), &ask),
            Verdict::Drop
        );
        assert_eq!(
            of(OPEN, answered(Timestamp::HOUR, true), &ask),
            Verdict::TellState
        );
        // a clock that was turned back blocks nobody
        assert_eq!(of(OPEN, answered(-1, true), &ask), Verdict::TellState);
    }
}
