//! A code as people type it.

use crate::kms::catalogue::table::{entries, find_symbol, nearest};
use crate::kms::hresult::HResult;
use crate::text::TextError;

/// Reads a code or a symbol: `0xC004F06C`, `C004F06C`, `3221549164`, `-1073418132` as PowerShell
/// shows it, or `SL_E_VL_INVALID_TIMESTAMP` in any case of letters.
///
/// Eight hexadecimal digits are always hexadecimal, also where all of them are decimal ones; no
/// error code has eight decimal digits. A sign-extended 64-bit number is cut to its 32 bits.
///
/// # Errors
///
/// With the column of what is wrong, and the nearest known code or symbol where there is one.
pub fn parse(text: &str) -> Result<HResult, TextError> {
    let text = text.trim();
    let hexadecimal = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X"));
    if let Some(digits) = hexadecimal {
        return hex(digits).map_err(|error| error.after(2));
    }
    let all_hex = !text.is_empty() && text.chars().all(|c| c.is_ascii_hexdigit());
    if all_hex && text.len() == 8 {
        return hex(text);
    }
    if let Some(entry) = find_symbol(text) {
        return Ok(entry.code);
    }
    let digits = text.strip_prefix('-').unwrap_or(text);
    if !digits.is_empty() && digits.chars().all(|c| c.is_ascii_digit()) {
        return decimal(text);
    }
    if all_hex {
        return Err(TextError::new(
            1,
            format!("a code has 8 hexadecimal digits{}", ending_in(text)),
        ));
    }
    Err(TextError::new(1, format!("{text:?} is no code and no known symbol{}", like(text))))
}

fn hex(digits: &str) -> Result<HResult, TextError> {
    if let Some(column) = digits.chars().position(|c| !c.is_ascii_hexdigit()) {
        return Err(TextError::new(column + 1, "expected a hexadecimal digit"));
    }
    if (5..8).contains(&digits.len()) {
        return Err(TextError::new(
            1,
            format!(
                "{} hexadecimal digits: a code has 8, or 1 to 4 where the rest are zeros{}",
                digits.len(),
                beginning_with(digits)
            ),
        ));
    }
    let number = u64::from_str_radix(digits, 16);
    match number.map(|number| (number >> 32, u32::try_from(number & 0xffff_ffff))) {
        Ok((0 | 0xffff_ffff, Ok(code))) => Ok(HResult(code)),
        _ if digits.is_empty() => Err(TextError::new(1, "a code has up to 8 hexadecimal digits")),
        _ => Err(TextError::new(9, "a code has at most 8 hexadecimal digits")),
    }
}

fn decimal(text: &str) -> Result<HResult, TextError> {
    let number = text.parse::<i64>().ok();
    let code = number.and_then(|number| match number {
        0.. => u32::try_from(number).ok(),
        _ => i32::try_from(number).ok().map(i32::cast_unsigned),
    });
    let range = "a code in decimal is between -2147483648 and 4294967295";
    code.map(HResult).ok_or_else(|| TextError::new(1, range))
}

/// `; did you mean 0xC004F06C?` for a code that lacks a digit.
fn beginning_with(text: &str) -> String {
    let begin = format!("0x{}", text.to_ascii_uppercase());
    let mut known = entries().map(|entry| entry.code.to_string());
    let near = known.find(|code| code.starts_with(&begin));
    near.map(|near| format!("; did you mean {near}?")).unwrap_or_default()
}

/// `; did you mean 0xC004F06C?` for the end of a code.
fn ending_in(text: &str) -> String {
    let end = text.to_ascii_uppercase();
    let known = entries().map(|entry| entry.code.to_string()).find(|code| code.ends_with(&end));
    let near = || {
        let number = u32::from_str_radix(&end, 16).ok().filter(|number| *number <= 0xffff)?;
        // The upper halves of the licensing service's codes and of Win32's.
        let whole = [0xC004_0000, 0x8007_0000].map(|upper| HResult(upper | number));
        whole.into_iter().find_map(nearest).map(|entry| entry.code.to_string())
    };
    known.or_else(near).map_or_else(String::new, |code| format!("; did you mean {code}?"))
}

/// `; did you mean SL_E_…?` for what is almost a symbol.
fn like(text: &str) -> String {
    let wanted = text.to_ascii_uppercase();
    let near = entries()
        .filter_map(|entry| entry.symbol)
        .map(|symbol| (distance(&wanted, symbol), symbol))
        .min()
        .filter(|(distance, symbol)| *distance <= symbol.len() / 3);
    near.map_or_else(String::new, |(_, symbol)| format!("; did you mean {symbol}?"))
}

/// How many characters must be put in, taken out or changed to make one text the other.
fn distance(one: &str, other: &str) -> usize {
    // What is far too long is like nothing, and need not be measured.
    if one.len() > 128 {
        return usize::MAX;
    }
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (i, a) in one.bytes().enumerate() {
        let mut corner = i;
        let mut left = i + 1;
        if let Some(first) = row.first_mut() {
            *first = left;
        }
        for (cell, b) in row.iter_mut().skip(1).zip(other.bytes()) {
            let changed = corner + usize::from(a != b);
            corner = *cell;
            left = changed.min(corner + 1).min(left + 1);
            *cell = left;
        }
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_to_write_a_code() {
        for text in [
            "0xC004F06C",
            "0XC004F06C",
            "C004F06C",
            "c004f06c",
            " 0xc004f06c ",
            "3221549164",
            "-1073418132",
            "0xFFFFFFFFC004F06C",
            "SL_E_VL_INVALID_TIMESTAMP",
            "sl_e_vl_invalid_timestamp",
        ] {
            assert_eq!(parse(text), Ok(HResult::INVALID_TIMESTAMP), "{text}");
        }
        assert_eq!(parse("80070005"), Ok(HResult::ACCESS_DENIED));
        assert_eq!(parse("0x0"), Ok(HResult::OK));
        assert_eq!(parse("0"), Ok(HResult::OK));
        assert_eq!(parse("-1"), Ok(HResult(u32::MAX)));
    }

    #[test]
    fn what_is_no_code_says_so_and_what_is_near() {
        for (text, column, part) in [
            ("", 1, "no code"),
            ("0x", 3, "up to 8"),
            ("0xC004F0G6", 9, "expected a hexadecimal digit"),
            ("0x1C004F06C", 11, "at most 8"),
            ("4294967296", 1, "between"),
            ("-2147483649", 1, "between"),
            ("F06C", 1, "did you mean 0xC004F06C?"),
            ("SL_E_VL_INVALID_TIMESTAMPS", 1, "did you mean SL_E_VL_INVALID_TIMESTAMP?"),
            ("timeout", 1, "no known symbol"),
            ("ERROR_TIMEOT", 1, "did you mean ERROR_TIMEOUT?"),
        ] {
            let error = parse(text).unwrap_err();
            assert_eq!(error.column, column, "{text}: {error}");
            assert!(error.message.contains(part), "{text}: {error}");
        }
    }
}
