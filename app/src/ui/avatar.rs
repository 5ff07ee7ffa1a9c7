//! Pictures of people and senders.
use leptos::prelude::*;

/// How large a picture is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AvatarSize {
    /// 24 px
    Small,
    /// 32 px
    #[default]
    Normal,
    /// 44 px
    Large,
}

impl AvatarSize {
    const fn class(self) -> &'static str {
        match self {
            Self::Small => " avatar-sm",
            Self::Normal => "",
            Self::Large => " avatar-lg",
        }
    }
}

/// The first letters of the first and the last word.
fn initials(name: &str) -> String {
    let mut words = name.split_whitespace().filter_map(letter);
    let first = words.next();
    first.into_iter().chain(words.next_back()).collect()
}

/// The first letter or digit of a word, as a capital.
#[cfg(not(feature = "hydrate"))]
fn letter(word: &str) -> Option<String> {
    let letter = word.chars().find(|c| c.is_alphanumeric())?;
    Some(letter.to_uppercase().collect())
}

/// The same by what the browser knows of writing, so that it need not fetch our own tables of it.
#[cfg(feature = "hydrate")]
fn letter(word: &str) -> Option<String> {
    let letter = js_sys::RegExp::new(r"[\p{Alphabetic}\p{N}]", "u")
        .exec(word)?
        .get(0);
    Some(letter.to_upper_case().into())
}

/// A person: round, with initials. The name stands beside it.
#[component]
pub fn Avatar(
    /// The name
    #[prop(into)]
    name: String,
    /// How large
    #[prop(optional)]
    size: AvatarSize,
    /// Looks at the same page now
    #[prop(optional)]
    here: bool,
) -> impl IntoView {
    let here = if here { " avatar-here" } else { "" };
    view! { <span class=format!("avatar{}{here}", size.class()) aria-hidden="true">{initials(&name)}</span> }
}

/// A sender: a rounded square, with the picture or else initials. The name stands beside it.
#[component]
pub fn Picture(
    /// The name
    #[prop(into)]
    name: String,
    /// Address of the picture
    #[prop(optional_no_strip)]
    src: Option<String>,
    /// How large
    #[prop(optional)]
    size: AvatarSize,
) -> impl IntoView {
    let inner = match src {
        Some(src) => view! { <img class="w-full h-full object-cover" src=src alt="" /> }.into_any(),
        None => initials(&name).into_any(),
    };
    view! { <span class=format!("avatar avatar-id{}", size.class()) aria-hidden="true">{inner}</span> }
}

#[cfg(test)]
mod tests {
    use super::initials;

    #[test]
    fn initials_are_of_the_first_and_the_last_word() {
        assert_eq!(initials("Lea Brunner"), "LB");
        assert_eq!(initials("Stadt Aarental an der Aare"), "SA");
        assert_eq!(initials("*AARENTL"), "A");
        assert_eq!(initials("élise"), "É");
        assert_eq!(initials(""), "");
    }
}
