"""`make mutations`: breaks one rule of privacy after the other, in a copy of the project; a named test must fail.

Prints a table: mutation, the test that failed, seconds. Exit code 1 when a mutation went unnoticed; a test that could
not be run noticed nothing. The project itself is never touched. Words given choose mutations that have them.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
CONSENT = "models/intermediate/consent/int_consent__{}.sql"
COPIED = ("analyses", "macros", "models", "scripts", "seeds", "tests", "docs")


@dataclass(frozen=True)
class Mutation:
    """One rule broken: what stands in a file, what stands there instead, and the unit test of dbt, or the test
    `file::name` of pytest, that must fail then."""

    breaks: str
    file: str
    old: str
    new: str
    test: str


MUTATIONS = [
    Mutation("consent is not joined", CONSENT.format("allowed_clienteling"), "    inner join consents",
             "    left join consents", "only_a_yes_to_clienteling_opens_the_sessions"),
    Mutation("a no to analytics is ignored", CONSENT.format("allowed_analytics"),
             "where refusals.customer_key is null", "where session_owners.customer_key is not null",
             "a_no_to_analytics_said_anywhere_takes_the_sessions_away"),
    Mutation("a withdrawal is ignored", CONSENT.format("implied_statements"), "then 'granted' else 'withdrawn' end",
             "then 'granted' else 'granted' end", "every_feed_speaks_and_what_cannot_be_read_denies"),
    Mutation("of two words of one instant the yes counts", CONSENT.format("last_words"),
             "by = ['occurred_at', 'is_denial',", "by = ['occurred_at', 'not is_denial',",
             "at_one_instant_the_denial_counts_and_later_the_last_word"),
    Mutation("one yes of two parts is enough", CONSENT.format("answers"),
             "coalesce(joint_grants.part_count, 1) = several.part_count", "1 = 1",
             "a_yes_does_not_cross_a_presumed_link_and_a_no_does"),
    Mutation("a lone yes grants for a part that is silent", CONSENT.format("answers"),
             "is_denial or part_count = 1", "is_denial or part_count > 0",
             "of_a_person_with_one_subject_its_word_is_the_answer_where_no_part_is_silent"),
    Mutation("a no to the house spares its partners", CONSENT.format("last_words"),
             "where events.recipient = 'house' and events.is_denial", "where events.recipient <> 'house'",
             "a_denial_without_recipient_covers_every_recipient_a_grant_does_not"),
    Mutation("a couple's mailbox grants for both", CONSENT.format("events"),
             "    where speakers.is_certain or ledger.is_denial\n", "",
             "a_couples_mailbox_refuses_for_both_and_grants_for_neither"),
    Mutation("what comes later is known today", CONSENT.format("events"),
             "    where occurred_at <= {{ as_of() }} and received_at <= {{ as_of() }}\n", "",
             "what_happened_or_arrived_after_as_of_is_not_known"),
    Mutation("an objection is not heard", CONSENT.format("implied_statements"),
             "requests.kind = 'objection' and", "requests.kind = 'none' and",
             "an_objection_ends_profiling_and_clienteling_and_no_statistics"),
    Mutation("a yes never runs out", CONSENT.format("states"),
             "coalesce(reconfirm_due_at > {{ as_of() }}, true)", "customer_key is not null",
             "at_the_instant_it_is_due_a_yes_no_longer_counts"),
    Mutation("a purpose that no law names is allowed", CONSENT.format("policies"),
             "case min(coalesce(policies.leniency, 1))", "case min(coalesce(policies.leniency, 4))",
             "a_purpose_that_a_law_does_not_name_is_denied"),
    Mutation("unknown opens the profile", "models/intermediate/appointments/int_appointments__gates.sql",
             "when coalesce(consent.clienteling_consent, 'unknown') <> 'granted'",
             "when consent.clienteling_consent = 'nothing'",
             "the_gate_opens_only_for_a_sure_identity_of_age_and_a_granted_consent"),
    Mutation("minors have a profile", "models/intermediate/appointments/int_appointments__gates.sql",
             "            when minors.customer_key is not null then 'minor'\n", "",
             "the_gate_opens_only_for_a_sure_identity_of_age_and_a_granted_consent"),
    Mutation("of age a day early", "models/staging/crm/stg_crm__minors.sql", "customers.birth_date > coalesce(",
             "customers.birth_date - 1 > coalesce(", "a_client_is_of_age_on_the_birthday_and_not_a_day_before"),
    Mutation("the exempt lane is not kept apart", "models/intermediate/web/int_web__sessions.sql",
             "when sessions.consent_analytics = 'denied' then 'exempt'",
             "when sessions.consent_analytics = 'denied' then 'consented'",
             "browsing_without_a_yes_is_exempt_from_the_first_answer_of_the_property_on"),
    Mutation("a banner's answer in an unknown word is none", "macros/rules/consent_state.sql",
             ", 'denied')", ", 'unknown')",
             "one_denied_hit_denies_for_the_part_and_so_does_a_word_nobody_knows"),
    Mutation("a boutique's tablet links people", "models/intermediate/identity/int_identity__device_owners.sql",
             "            when visitors.is_store_device then 'store_device'\n", "",
             "a_device_of_two_people_or_of_a_boutique_is_nobodys"),
    Mutation("an opened newsletter keeps data alive", "models/intermediate/privacy/int_privacy__last_activity.sql",
             "    inner join acts_of_people", "    left join acts_of_people",
             "an_opened_newsletter_does_not_restart_the_clock_and_a_click_does"),
    Mutation("a row of an erased person stands", "models/staging/newsletter/base_newsletter__events.sql",
             "            when withheld_because is not null then withheld_because\n", "",
             "a_row_of_an_erased_person_is_refused_and_leaves_no_personal_cell"),
    Mutation("a yes without proof counts where the law wants proof", CONSENT.format("proven_events"),
             "        or events.is_proven\n", "        or events.is_proven is not null\n",
             "without_the_proof_that_the_law_wants_a_yes_is_none_and_a_no_is_a_no"),
    Mutation("whoever refused is asked again at once", CONSENT.format("states"),
             "'everyone.effective_at', 'policies.ask_again_months'", "'everyone.effective_at', '0'",
             "a_no_to_sharing_is_not_asked_again_for_twelve_months_and_a_korean_choice_is_told_in_fourteen_days"),
    Mutation("advertising keeps to the hours of one law of two", CONSENT.format("policies"),
             "string_agg(policies.contact_window, '; ' order by policies.contact_window)",
             "min(policies.contact_window)",
             "advertising_keeps_to_the_hours_of_the_recipient_and_of_two_laws_to_both"),
    Mutation("a device that changed hands says yes", CONSENT.format("identifiers"),
             "    from {{ ref('int_identity__device_owners') }}\n    where customer_key is not null\n",
             "    from {{ ref('int_identity__device_owners') }}\n",
             "a_device_that_changed_hands_says_yes_for_nobody_whoever_had_it_then"),
    Mutation("a part of a cut visit stands beside it", "models/intermediate/web/int_web__sessions.sql",
             " and cut.session_key is null", "",
             "a_visit_is_what_midnight_left_of_it_and_no_part_of_a_cut_one_stands_beside_it"),
    Mutation("a visit prolongs the life of a cookie", "models/intermediate/web/int_web__outlived_cookies.sql",
             "min(started_at) as seen_at", "max(started_at) as seen_at",
             "a_cookie_is_one_browser_for_thirteen_months_to_the_day_and_no_visit_prolongs_it"),
    Mutation("notes are not screened for contacts", "macros/rules/screened_text.sql",
             '"case when not " ~ regexp_contains(text, contact)', '"case when not " ~ regexp_contains(text, "\'^$\'")',
             "a_motive_with_a_contact_or_a_word_of_health_or_belief_is_withheld_and_the_appointment_stands"),
    Mutation("notes are not screened for health and belief", "macros/rules/screened_text.sql",
             '" and not " ~ regexp_contains(plain, latin)', '" and not " ~ regexp_contains(plain, "\'^$\'")',
             "a_motive_with_a_contact_or_a_word_of_health_or_belief_is_withheld_and_the_appointment_stands"),
    Mutation("of two laws the later day holds", "models/vault/privacy_request_deadlines.sql",
             "order by due_on asc nulls last", "order by due_on desc nulls last",
             "each_law_has_its_term_and_of_two_the_earlier_day_holds"),
    Mutation("a weekend is two working days", "macros/rules/add_business_days.sql",
             "> 4 then 2 else 0", "> 4 then 0 else 0",
             "each_law_has_its_term_and_of_two_the_earlier_day_holds"),
    Mutation("a request without a day is not due", "models/vault/privacy_request_deadlines.sql",
             "when earliest.due_on is null then 'overdue'", "when earliest.due_on is null then 'open'",
             "a_request_is_overdue_the_day_after_its_last_and_at_once_without_a_date"),
    Mutation("tombstones are not met", "macros/rules/landed.sql",
             "{{ 'or ' if not loop.first }}{{ has_tombstone(name) }}", "{{ 'or ' if not loop.first }}false",
             "test_privacy.py::test_old_files_and_an_old_database_bring_nobody_back"),
    Mutation("requests are answered as they came", "scripts/rendezvous/privacy/requests.py",
             "order by due_on nulls first, received_at", "order by received_at",
             "test_privacy_export.py::test_the_request_due_first_is_answered_first"),
    Mutation("the hours do not travel", "scripts/rendezvous/privacy/do_export_consents.py",
             "    states.contact_window, states.notice_due_at", "    null, states.notice_due_at",
             "test_privacy_export.py::test_a_system_learns_the_hours_the_notice_and_when_it_may_ask_again"),
    Mutation("a sheet with names is not logged", "scripts/rendezvous/review/queue.py",
             "    if with_names:\n        access_log", "    if not path:\n        access_log",
             "test_review.py::test_a_sheet_with_names_is_logged_and_one_without_is_not"),
    Mutation("who received data is not told", "scripts/rendezvous/privacy/notices.py",
             "select 'newsletter', 'email', email from", "select 'newsletter', 'email', null from",
             "test_privacy.py::test_who_received_data_of_the_person_is_told_by_ids_of_their_own"),
    Mutation("data leave the country that keeps them", "macros/rules/landed.sql",
             "when {{ held_in_its_country(system, table, names) }} then", "when false then",
             "a_client_of_a_country_that_keeps_its_data_is_held_and_leaves_no_personal_cell"),
    Mutation("visits on a site for such a country are let in", "macros/rules/ga360_exports.sql",
             "where {{ lives_elsewhere('country_code') }}", "where false",
             "test_residency.py::test_a_visit_of_a_site_for_such_a_country_is_refused_and_leaves_no_id"),
    Mutation("a held client's receipts are let in", "macros/rules/held_in_its_country.sql",
             "{%- do held.append(names_somebody_held(name)) -%}", "",
             "a_sale_to_a_client_who_is_held_stands_without_the_person"),
    Mutation("the pads of the key are swapped", "macros/portable/hmac_hex.sql",
             ".outer_pads[{{ key_name }}] || unhex(sha256(getvariable('rendezvous').inner_pads",
             ".inner_pads[{{ key_name }}] || unhex(sha256(getvariable('rendezvous').outer_pads",
             "test_reconciliation_key.py::test_hmac_in_sql_is_that_of_rfc_4231"),
    Mutation("all jurisdictions are hashed under the home's key", "macros/portable/key_name_of.sql",
             "in columns + [\"'*'\"]", "in [\"'*'\"]",
             "test_jurisdictions.py::test_records_alike_in_everything_meet_only_where_a_basis_is_recorded"),
    Mutation("a basis outlives its last day", "scripts/rendezvous/jurisdictions.py",
             "return self.valid_from <= day <= self.valid_to", "return self.valid_from <= day",
             "test_jurisdictions.py::test_a_basis_joins_from_its_first_day_to_its_last"),
    Mutation("a no stays in its jurisdiction", CONSENT.format("ledger"),
             "from {{ ref('int_consent__crossed_statements') }}",
             "from {{ ref('int_consent__crossed_statements') }} where status = 'granted'",
             "test_jurisdictions.py::test_a_no_crosses_the_border_and_a_yes_does_not"),
    Mutation("a yes goes over to every jurisdiction", CONSENT.format("crossed_statements"),
             "events.status <> 'granted'", "events.status is not null",
             "a_no_goes_over_to_every_jurisdiction_and_a_yes_stays_where_it_was_said"),
    Mutation("clear data of two jurisdictions are compared",
             "models/intermediate/identity/int_identity__match_scores.sql",
             "        and one.key_name = other.key_name\n", "",
             "what_is_rare_weighs_more_and_what_differs_weighs_against"),
    Mutation("a steward joins what is kept apart", "models/staging/stewardship/base_stewardship__decisions.sql",
             "left_key_name <> right_key_name", "left_key_name <> left_key_name",
             "no_verdict_joins_what_no_transfer_basis_lets_be_joined"),
    Mutation("cells of one person are published", "dbt_project.yml", "bi_min_people: 10", "bi_min_people: 1",
             "test_bi.py::test_no_cell_is_small_and_none_can_be_had_by_subtraction"),
    Mutation("small cells can be had by subtraction", "macros/rules/large_enough.sql",
             "range(2 ** (dimensions | length) - 1)", "range(0)",
             "test_bi.py::test_no_cell_is_small_and_none_can_be_had_by_subtraction"),
    Mutation("a brief does not ask for consent again", "scripts/rendezvous/privacy/recheck.py",
             'if status == "refused":', 'if status == "nothing":',
             "test_privacy_export.py::test_a_brief_asks_for_consent_again"),
    Mutation("a brief tells the tier against a no", "scripts/rendezvous/commands/brief.py",
             'profile["profile_status"] in OPEN and not profile["withheld_because"]', "True",
             "test_brief.py::test_what_is_withheld_shows_nothing_that_a_client_record_says"),
    Mutation("a card known before its client record has a say of its own", CONSENT.format("parts"),
             "eldest.node_key is not null", "customer_map.identifier_type = 'loyalty'",
             "a_client_record_has_a_say_and_only_without_one_the_eldest_identifier"),
    Mutation("a brief is not logged", "scripts/rendezvous/access_log.py", 'stream.write(line + "\\n")', "pass",
             "test_brief.py::test_every_brief_is_logged_for_the_owner_alone"),
]  # fmt: skip


def copy_project(folder: Path) -> Path:
    """The project without what was built in it."""
    copied = folder / "project"
    for name in COPIED:
        shutil.copytree(PROJECT / name, copied / name, ignore=shutil.ignore_patterns("__pycache__", "target"))
    for path in PROJECT.iterdir():
        if path.is_file() and path.suffix in (".yml", ".toml", ".txt", ".md", ".in"):
            shutil.copy(path, copied)
    return copied


def run(copied: Path, *command: str) -> subprocess.CompletedProcess:
    """Runs a program of the environment in the copy, on a database of its own."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("RENDEZVOUS_", "DBT_"))}
    environment |= {"PYTHONPATH": str(copied / "scripts"), "RENDEZVOUS_DUCKDB": str(copied / "rendezvous.duckdb")}
    return subprocess.run(
        [str(BIN / command[0]), *command[1:]], cwd=copied, env=environment, capture_output=True, text=True, timeout=600
    )


def failures(copied: Path, test: str) -> tuple[set[str], str]:
    """The tests of this name that failed (not: could not be run), and what was printed."""
    if "::" in test:
        file, name = test.split("::")
        done = run(
            copied, "python", "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", f"tests/python/{file}", "-k", name
        )
        lines = [line for line in done.stdout.splitlines() if line.startswith("FAILED ")]
        return {line.split("::")[1].split("[")[0].split(" ")[0] for line in lines}, done.stdout
    results = copied / "target" / "run_results.json"
    results.unlink(missing_ok=True)
    done = run(copied, "dbt", "test", "-s", test)
    if not results.is_file():
        return set(), done.stdout
    nodes = json.loads(results.read_text(encoding="utf-8"))["results"]
    return {each["unique_id"].rsplit(".", 1)[-1] for each in nodes if each["status"] == "fail"}, done.stdout


def try_one(copied: Path, mutation: Mutation) -> tuple[bool, float, str]:
    """Breaks the rule, runs its test, mends it; whether the test failed, seconds, and what was printed."""
    path = copied / mutation.file
    whole = path.read_text(encoding="utf-8")
    if whole.count(mutation.old) != 1:
        return False, 0.0, f"{mutation.file}: {mutation.old!r} stands there {whole.count(mutation.old)} times, not once"
    started = time.perf_counter()
    try:
        path.write_text(whole.replace(mutation.old, mutation.new), encoding="utf-8")
        failed, printed = failures(copied, mutation.test)
    finally:
        path.write_text(whole, encoding="utf-8")
    return mutation.test.split("::")[-1] in failed, time.perf_counter() - started, printed


def main() -> int:
    """Tries every mutation, or those whose words are given; exit code 1 if one went unnoticed."""
    chosen = [each for each in MUTATIONS if not sys.argv[1:] or any(word in each.breaks for word in sys.argv[1:])]
    unnoticed = 0
    with tempfile.TemporaryDirectory() as folder:
        copied = copy_project(Path(folder))
        built = run(copied, "dbt", "build", "--exclude-resource-type", "test", "unit_test")
        if built.returncode:
            print(built.stdout[-4000:])
            return 1
        print("| mutation | the test that failed | seconds |\n|---|---|---|")
        for mutation in chosen:
            noticed, seconds, printed = try_one(copied, mutation)
            shown = f"`{mutation.test}`" if noticed else "**none**"
            print(f"| {mutation.breaks} | {shown} | {seconds:.1f} |", flush=True)
            if not noticed:
                unnoticed += 1
                print(printed[-3000:], file=sys.stderr)
    print(f"\n{len(chosen) - unnoticed} of {len(chosen)} mutations make their test fail.")
    return 1 if unnoticed else 0


if __name__ == "__main__":
    sys.exit(main())
