//! What a new password must be: long enough, not known, and not made of what everybody knows about its owner.
use super::known_passwords::is_known;
use crate::features::auth::model::Rules;
use crate::kernel::{AppResult, Problem, validate::Check};

/// A longer one is no safer, only slower.
const LONGEST: usize = 256;
/// The product's name is what somebody who attacks it tries first.
const PRODUCT: &str = "fanfare";

/// What somebody who knows the owner tries first.
#[derive(Clone, Copy, Debug)]
pub struct OwnWords<'a> {
    /// The owner's e-mail.
    pub email: &'a str,
    /// The organisation's name.
    pub organisation: &'a str,
}

impl OwnWords<'_> {
    /// Folded, so that `Stadt Aarental` is found in `stadt-aarental!`.
    fn folded(self) -> Vec<String> {
        let user = self.email.split('@').next().unwrap_or_default();
        let parts = self.organisation.split_whitespace().map(fold);
        // short and general words ("Stadt", "admin") may stand in a sentence
        let mut words: Vec<String> = parts.filter(|w| w.chars().count() >= 6).collect();
        let whole = [fold(user), fold(self.organisation)];
        words.extend(whole.into_iter().filter(|w| w.chars().count() >= 6));
        words.push(PRODUCT.to_owned());
        words
    }

    fn are_in(self, password: &str) -> bool {
        let folded = fold(password);
        self.folded().iter().any(|word| folded.contains(word))
    }
}

fn fold(text: &str) -> String {
    text.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

/// Checks a new password for the field `field`. Without own words an operator sets a first one for somebody.
pub fn check_new_password(
    rules: &Rules,
    own: Option<OwnWords<'_>>,
    field: &str,
    password: &str,
) -> AppResult<()> {
    let min = rules.password_min_length as usize;
    let mut check = Check::new();
    let problem = match password.chars().count() {
        0 => Some(Problem::Required),
        n if n < min => Some(Problem::TooShort { min }),
        n if n > LONGEST => Some(Problem::TooLong { max: LONGEST }),
        _ if own.is_some_and(|own| own.are_in(password)) => Some(Problem::OwnWords),
        _ if rules.breached_check && is_known(password) => Some(Problem::KnownPassword),
        _ => None,
    };
    if let Some(problem) = problem {
        check.fail(field, problem);
    }
    check.done()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(rules: &Rules, password: &str) -> Option<Problem> {
        let own = OwnWords {
            email: "nora.keller@aarental.example",
            organisation: "Stadt Aarental",
        };
        let error = check_new_password(rules, Some(own), "password", password).err()?;
        error.of("password").cloned()
    }

    #[test]
    fn each_rule_refuses() {
        let rules = Rules::default();
        assert_eq!(problem(&rules, "der Brunnen läuft nachts"), None);
        assert_eq!(problem(&rules, ""), Some(Problem::Required));
        assert_eq!(
            problem(&rules, "elf Zeichen"),
            Some(Problem::TooShort { min: 12 })
        );
        assert_eq!(problem(&rules, "zwölf zeiche"), None);
        let long = Rules {
            password_min_length: 20,
            ..rules
        };
        assert_eq!(
            problem(&long, "zwölf zeiche"),
            Some(Problem::TooShort { min: 20 })
        );
        assert_eq!(
            problem(&rules, &"ab cd ef ".repeat(29)),
            Some(Problem::TooLong { max: 256 })
        );
        for own in [
            "Aarental liegt am Wasser",
            "ich bin NoraKeller!",
            "stadt-aarental-99",
            "meine Fanfare tönt",
        ] {
            assert_eq!(problem(&rules, own), Some(Problem::OwnWords), "{own}");
        }
        assert_eq!(problem(&rules, "nachts in der Stadt"), None);
        assert_eq!(problem(&rules, "Password2026!"), Some(Problem::KnownPassword));
        let lax = Rules {
            breached_check: false,
            ..rules
        };
        assert_eq!(problem(&lax, "Password2026!"), None);
    }
}
