use crate::features::lists::{
    model::{Column, Encoding, TableOptions},
    server::test_table::{language, read_table},
};
use crate::kernel::{Problem, server::csv::csv_cell};
use encoding_rs::WINDOWS_1252;
use proptest::prelude::*;

type Row = (u32, Vec<String>);

fn cells(bytes: &[u8]) -> (Encoding, TableOptions, Vec<String>, Vec<Row>) {
    let table = read_table(bytes, &TableOptions::default()).unwrap();
    let rows = table
        .rows
        .iter()
        .map(|(line, r)| (*line, r.iter().map(str::to_owned).collect()))
        .collect();
    (table.encoding, table.options, table.names, rows)
}

const TABLE: &str =
    "Vorname;Nachname;Threema-ID;Sprache\r\nJürg;Stähli;echoecho;de-CH\r\n\r\nZoë;Groß;ECHOECH2;fr\r\n";

#[test]
fn encodings_are_recognised() {
    let utf16 = |big: bool| {
        let bytes = |u: u16| if big { u.to_be_bytes() } else { u.to_le_bytes() };
        let mut out = bytes(0xfeff).to_vec();
        out.extend(TABLE.encode_utf16().flat_map(bytes));
        out
    };
    let windows = WINDOWS_1252.encode(TABLE).0.into_owned();
    for (bytes, encoding) in [
        (TABLE.as_bytes().to_vec(), Encoding::Utf8),
        (["\u{feff}", TABLE].concat().into_bytes(), Encoding::Utf8),
        (utf16(false), Encoding::Utf16Le),
        (utf16(true), Encoding::Utf16Be),
        (windows, Encoding::Windows1252),
    ] {
        let (found, options, names, rows) = cells(&bytes);
        assert_eq!(found, encoding);
        assert_eq!(options.delimiter, Some(';'), "{encoding:?}");
        assert_eq!(options.header, Some(true));
        assert_eq!(names, ["Vorname", "Nachname", "Threema-ID", "Sprache"]);
        let columns = [
            Column::FirstName,
            Column::LastName,
            Column::ThreemaId,
            Column::Language,
        ];
        assert_eq!(options.columns, columns);
        assert_eq!(rows.len(), 2);
        assert_eq!(
            rows[0],
            (
                2,
                ["Jürg", "Stähli", "echoecho", "de-CH"]
                    .map(str::to_owned)
                    .to_vec()
            )
        );
        assert_eq!(rows[1].0, 4, "the line in the file");
    }
}

#[test]
fn delimiters_headers_and_columns_are_guessed() {
    for (text, delimiter, header, columns) in [
        ("ECHOECHO\nECHOECH2\n", ',', false, vec![Column::ThreemaId]),
        ("id\nECHOECHO\n", ',', true, vec![Column::ThreemaId]),
        ("Wer\nECHOECHO\n", ',', true, vec![Column::ThreemaId]),
        (
            "ECHOECHO\tde\tRadio, Fernsehen\nECHOECH2\tfr\tPresse\n",
            '\t',
            false,
            vec![Column::ThreemaId, Column::Language, Column::Ignore],
        ),
        (
            "name|category|identity\nA|B|ECHOECHO\n",
            '|',
            true,
            vec![Column::LastName, Column::Category, Column::ThreemaId],
        ),
        (
            "\"A, B\",ECHOECHO\n\"C; D\",ECHOECH2\n",
            ',',
            false,
            vec![Column::Ignore, Column::ThreemaId],
        ),
        (
            "sep=;\nid;Name\nECHOECHO;A\n",
            ';',
            true,
            vec![Column::ThreemaId, Column::LastName],
        ),
        (
            "id,id,name\nECHOECHO,x,A\n",
            ',',
            true,
            vec![Column::ThreemaId, Column::Ignore, Column::LastName],
        ),
        // a comma in every row gives cells of one number too, but none of them is an ID
        (
            "Threema-ID;Name, Vorname\nECHOECHO;Müller, Max\nABCD1234;Meier, Eva\n",
            ';',
            true,
            vec![Column::ThreemaId, Column::Ignore],
        ),
        (
            "Müller, Max|ECHOECHO\nMeier, Eva|ABCD1234\n",
            '|',
            false,
            vec![Column::Ignore, Column::ThreemaId],
        ),
    ] {
        let (_, options, _, rows) = cells(text.as_bytes());
        assert_eq!(options.delimiter, Some(delimiter), "{text}");
        assert_eq!(options.header, Some(header), "{text}");
        assert_eq!(options.columns, columns, "{text}");
        assert!(!rows.is_empty());
    }
}

#[test]
fn what_is_said_counts_more_than_what_is_guessed() {
    let said = TableOptions {
        delimiter: Some(','),
        header: Some(false),
        columns: vec![Column::Category],
    };
    let table = read_table(b"id;Name\nECHOECHO;A, B\n", &said).unwrap();
    assert_eq!(table.rows.len(), 2);
    assert_eq!(table.options.columns, [Column::Category, Column::Ignore]);
}

#[test]
fn files_that_cannot_be_read_say_so() {
    for bytes in [&b""[..], b"\n\n , ,\n", b"\xef\xbb\xbf"] {
        let error = read_table(bytes, &TableOptions::default()).unwrap_err();
        assert_eq!(error.of("file"), Some(&Problem::Required));
    }
    let many = "ECHOECHO\n".repeat(200_002);
    let error = read_table(many.as_bytes(), &TableOptions::default()).unwrap_err();
    assert_eq!(error.of("file"), Some(&Problem::TooMany { max: 200_000 }));
    // the header is no row of these
    let full = "ECHOECHO\n".repeat(200_000);
    let read = |text: &str| read_table(text.as_bytes(), &TableOptions::default());
    assert_eq!(read(&full).unwrap().rows.len(), 200_000);
    assert_eq!(read(&format!("id\n{full}")).unwrap().rows.len(), 200_000);
    let error = read(&format!("{full}ECHOECHO\n")).unwrap_err();
    assert_eq!(error.of("file"), Some(&Problem::TooMany { max: 200_000 }));
    let large = vec![b'a'; 20 * 1024 * 1024 + 1];
    assert!(read_table(&large, &TableOptions::default()).is_err());
}

#[test]
fn languages_may_carry_a_region() {
    for (cell, code) in [
        ("de", Some("de")),
        (" DE-ch ", Some("de")),
        ("fr_CH", Some("fr")),
        ("deu", None),
        ("d", None),
        ("", None),
    ] {
        assert_eq!(
            language(cell).map(|l| l.to_string()),
            code.map(str::to_owned),
            "{cell}"
        );
    }
}

#[test]
fn formulas_are_made_harmless() {
    for bad in ["=1+1", "+41", "-1", "@x", "\tx", "\rx", "\nx"] {
        assert_eq!(csv_cell(bad), format!("'{bad}"));
    }
    assert_eq!(csv_cell("a=1"), "a=1");
}

proptest! {
    #[test]
    fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400), delimiter in proptest::option::of(any::<char>())) {
        let options = TableOptions { delimiter, ..TableOptions::default() };
        let _ = read_table(&bytes, &options);
    }
}
