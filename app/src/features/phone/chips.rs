//! Quick replies: the words that an answer offers. They come as text, each at the beginning of a line of its own, in bold
//! (`*word*`, perhaps with ` – description`); a line in italics may name several (`_*back* one step, *menu* …_`).

/// Most words that are offered.
const MOST: usize = 12;
/// Longest word that is offered, in characters; what is longer is no command.
const LONGEST: usize = 40;

/// The words that the last lines of a text offer, in their order; none when it offers nothing.
pub fn offered(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut add = |word: &str| {
        let word = word.trim();
        let fits = !word.is_empty() && word.chars().count() <= LONGEST;
        if fits && words.len() < MOST && !words.iter().any(|w| w == word) {
            words.push(word.to_owned());
        }
    };
    for line in text.lines().map(str::trim) {
        if let Some(inner) = line.strip_prefix('_').and_then(|l| l.strip_suffix('_')) {
            // every second part stands between two stars
            inner.split('*').skip(1).step_by(2).for_each(&mut add);
        } else if let Some((word, rest)) = line.strip_prefix('*').and_then(|l| l.split_once('*'))
            && (rest.is_empty() || rest.starts_with(" – "))
        {
            add(word);
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::bots::model::{Folded, Listener, Node, Talker, Tree, turn};
    use crate::kernel::{LanguageCode, Uid};

    #[test]
    fn what_a_menu_offers() {
        let text = "You can write:\n\n*waste* – When it is collected\n*town hall*\n_*back* one step, *menu* to the start_";
        assert_eq!(offered(text), ["waste", "town hall", "back", "menu"]);
    }

    #[test]
    fn other_texts_offer_nothing() {
        for text in [
            "",
            "Plain words",
            "*Bold* words in a sentence",
            "A *word* inside",
            "*unclosed",
            "**",
            "_just italics_",
        ] {
            assert!(offered(text).is_empty(), "{text}");
        }
        let long = format!("*{}*", "a".repeat(LONGEST + 1));
        assert!(offered(&long).is_empty());
        let many: String = (0..50).map(|n| format!("*w{n}*\n")).collect();
        assert_eq!(offered(&many).len(), MOST);
    }

    /// The form in which bots print their menus is the one that is read here.
    #[test]
    fn what_bots_offer_is_found_in_what_they_say() {
        let node = |uid: &str, word: &str| Node {
            word: word.to_owned(),
            ..Node::new(uid.parse().unwrap())
        };
        let bot: Uid = "bot0000000".parse().unwrap();
        let mut tree = Tree::new("start00000".parse().unwrap());
        let mut waste = node("waste00000", "waste");
        waste.commands = vec![node("north00000", "north"), node("townhall00", "town hall")];
        if let Some(first) = waste.commands.first_mut() {
            first
                .description
                .insert(LanguageCode::EN, "the old *town* – and more".to_owned());
        }
        tree.start.commands = vec![waste];
        let words = Folded::of(&tree);
        for language in [LanguageCode::EN, LanguageCode::DE] {
            let talkers = [Talker {
                bot: &bot,
                tree: &tree,
                words: &words,
            }];
            let to = Listener::of(language, LanguageCode::EN);
            let said = turn(&talkers, None, &to, "waste").unwrap().said;
            assert_eq!(said.offers.len(), 4);
            let found: Vec<String> = said.texts.iter().flat_map(|t| offered(t)).collect();
            assert_eq!(found, said.offers);
        }
    }
}
