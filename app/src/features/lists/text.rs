//! Texts about distribution lists.
crate::texts! {
    lists => "Distribution lists", "Verteilerlisten";

    column_line => "Line", "Zeile";
    column_reason => "Reason", "Grund";
    reason_missing => "No ID here", "Hier steht keine ID";
    reason_length_one => "1 character, an ID has 8", "1 Zeichen, eine ID hat 8";
    reason_length(n: String) => "{n} characters, an ID has 8", "{n} Zeichen, eine ID hat 8";
    reason_character(c: char) => "“{c}” does not occur in an ID", "«{c}» kommt in keiner ID vor";
    reason_link => "This link names no ID", "Dieser Link nennt keine ID";
    reason_language => "The language is not two letters", "Die Sprache ist nicht zwei Buchstaben lang";
    reason_too_long(max: u32) => "A name or category has more than {max} characters", "Ein Name oder eine Kategorie hat mehr als {max} Zeichen";
    reason_control => "A name has characters that cannot be shown", "Ein Name enthält Zeichen, die nicht darstellbar sind";
}
