//! Texts of the interface, English and German side by side.
//!
//! A slice keeps its texts in `text.rs`:
//! ```text
//! texts! {
//!     sign_in => "Sign in", "Anmelden";
//!     bytes_left(n: usize) => "{n} bytes left", "noch {n} Byte";
//! }
//! ```
//! Each line makes a function, so a missing language, a missing text or a wrong argument does not compile.

/// Makes one function per text: `name(lang) -> &'static str`, or with arguments `name(lang, a, b) -> String`.
#[macro_export]
macro_rules! texts {
    () => {};
    ($(#[$doc:meta])* $name:ident => $en:literal, $de:literal; $($rest:tt)*) => {
        $(#[$doc])*
        pub const fn $name(lang: $crate::kernel::Lang) -> &'static str {
            match lang { $crate::kernel::Lang::En => $en, $crate::kernel::Lang::De => $de }
        }
        $crate::texts!($($rest)*);
    };
    ($(#[$doc:meta])* $name:ident($($arg:ident: $ty:ty),+) => $en:literal, $de:literal; $($rest:tt)*) => {
        $(#[$doc])*
        pub fn $name(lang: $crate::kernel::Lang, $($arg: $ty),+) -> String {
            match lang { $crate::kernel::Lang::En => format!($en), $crate::kernel::Lang::De => format!($de) }
        }
        $crate::texts!($($rest)*);
    };
}

/// The singular for one, the plural for every other number.
pub const fn plural<'a>(n: u64, one: &'a str, many: &'a str) -> &'a str {
    if n == 1 { one } else { many }
}

/// Groups of three digits parted by a no-break space: `8 412`.
pub fn number(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() * 2);
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push('\u{a0}');
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::number;
    use crate::kernel::Lang;

    texts! {
        sign_in => "Sign in", "Anmelden";
        bytes_left(n: usize) => "{n} bytes left", "noch {n} Byte";
    }

    #[test]
    fn a_text_has_both_languages_and_its_arguments() {
        assert_eq!([Lang::En, Lang::De].map(sign_in), ["Sign in", "Anmelden"]);
        assert_eq!(bytes_left(Lang::En, 7), "7 bytes left");
        assert_eq!(bytes_left(Lang::De, 7), "noch 7 Byte");
    }

    #[test]
    fn numbers_are_grouped() {
        assert_eq!(number(0), "0");
        assert_eq!(number(999), "999");
        assert_eq!(number(8_412), "8\u{a0}412");
        assert_eq!(number(1_000_000), "1\u{a0}000\u{a0}000");
    }
}
