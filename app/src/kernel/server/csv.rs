//! Files for spreadsheets.

/// A cell for a file that a spreadsheet will open: what would start a formula (`=`, `+`, `-`, `@`, tab, line end) gets
/// an apostrophe in front.
pub fn csv_cell(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) {
        format!("'{text}")
    } else {
        text.to_owned()
    }
}

/// A line of such a file: cells parted by commas, quoted where they must be.
pub fn csv_line(cells: &[&str]) -> String {
    let cell = |text: &&str| {
        let text = csv_cell(text);
        match text.contains([',', '"', '\r', '\n']) {
            true => format!("\"{}\"", text.replace('"', "\"\"")),
            false => text,
        }
    };
    let cells: Vec<String> = cells.iter().map(cell).collect();
    cells.join(",") + "\r\n"
}

#[cfg(test)]
mod tests {
    use super::csv_line;

    #[test]
    fn cells_stay_cells_and_never_become_formulas() {
        assert_eq!(csv_line(&["a", "", "c d"]), "a,,c d\r\n");
        assert_eq!(
            csv_line(&["Doe, Jane", "say \"hi\"", "=1+1,2", "two\nlines"]),
            "\"Doe, Jane\",\"say \"\"hi\"\"\",\"'=1+1,2\",\"two\nlines\"\r\n"
        );
    }
}
