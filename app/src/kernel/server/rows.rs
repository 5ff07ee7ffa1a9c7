//! Many rows by one statement, on both databases: they travel as one parameter, so that the statement is the same however
//! many there are.

/// A table expression with one row per text of the JSON array in the parameter, in a column `value`.
pub fn json_texts(sqlite: bool, parameter: &str) -> String {
    if sqlite {
        format!("(SELECT value FROM json_each({parameter}))")
    } else {
        format!("(SELECT value FROM jsonb_array_elements_text(CAST({parameter} AS jsonb)))")
    }
}

/// A table expression with one row per element of the JSON array in the parameter, in a column `value`; take its parts
/// by `value ->> 0`.
pub fn json_rows(sqlite: bool, parameter: &str) -> String {
    if sqlite {
        format!("(SELECT value FROM json_each({parameter}))")
    } else {
        format!("(SELECT value FROM jsonb_array_elements(CAST({parameter} AS jsonb)) AS e (value))")
    }
}

/// The bytes of an expression that gives hexadecimal digits.
pub fn hex_bytes(sqlite: bool, expression: &str) -> String {
    if sqlite {
        format!("unhex({expression})")
    } else {
        format!("decode({expression}, 'hex')")
    }
}

/// The condition that a column is one of the numbers in the parameter, see [`numbers`]. Not joined: a key is looked up for
/// each of them, whatever the planner takes the table for.
pub fn among(sqlite: bool, column: &str, parameter: &str) -> String {
    if sqlite {
        format!("{column} IN (SELECT value FROM json_each({parameter}))")
    } else {
        // read once, not for each row
        format!("{column} = ANY(ARRAY(SELECT unnest(CAST({parameter} AS BIGINT[]))))")
    }
}

/// The parameter for [`among`].
pub fn numbers(sqlite: bool, numbers: &[i64]) -> sea_orm::Value {
    let list = numbers.iter().map(i64::to_string).collect::<Vec<_>>().join(",");
    if sqlite {
        format!("[{list}]").into()
    } else {
        format!("{{{list}}}").into()
    }
}
