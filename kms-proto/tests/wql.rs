//! Queries, and what they find.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use kms_proto::windows::wql::answer::Failed;
use kms_proto::windows::wql::condition::{Comparison, Condition, Literal};
use kms_proto::windows::wql::{Query, answer};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

fn instances(class: &str) -> Option<Vec<Map<String, Value>>> {
    class.eq_ignore_ascii_case("SoftwareLicensingProduct").then(|| {
        let products = json!([
            {"Name": "Windows(R), Enterprise edition", "Description": "VOLUME_KMSCLIENT channel",
             "PartialProductKey": "LAB02", "LicenseStatus": 1, "LicenseIsAddon": false},
            {"Name": "Office 16", "Description": "Office 16, VOLUME_KMSCLIENT channel",
             "PartialProductKey": "LAB04", "LicenseStatus": 5, "LicenseIsAddon": true},
            {"Name": "Spare", "Description": "RETAIL channel",
             "PartialProductKey": null, "LicenseStatus": 0, "LicenseIsAddon": false},
        ]);
        products.as_array().unwrap().iter().map(|p| p.as_object().unwrap().clone()).collect()
    })
}

fn names(condition: &str) -> String {
    let query = format!("SELECT Name FROM SoftwareLicensingProduct WHERE {condition}");
    let found = answer(&query, instances).unwrap();
    let name = |row: &Map<String, Value>| {
        row["Name"].as_str().unwrap().chars().take(1).collect::<String>()
    };
    found.iter().map(name).collect()
}

#[test]
fn conditions_and_what_they_find() {
    for (condition, found) in [
        ("PartialProductKey <> null", "WO"),
        ("PartialProductKey IS NOT NULL", "WO"),
        ("PartialProductKey IS NULL", "S"),
        ("partialproductkey = NULL", "S"),
        ("PartialProductKey != 'LAB02'", "O"),
        ("NOT PartialProductKey = 'LAB02'", "O"),
        ("LicenseStatus = 1", "W"),
        ("LicenseStatus='1'", "W"),
        ("LicenseStatus = 0x5", "O"),
        ("LicenseStatus >= 1 AND LicenseStatus < 5", "W"),
        ("1 < LicenseStatus", "O"),
        ("LicenseStatus = 1 OR LicenseStatus = 0 AND Name = 'nobody'", "W"),
        ("(LicenseStatus = 1 OR LicenseStatus = 0) AND Name like '%r%'", "WS"),
        ("Description LIKE '%VOLUME_KMS_%'", "WO"),
        ("Description NOT LIKE \"Office%\" and LicenseStatus <> 0", "W"),
        ("Name = 'SPARE'", "S"),
        ("LicenseIsAddon = TRUE", "O"),
        ("LicenseIsAddon = false", "WS"),
        ("LicenseIsAddon = 'true'", "O"),
        ("PartialProductKey = 'LAB02' OR LicenseStatus = 0", "WS"),
        ("NOT (PartialProductKey = 'LAB02' AND LicenseStatus = 0)", "WO"),
        ("LicenseStatus = 'licensed'", ""),
    ] {
        assert_eq!(names(condition), found, "{condition}");
    }
}

#[test]
fn properties_come_as_the_class_names_them_in_the_order_of_the_query() {
    let found = answer("select LICENSESTATUS, name from softwarelicensingproduct", instances);
    let first = Value::Object(found.unwrap().remove(0));
    assert_eq!(first.to_string(), r#"{"LicenseStatus":1,"Name":"Windows(R), Enterprise edition"}"#);
    let all = answer("SELECT * FROM SoftwareLicensingProduct", instances).unwrap();
    assert_eq!((all.len(), all[0].len()), (3, 5));
}

#[test]
fn what_is_not_there_is_named() {
    for (query, code, text) in [
        ("SELECT * FROM Win32_Fan", 0x8004_1010, "Invalid class Win32_Fan"),
        (
            "SELECT Colour FROM SoftwareLicensingProduct",
            0x8004_1017,
            "Invalid query: the class has no property Colour",
        ),
        (
            "SELECT * FROM SoftwareLicensingProduct WHERE Colour = 1",
            0x8004_1017,
            "Invalid query: the class has no property Colour",
        ),
        ("SELECT", 0x8004_1017, "Invalid query: col 7: expected here: a property, or *"),
        ("DELETE", 0x8004_1017, "Invalid query: col 1: expected here: SELECT"),
        ("SELECT * FROM a WHERE", 0x8004_1017, "Invalid query: col 22: expected here: a property"),
        (
            "SELECT * FROM a WHERE b = 'x",
            0x8004_1017,
            "Invalid query: col 27: the text is not closed by '",
        ),
        (
            "SELECT * FROM a WHERE b < NULL",
            0x8004_1017,
            "Invalid query: col 31: expected here: = or <> before NULL",
        ),
        ("SELECT * FROM a b", 0x8004_1017, "Invalid query: col 17: the query was over before this"),
        (
            "SELECT * FROM a WHERE b = 1z",
            0x8004_1017,
            "Invalid query: col 27: \"1z\" is no whole number",
        ),
        ("SELECT ; FROM a", 0x8004_1017, "Invalid query: col 8: ';' stands in no query"),
    ] {
        let failed: Failed = answer(query, instances).unwrap_err();
        assert_eq!((failed.code().0, failed.to_string()), (code, text.to_owned()), "{query}");
    }
    let deep = format!("SELECT * FROM a WHERE {}b = 1{}", "(".repeat(5000), ")".repeat(5000));
    assert!(deep.parse::<Query>().unwrap_err().message.contains("too deep"));
}

#[test]
fn a_filter_is_a_condition_alone() {
    let filter: Condition = "LicenseStatus = 1".parse().unwrap();
    let expected = Condition::Compare {
        property: "LicenseStatus".to_owned(),
        how: Comparison::Equal,
        with: Literal::Number(1),
    };
    assert_eq!(filter, expected);
    assert_eq!("LicenseStatus =".parse::<Condition>().unwrap_err().column, 16);
}

/// A query as its text, and what it means.
fn condition() -> impl Strategy<Value = (String, Condition)> {
    let name = "[A-Z][a-z]{2,8}X";
    let literal = prop_oneof![
        "[^'\\\\]{0,8}".prop_map(|t| (format!("'{t}'"), Literal::Text(t))),
        any::<i32>().prop_map(|n| (n.to_string(), Literal::Number(n.into()))),
        any::<bool>().prop_map(|b| (b.to_string(), Literal::Flag(b))),
    ];
    let how = prop_oneof![
        Just(("=", Comparison::Equal)),
        Just(("<>", Comparison::Unequal)),
        Just(("<=", Comparison::AtMost)),
        Just((">", Comparison::Greater)),
    ];
    let leaf = prop_oneof![
        (name, how, literal).prop_map(|(property, (sign, how), (text, with))| {
            (format!("{property}{sign}{text}"), Condition::Compare { property, how, with })
        }),
        name.prop_map(|p| (format!("{p} IS NULL"), Condition::Null(p))),
        (name, "[a-z%_]{0,5}").prop_map(|(property, pattern)| {
            (format!("{property} like '{pattern}'"), Condition::Like { property, pattern })
        }),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        let many = prop::collection::vec(inner.clone(), 2..4);
        let joined =
            |many: Vec<(String, Condition)>, word: &str, of: fn(Vec<Condition>) -> Condition| {
                let texts: Vec<String> = many.iter().map(|(text, _)| format!("({text})")).collect();
                (texts.join(word), of(many.into_iter().map(|(_, c)| c).collect()))
            };
        prop_oneof![
            many.clone().prop_map(move |m| joined(m, " AND ", Condition::And)),
            many.prop_map(move |m| joined(m, " or ", Condition::Or)),
            inner.prop_map(|(text, c)| (format!("NOT ({text})"), Condition::Not(Box::new(c)))),
        ]
    })
}

proptest! {
    #[test]
    fn a_condition_is_read_as_it_was_written((text, condition) in condition()) {
        prop_assert_eq!(text.parse::<Condition>().unwrap(), condition);
    }

    #[test]
    fn any_text_is_a_query_or_a_reason(text in ".{0,60}") {
        let _ = text.parse::<Query>();
        let _ = text.parse::<Condition>();
    }

    #[test]
    fn any_words_are_a_query_or_a_reason(words in prop::collection::vec(
        "(SELECT|FROM|WHERE|AND|OR|NOT|IS|NULL|LIKE|\\*|,|\\(|\\)|=|<>|'x'|7|Name|-|0x)", 0..14,
    )) {
        let query = words.join(" ");
        let _ = answer(&query, instances);
    }

    #[test]
    fn not_is_the_other_way_round_but_for_null((_, condition) in condition()) {
        for instance in instances("SoftwareLicensingProduct").unwrap() {
            let not = Condition::Not(Box::new(condition.clone()));
            prop_assert_eq!(not.holds(&instance), condition.holds(&instance).map(|holds| !holds));
        }
    }
}
