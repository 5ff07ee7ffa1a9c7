use crate::features::lists::model::{Reason, read, read_id};
use proptest::prelude::*;

const KEY: &str = "4a6a1b34dcef15d43cb74de2fd36091be99fbbaf126d099d47d83d919712c72b";

fn found(text: &str) -> Vec<(u32, Result<String, Reason>)> {
    read(text)
        .into_iter()
        .map(|t| (t.line, t.found.map(|id| id.to_string())))
        .collect()
}

fn ids(text: &str) -> Vec<String> {
    found(text).into_iter().map(|(_, f)| f.unwrap()).collect()
}

#[test]
fn ids_are_found_however_they_are_parted_and_written() {
    let one = ["ECHOECHO"];
    for text in [
        "ECHOECHO",
        "  echoecho  ",
        "\u{feff}EchoEcho,",
        "\"ECHOECHO\";",
        "- ECHOECHO.",
        "«ECHOECHO»",
        "<ECHOECHO>",
        "\u{200b}ECHOECHO\u{a0}",
        "3mid:ECHOECHO",
        "3MID:echoecho,",
        &format!("3mid:ECHOECHO,{KEY}"),
        &format!("3mid:ECHOECHO,{KEY},1795262400"),
        "https://threema.id/ECHOECHO",
        "https://threema.id/echoecho?text=Hello%20you",
        "threema.id/ECHOECHO.",
        "HTTP://www.Threema.id/ECHOECHO/",
        "threema://add?id=ECHOECHO",
        "threema://compose?text=Hi&id=ECHOECHO",
        "https://threema.id/compose?id=ECHOECHO&text=x#y",
        "https://go.threema.ch/add?id=ECHOECHO",
    ] {
        assert_eq!(ids(text), one, "{text}");
    }
    let two = ["ECHOECHO", "*BCAST01"];
    for text in [
        "ECHOECHO *BCAST01",
        "echoecho,*bcast01",
        "ECHOECHO;*BCAST01",
        "ECHOECHO\r\n\r\n*BCAST01\r\n",
        "ECHOECHO\t|\t*BCAST01",
        &format!("3mid:ECHOECHO,{KEY},*BCAST01"),
        "3mid:ECHOECHO,3mid:*BCAST01",
        "https://threema.id/ECHOECHO,https://threema.id/%2ABCAST01",
        ",,,ECHOECHO,,--,*BCAST01",
    ] {
        assert_eq!(ids(text), two, "{text}");
    }
}

#[test]
fn any_sign_may_part_ids() {
    for text in [
        "ECHOECHO/ABCD1234",
        "ECHOECHO:ABCD1234",
        "echoecho-abcd1234",
        "ECHOECHO+ABCD1234",
        "ECHOECHO，ABCD1234",
        "ECHOECHO、ABCD1234",
        "ECHOECHO—-—ABCD1234.",
        "+ECHOECHO//ABCD1234/",
    ] {
        assert_eq!(ids(text), ["ECHOECHO", "ABCD1234"], "{text}");
    }
    let gateway = ["ECHOECHO", "*BCAST01", "ABCD1234"];
    assert_eq!(ids("ECHOECHO/*BCAST01/ABCD1234"), gateway);
    let tokens = read("\nECHOECHO/abcd1234");
    let shown: Vec<_> = tokens.iter().map(|t| (t.line, t.text.as_str())).collect();
    assert_eq!(shown, [(2, "ECHOECHO"), (2, "abcd1234")]);
    // unless all parts are IDs, it is one thing that is none
    for (text, sign) in [
        ("ECHOECHO/ABCD", '/'),
        ("ECHOECHO-ABCD1234-X", '-'),
        ("echoecho@abcd1234.ch", '@'),
        ("ECHOECHO/ECHO*CHO", '/'),
        ("MÜLLERIN/ECHOECHO", 'Ü'),
        ("3mid:ECHOECHO/ABCD1234", '/'),
    ] {
        assert_eq!(found(text), [(1, Err(Reason::Character(sign)))], "{text}");
    }
    assert_eq!(
        found("https://example.org/ECHOECHO/ABCD1234"),
        [(1, Err(Reason::LinkWithoutId))]
    );
    assert_eq!(read_id("ECHOECHO/ABCD1234"), Err(Reason::Character('/')));
}

#[test]
fn what_is_no_id_says_why() {
    let long = "x".repeat(500);
    for (text, reason) in [
        ("ZC8V1F3", Reason::Length(7)),
        ("ECHOECHOO", Reason::Length(9)),
        (long.as_str(), Reason::Length(500)),
        ("ECHO*CHO", Reason::Character('*')),
        ("MÜLLERIN", Reason::Character('Ü')),
        ("ada@example.org", Reason::Character('@')),
        ("https://example.org/ECHOECHO", Reason::LinkWithoutId),
        ("https://evilthreema.id/ECHOECHO", Reason::LinkWithoutId),
        ("https://threema.id/compose?text=Hi", Reason::LinkWithoutId),
        ("https://threema.id", Reason::LinkWithoutId),
        ("3mid:", Reason::Missing),
        ("3mid:ECHO", Reason::Length(4)),
    ] {
        assert_eq!(found(text), [(1, Err(reason))], "{text}");
    }
    assert!(found(" \n,;\n — \n***").is_empty(), "nothing there");
    assert!(read(&long)[0].text.len() <= 40);
}

#[test]
fn lines_are_counted_as_a_person_counts() {
    let lines: Vec<_> = found("ECHOECHO\n\nBAD\r\nECHOECHO BAD2")
        .into_iter()
        .map(|(n, _)| n)
        .collect();
    assert_eq!(lines, [1, 3, 4, 4]);
}

#[test]
fn a_cell_holds_one_id() {
    assert_eq!(
        read_id(" echoecho ").map(|id| id.to_string()),
        Ok("ECHOECHO".to_owned())
    );
    assert_eq!(read_id(""), Err(Reason::Missing));
    assert_eq!(read_id(" - "), Err(Reason::Missing));
    assert!(read_id("ECHOECHO ECHOECH2").is_err());
    assert_eq!(read_id("ECHO"), Err(Reason::Length(4)));
}

#[test]
fn a_line_of_a_million_commas_is_read_at_once() {
    let text = format!("{},A{}", "-,".repeat(1_000_000), ",ECHOECHO".repeat(100_000));
    assert_eq!(read(&text).len(), 100_001);
    assert_eq!(read(&"A-".repeat(1_000_000)).len(), 1);
    assert_eq!(read(&"ECHOECHO/".repeat(100_000)).len(), 100_000);
}

proptest! {
    #[test]
    fn no_text_panics_and_no_line_is_lost(text in "(\\PC|[\\r\\n\\t,;*]|3mid:|threema://|threema\\.id/|[A-Z0-9]{8}){0,60}") {
        let tokens = read(&text);
        for (i, line) in text.lines().enumerate() {
            let number = u32::try_from(i + 1).unwrap();
            if line.chars().any(char::is_alphanumeric) {
                prop_assert!(tokens.iter().any(|t| t.line == number), "line {number} of {text:?}");
            }
        }
        for token in &tokens {
            prop_assert!(text.lines().nth(token.line as usize - 1).unwrap().contains(token.text.as_str()));
        }
        let _ = read_id(&text);
    }
}
