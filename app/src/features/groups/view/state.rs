//! What the page of a group knows: made once for the page, so that nothing that is shown anew takes it along.
use crate::features::groups::{
    api::{WriteInGroup, load_group_chat},
    model::{ChatEntry, ChatPage, ChatRequest, NewText},
};
use crate::kernel::{ThreemaId, Uid, live::GroupPart};
use crate::ui::SendKey;
use leptos::{prelude::*, task::spawn_local};

/// So many entries that were heard are kept in case that an answer under way is older.
const HEARD: usize = 100;

/// Which group the page shows, and how its parts make the head load again.
#[derive(Clone, Copy)]
pub struct Place {
    /// The identity of the address.
    pub identity: Memo<Option<Uid>>,
    /// The group of the address.
    pub group: Memo<Option<Uid>>,
    /// Call it after a change.
    pub changed: Callback<()>,
}

impl Place {
    /// Identity and group, for a call; none when the page is gone.
    pub fn uids(&self) -> Option<(Uid, Uid)> {
        let identity = self.identity.try_get_untracked().flatten()?;
        Some((identity, self.group.try_get_untracked().flatten()?))
    }
}

/// The chat as it is shown.
#[derive(Clone, Copy)]
pub struct Chat {
    place: Place,
    /// Oldest first.
    pub entries: RwSignal<Vec<ChatEntry>>,
    /// There are older ones.
    pub more_before: RwSignal<bool>,
    /// There are newer ones: the page shows an older part.
    pub more_after: RwSignal<bool>,
    /// How far the person had read when the page was opened.
    pub read_up_to: RwSignal<i64>,
    /// Which part is asked for; the default is the newest.
    pub request: RwSignal<ChatRequest>,
    busy: StoredValue<bool>,
    again: StoredValue<bool>,
    /// What was heard since the newest part was asked for: its answer may be older.
    heard: StoredValue<Vec<ChatEntry>>,
}

/// What is being written.
#[derive(Clone, Copy)]
pub struct Draft {
    /// The text.
    pub text: RwSignal<String>,
    /// The entry that is answered, and who has sent it.
    pub quotes: RwSignal<Option<(Uid, String)>>,
    /// The entry that is changed.
    pub changes: RwSignal<Option<Uid>>,
    /// Members by the names that are shown, for mentions.
    pub names: RwSignal<Vec<(String, ThreemaId)>>,
    /// How many get it.
    pub members: RwSignal<u64>,
    /// Whether anything can be written.
    pub can_write: RwSignal<bool>,
    /// What people see as the sender.
    pub as_name: RwSignal<String>,
    key: SendKey,
}

impl Draft {
    /// Nothing yet.
    pub fn empty() -> Self {
        Self {
            text: RwSignal::default(),
            quotes: RwSignal::new(None),
            changes: RwSignal::new(None),
            names: RwSignal::default(),
            members: RwSignal::new(0),
            can_write: RwSignal::new(false),
            as_name: RwSignal::default(),
            key: SendKey::fresh(),
        }
    }

    /// What is to be sent to a group, so that it goes out once, however often it is tried.
    pub fn to_send(self, identity: Uid, group: Uid, text: String) -> WriteInGroup {
        let quotes = self.quotes.get_untracked().map(|(uid, _)| uid);
        let quoted = quotes.as_ref().map_or("", Uid::as_str);
        let key = self.key.of(format!("{group} {quoted} {text}"));
        WriteInGroup {
            identity,
            group,
            text: NewText { text, quotes },
            key,
        }
    }

    /// It was sent: the same once more is another one.
    pub fn sent(&self) {
        self.key.arrived();
        self.clear();
    }

    /// Nothing is being written any more.
    pub fn clear(&self) {
        self.text.set(String::new());
        self.quotes.set(None);
        self.changes.set(None);
    }
}

impl Chat {
    /// Nothing yet.
    pub fn new(place: Place) -> Self {
        Self {
            place,
            entries: RwSignal::default(),
            more_before: RwSignal::new(false),
            more_after: RwSignal::new(false),
            read_up_to: RwSignal::new(0),
            request: RwSignal::default(),
            busy: StoredValue::new(false),
            again: StoredValue::new(false),
            heard: StoredValue::default(),
        }
    }

    /// A part is asked for.
    pub fn begins(self) {
        let _ = self.heard.try_update_value(Vec::clear);
    }

    /// Which group.
    pub const fn place(self) -> Place {
        self.place
    }

    /// Whether the newest part is shown, which goes on by itself.
    pub fn is_live(self) -> bool {
        self.request.with_untracked(|r| *r == ChatRequest::default())
    }

    /// Shows a part that was loaded.
    pub fn take(self, page: ChatPage) {
        self.more_before.set(page.more_before);
        self.more_after.set(page.more_after);
        self.read_up_to.set(page.read_up_to);
        self.entries.set(page.entries);
        self.lay_heard();
    }

    /// Takes an entry that came with an event; answers whether it has: otherwise the page has to load what has changed.
    pub fn hear(self, part: &GroupPart) -> bool {
        let GroupPart::Written(json) = part else {
            return false;
        };
        let Ok(entry) = serde_json::from_slice::<ChatEntry>(json.as_bytes()) else {
            return false;
        };
        let kept = self.heard.try_update_value(|heard| {
            if heard.len() == HEARD {
                heard.remove(0);
            }
            heard.push(entry.clone());
        });
        if kept.is_some() {
            self.lay_entries(vec![entry]);
        }
        true
    }

    fn lay_heard(self) {
        self.lay_entries(self.heard.get_value());
    }

    /// Lays entries over what is shown, unless that is an older part: the last of those with one number counts.
    fn lay_entries(self, heard: Vec<ChatEntry>) {
        if heard.is_empty() || !self.is_live() {
            return;
        }
        self.entries.update(|entries| {
            for entry in heard {
                let at = entries.partition_point(|e| e.number < entry.number);
                match entries.get_mut(at) {
                    Some(known) if known.number == entry.number => *known = entry,
                    // older than all that is shown
                    Some(_) if at == 0 && self.more_before.get_untracked() => {}
                    _ => entries.insert(at, entry),
                }
            }
        });
    }

    /// Lays a newer part over what is shown: what is known is replaced, what is new stands at the end. A part with nothing
    /// before it is all there is: what else is shown was erased.
    fn lay_over(self, page: ChatPage) {
        let from = page.entries.first().map_or(i64::MAX, |e| e.number);
        let is_all = !page.more_before;
        let joins = self
            .entries
            .with_untracked(|e| e.last().is_none_or(|e| e.number >= from));
        self.entries.update(|entries| {
            match joins && !is_all {
                true => entries.retain(|e| e.number < from),
                // also when so much has come that there is a gap: only the newest part is shown
                false => entries.clear(),
            }
            entries.extend(page.entries);
        });
        if self
            .entries
            .with_untracked(|e| e.first().is_none_or(|e| e.number == from))
        {
            self.more_before.set(page.more_before);
        }
        self.lay_heard();
    }

    /// Everything was erased: nothing is shown, and the page goes on from there.
    pub fn erased(self) {
        self.more_before.set(false);
        self.more_after.set(false);
        self.begins();
        self.entries.set(Vec::new());
        if !self.is_live() {
            self.request.set(ChatRequest::default());
        }
    }

    /// Loads the newest part again; a call that is under way is followed by one more.
    pub fn refresh(self) {
        let Some(busy) = self.busy.try_get_value() else {
            return;
        };
        if !self.is_live() {
            return;
        }
        if busy {
            self.again.set_value(true);
            return;
        }
        self.busy.set_value(true);
        spawn_local(async move {
            loop {
                let Some((identity, group)) = self.place.uids() else {
                    return;
                };
                self.begins();
                let loaded = load_group_chat(identity, group.clone(), ChatRequest::default()).await;
                let same = self.place.uids().is_some_and(|(_, now)| now == group);
                let Some(again) = self.again.try_get_value() else {
                    return;
                };
                if let (Ok(page), true, true) = (loaded, same, self.is_live()) {
                    self.lay_over(page);
                }
                if !again {
                    self.busy.set_value(false);
                    return;
                }
                self.again.set_value(false);
            }
        });
    }

    /// Loads what comes before the oldest entry that is shown.
    pub fn load_before(self) {
        let before = self.entries.with_untracked(|e| e.first().map(|e| e.number));
        let request = ChatRequest {
            before,
            ..ChatRequest::default()
        };
        self.load_part(request, move |page| {
            self.more_before.set(page.more_before);
            self.entries.update(|entries| {
                let later = std::mem::replace(entries, page.entries);
                entries.extend(later);
            });
        });
    }

    /// Loads what comes behind the newest entry that is shown.
    pub fn load_after(self) {
        let after = self.entries.with_untracked(|e| e.last().map(|e| e.number));
        let request = ChatRequest {
            after,
            ..ChatRequest::default()
        };
        self.load_part(request, move |page| {
            self.more_after.set(page.more_after);
            self.entries.update(|entries| entries.extend(page.entries));
        });
    }

    fn load_part(self, request: ChatRequest, then: impl Fn(ChatPage) + 'static) {
        let Some((identity, group)) = self.place.uids() else {
            return;
        };
        spawn_local(async move {
            let loaded = load_group_chat(identity, group.clone(), request).await;
            let same = self.place.uids().is_some_and(|(_, now)| now == group);
            if let (Ok(page), true) = (loaded, same) {
                then(page);
            }
        });
    }
}
