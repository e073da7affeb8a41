//! Text forms are inverse to each other; a record counts only with evidence, in time, and by a method that may.

use proptest::prelude::*;

use super::*;
use CheckResult::{Fail, NotApplicable, Partial, Pass, Unknown};

/// Noon of a day.
fn on(day: &str) -> Millis {
    parse_day(day).expect("a day") * DAY_MS + DAY_MS / 2
}

fn record(text: &str) -> CheckRecord {
    CheckRecord::parse(text).expect("reads")
}

fn worth(text: &str, sensitivity: Option<Sensitivity>, day: &str) -> CheckResult {
    effective(Some(&record(text)), sensitivity, on(day)).result
}

#[test]
fn a_record_reads_as_written() {
    let text = "pass; method=test_run; checked=2026-11-02; valid_until=2027-05-01; evidence=sha256:ab12; by=API guild";
    assert_eq!(record(text).to_string(), text);
    assert_eq!(record(" fail ;checked = 2026-11-02; ").to_string(), "fail; checked=2026-11-02", "spaces and order do not matter");
    for (wrong, says) in [
        ("passed", "a result is one of"),
        ("pass; method=guess", "method is one of"),
        ("pass; checked=2.11.2026", "checked is a day"),
        ("pass; checked=2026-2-1", "checked is a day"),
        ("pass; checked=2026-02-30", "checked is a day"),
        ("pass; colour=red", "a check has the parts"),
        ("pass; by=a; by=b", "by stands there twice"),
        ("pass; checked=2026-11-02; valid_until=2026-11-01", "before checked"),
        ("pass; by", "name=value"),
    ] {
        let told = CheckRecord::parse(wrong).expect_err(wrong).to_string();
        assert!(told.contains(says), "{wrong}: {told}");
    }
}

#[test]
fn a_pass_counts_with_evidence_and_until_its_last_day() {
    let full = "pass; method=test_run; checked=2026-05-24; evidence=run 7";
    assert_eq!(worth(full, None, "2026-11-20"), Pass, "180 days on is the last day");
    assert_eq!(worth(full, None, "2026-11-21"), Unknown, "expired evidence is unknown, not pass and not fail");
    assert_eq!(worth(full, None, "2026-05-23"), Unknown, "on an earlier day nobody knew it");
    assert_eq!(worth("pass; method=test_run; checked=2026-11-01", None, "2026-11-20"), Unknown, "no evidence, no pass");
    assert_eq!(worth("pass", None, "2026-11-20"), Unknown);
    assert_eq!(worth("pass; method=attestation; checked=2026-08-22; evidence=mail", None, "2026-11-20"), Pass, "90 days for a word");
    assert_eq!(worth("pass; method=attestation; checked=2026-08-21; evidence=mail", None, "2026-11-20"), Unknown);
    assert_eq!(worth("pass; method=test_run; checked=2026-01-01; valid_until=2026-12-31; evidence=x", None, "2026-11-20"), Pass);
}

#[test]
fn attestation_alone_never_passes_where_data_is_restricted() {
    let word = "pass; method=attestation; checked=2026-11-01; evidence=mail of 1 Nov";
    assert_eq!(worth(word, Some(Sensitivity::Confidential), "2026-11-20"), Pass);
    assert_eq!(worth(word, Some(Sensitivity::Restricted), "2026-11-20"), Unknown);
    assert_eq!(worth(word, Some(Sensitivity::Regulated), "2026-11-20"), Unknown);
    assert_eq!(worth("fail; method=attestation; checked=2026-11-01", Some(Sensitivity::Regulated), "2026-11-20"), Fail);
}

#[test]
fn a_check_has_its_attribute() {
    assert_eq!(parse_check_attribute(&check_attribute(CheckId::A5)), Some(CheckId::A5));
    assert_eq!(parse_check_attribute("check:A9"), None);
}

#[test]
fn time_mends_no_failed_check() {
    assert_eq!(worth("fail; method=test_run; checked=2020-01-01; evidence=run 1", None, "2026-11-20"), Fail);
    assert_eq!(worth("partial; method=test_run; checked=2020-01-01", None, "2026-11-20"), Unknown, "a half pass expires like a pass");
    assert_eq!(worth("not_applicable", None, "2026-11-20"), NotApplicable);
    assert_eq!(worth("not_applicable; valid_until=2026-01-01", None, "2026-11-20"), Unknown);
    assert_eq!(effective(None, None, 0).result, Unknown);
}

const ALL_PASS: Checks = [Pass; 10];

#[test]
fn verdicts_are_those_of_the_coverage_matrix() {
    let gateway_only = [Pass, Pass, Pass, Pass, Unknown, Unknown, Unknown, Unknown, Unknown, Unknown];
    let refused = [Pass, Pass, Pass, Pass, NotApplicable, Fail, Unknown, Unknown, Unknown, Unknown];
    let mixed = [Pass, Pass, Pass, Pass, NotApplicable, Fail, Pass, Pass, Pass, NotApplicable];
    assert_eq!(Verdict::of(&ALL_PASS, true), Verdict::Enforced);
    assert_eq!(Verdict::of(&gateway_only, true), Verdict::GatewayOnly);
    assert_eq!(Verdict::of(&refused, true), Verdict::GatewayOnly, "a failed A1 behind a checking gateway is the proof of it");
    assert_eq!(Verdict::of(&mixed, true), Verdict::Failed);
    assert_eq!(Verdict::of(&[Unknown; 10], true), Verdict::Unknown);
    assert_eq!(Verdict::of(&[NotApplicable; 10], true), Verdict::Unknown, "nothing that applies proves nothing");
    let alone = [NotApplicable, NotApplicable, NotApplicable, NotApplicable, NotApplicable, Pass, Unknown, Pass, Pass, Unknown];
    assert_eq!(Verdict::of(&alone, false), Verdict::Enforced, "without a gateway the API enforces alone");
    assert_eq!(Verdict::of(&alone, true), Verdict::Partial);
    assert_eq!(coverage(&mixed), (7, 8));
    assert_eq!(coverage(&[Unknown; 10]), (0, 10), "unknown is applicable");
}

#[test]
fn a_gateway_is_uneven_when_its_apis_differ() {
    let gateway_only = [Pass, Pass, Pass, Pass, Unknown, Unknown, Unknown, Unknown, Unknown, Unknown];
    let of = |apis: &[Checks]| GatewayVerdict::of(apis.iter());
    assert_eq!(of(&[ALL_PASS, ALL_PASS]), GatewayVerdict::Enforced);
    assert_eq!(of(&[ALL_PASS, gateway_only]), GatewayVerdict::Uneven);
    assert_eq!(of(&[gateway_only, gateway_only]), GatewayVerdict::GatewayOnly);
    assert_eq!(of(&[[Unknown; 10], [Unknown; 10]]), GatewayVerdict::Unknown);
    assert_eq!(of(&[]), GatewayVerdict::Unknown);
}

fn any_record() -> impl Strategy<Value = CheckRecord> {
    let text = proptest::option::of("[a-zA-Z0-9:=/,. \u{e9}\u{202e}]{1,20}".prop_map(|s: String| s.trim().to_owned()));
    (0..5i64, proptest::option::of(1..6i64), proptest::option::of(0..30_000i64), proptest::option::of(0..400i64), text.clone(), text)
        .prop_map(|(result, method, checked, more, evidence, by)| CheckRecord {
            result: CheckResult::from_code(result),
            method: method.and_then(CheckMethod::from_code),
            checked,
            valid_until: more.map(|more| checked.unwrap_or(9_000) + more),
            evidence: evidence.filter(|text| !text.is_empty()),
            by: by.filter(|text| !text.is_empty()),
        })
}

proptest! {
    #[test]
    fn printing_and_reading_are_inverse(record in any_record()) {
        prop_assert_eq!(CheckRecord::parse(&record.to_string()), Ok(record));
    }

    /// A result is never better than what was recorded: nothing turns into a pass or hides a fail.
    #[test]
    fn nothing_gets_better_by_itself(record in any_record(), day in 0..40_000i64, level in 0..6i64) {
        let worth = effective(Some(&record), Sensitivity::from_code(level), day * DAY_MS).result;
        prop_assert!(worth == Unknown || Some(worth) == record.result);
        if record.result == Some(Fail) && record.checked.is_none_or(|checked| checked <= day) {
            prop_assert_eq!(worth, Fail);
        }
        if worth == Partial { prop_assert_eq!(record.result, Some(Partial)); }
    }
}

#[test]
fn a_statement_does_not_overwrite_what_a_configuration_shows() {
    let as_is = |result| Effective { result, why: "" };
    use CheckResult::*;
    let judged = |stated, observed| {
        let judged = judge(as_is(stated), Some(as_is(observed)));
        (judged.worth.result, judged.contradiction)
    };
    assert_eq!(judged(Pass, Fail), (Fail, true), "an observed fail against a stated pass");
    assert_eq!(judged(Fail, Pass), (Fail, true), "a failed test against a good configuration");
    assert_eq!(judged(NotApplicable, Fail), (Fail, true));
    assert_eq!(judged(Pass, Partial), (Partial, true));
    assert_eq!(judged(Pass, Pass), (Pass, false));
    assert_eq!(judged(Unknown, Pass), (Pass, false), "nobody recorded it");
    assert_eq!(judged(Pass, Unknown), (Pass, false), "the configuration does not say");
    assert_eq!(judge(as_is(Pass), None), Judged { worth: as_is(Pass), contradiction: false });
}
