"""`rendezvous build`: the checks, then the very same dbt build, then a summary that counts rightly."""

from __future__ import annotations

import csv
import itertools
import random
import subprocess
from pathlib import Path

import click
import duckdb
import pytest

from conftest import House, house_of, parsed_manifest
from dbt_runner import load
from rendezvous import HouseError, arrivals, summary
from rendezvous.commands.build import tell_arrivals
from rendezvous.landing import DEMO_FOLDER, PROJECT
from test_incremental import differences


def test_on_clean_input_rendezvous_build_and_plain_dbt_build_give_the_same_tables(
    tmp_path: Path, simulated: Path, simulated_house: House
) -> None:
    plain = simulated_house
    checked = house_of(tmp_path / "checked", simulated, without_manifest=False)
    checked.key.write_bytes(plain.key.read_bytes())
    done = checked.rendezvous_as_installed("build", "--exclude-resource-type", "test", "unit_test")
    assert "REFUSED" not in done.stderr
    assert "what this build found" in done.stdout and "not built" not in done.stdout
    assert differences(plain.contents(), checked.contents()) == {}


def build(house: House, *arguments: str) -> subprocess.CompletedProcess:
    """`rendezvous build` of next to nothing, so that only what stands around dbt is seen."""
    return house.rendezvous("build", *arguments, check=False)


def test_arguments_and_exit_code_are_those_of_dbt(house: House) -> None:
    listed = build(house, "-s", "web_properties")
    assert listed.returncode == 0, listed.stdout[-2000:] + listed.stderr
    assert "reference.web_properties" in listed.stdout
    empty = f"NO file of the landing contract in {house.raw}: what is built is empty"
    assert empty in listed.stderr and empty in listed.stdout
    wrong = build(house, "--no-such-option")
    assert wrong.returncode == 2 and "No such option" in wrong.stdout + wrong.stderr
    nothing = build(house, "--summary-only")
    assert nothing.returncode != 2 and "no-such" not in nothing.stderr


def test_dbt_parses_nothing_anew_for_another_instant() -> None:
    manifest = load(str(parsed_manifest()))
    assert "RENDEZVOUS_AS_OF" not in manifest.env_vars, "whatever asks for it while dbt parses is parsed with every run"


def test_an_instant_that_cannot_be_read_stops_before_the_first_model(house: House) -> None:
    house.as_of = "yesterday"
    done = house.dbt("build", "-s", "web_properties", check=False)
    assert done.returncode != 0
    assert "RENDEZVOUS_AS_OF is 'yesterday': write an ISO 8601 instant" in done.stdout
    assert "1 of 1 START" not in done.stdout


@pytest.mark.parametrize("name", ["Marts.duckdb", "marts.2024.duckdb"])
def test_a_database_named_like_a_schema_is_refused_by_both_commands(house: House, name: str) -> None:
    path = house.folder / name
    house.environment["RENDEZVOUS_DUCKDB"] = str(path)
    words = f"{path}: marts is the name of a schema. Give the database another one"
    refused = house.rendezvous("build", check=False)
    assert refused.returncode != 0 and words in refused.stderr and not path.exists()
    refused = house.dbt("debug", "--connection", check=False)
    assert refused.returncode != 0 and words in refused.stdout


def test_strict_builds_nothing_when_a_file_is_refused(house: House) -> None:
    (house.raw / "catalog").mkdir()
    (house.raw / "catalog" / "stores.csv").write_bytes(b"")
    done = house.rendezvous("build", "--strict", check=False)
    assert done.returncode == 3
    assert "1 file, 1 new or changed, 0 rows.\nREFUSED: 1 file.\n  catalog/stores.csv: zero bytes" in done.stderr
    assert not house.database.exists()


def test_without_a_database_the_summary_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(HouseError, match="run `rendezvous build` first"):
        summary.summary(tmp_path / "none.duckdb", tmp_path)


def test_a_summary_of_a_partial_build_names_what_is_missing(tmp_path: Path) -> None:
    with duckdb.connect(str(tmp_path / "r.duckdb")) as connection:
        connection.execute("create schema marts; create table marts.appointment_profiles (profile_status varchar)")
        connection.execute("insert into marts.appointment_profiles values ('full'), ('no_consent'), ('full')")
    text = click.unstyle("\n".join(summary.summary(tmp_path / "r.duckdb", tmp_path)))
    assert "3 live appointments: 2 full, 1 no_consent" in text
    assert text.count("not built") == len(summary._PARTS) - 3, "all but landing folder, profiles and truth"


@pytest.mark.parametrize("is_skipped", [True, False])
def test_what_too_many_records_share_is_counted_by_rule_and_never_quoted(tmp_path: Path, is_skipped: bool) -> None:
    with duckdb.connect(str(tmp_path / "r.duckdb")) as connection:
        connection.execute("create schema vault")
        connection.execute(
            "create table vault.match_blocks as select unnest(['city', 'city', 'city', 'names']) as block_rule,"
            " unnest(['SECRET1', 'SECRET1', 'SECRET2', 'SECRET3']) as block_value, $1 as is_skipped",
            [is_skipped],
        )
    text = click.unstyle("\n".join(summary.summary(tmp_path / "r.duckdb", tmp_path)))
    said = "3 values are on too many client records to compare by: 2 of city, 1 of names"
    assert (said in text, "compared" in text, "SECRET" in text) == (is_skipped, is_skipped, False)


@pytest.mark.parametrize("seed", range(8))
def test_precision_and_recall_are_those_of_pairs_listed_one_by_one(tmp_path: Path, seed: int) -> None:
    draw = random.Random(seed)
    records = []
    for number in range(40):
        kind = draw.choice(summary._KINDS)
        person = f"P{draw.randrange(10)}"
        customer = None if draw.random() < 0.2 else (person if draw.random() < 0.8 else f"P{draw.randrange(10)}")
        records.append((kind, "system", f"r{number}", person, customer))
    lines = measured(tmp_path, records)
    known = [record for record in records if record[4]]
    claimed = [pair for pair in itertools.combinations(known, 2) if pair[0][4] == pair[1][4]]
    right = [pair for pair in claimed if pair[0][3] == pair[1][3]]
    true = [pair for pair in itertools.combinations(records, 2) if pair[0][3] == pair[1][3]]
    assert f"precision {len(right) / len(claimed):.4f}, recall {len(right) / len(true):.4f} over" in lines


def test_every_identifier_that_the_truth_of_the_demo_house_knows_is_judged() -> None:
    with open(DEMO_FOLDER / "truth" / "people.csv", newline="") as stream:
        known = {row["record_kind"] for row in csv.DictReader(stream)}
    with open(PROJECT / "seeds" / "reference" / "identifier_types.csv", newline="") as stream:
        types = {row["identifier_type"] for row in csv.DictReader(stream)}
    assert set(summary._KINDS) == known & types


def test_what_is_in_no_pair_is_said(tmp_path: Path) -> None:
    records = [
        ("crm_customer", "eu", "1", "P1", "A"),
        ("pos_transaction", "eu", "T1", "P1", None),
        ("service_case", "", "S1", "P1", None),
        ("web_visitor", "fr", "lent", "P1", "A"),
        ("web_visitor", "fr", "lent", "P2", "A"),
        ("web_visitor", "fr", "ipad", "P1", None),
        ("web_visitor", "fr", "ipad", "P2", None),
        ("email", "", "hash", "nobody", "A"),
    ]
    told = [record for record in records if record[0] != "email"]
    text = measured(tmp_path, told, held=records)
    assert "recall 0.0000 over pairs of records (recall 0.0000 without browsers)" in text
    assert "2 records judged" in text
    assert "in no pair: 2 devices of several people, who have no one owner; 1 of them is given to one" in text
    assert "not judged: service_case (no identifiers of customers); email (not in the truth)" in text


def measured(folder: Path, records: list[tuple], planted: list[tuple] = (), held: list[tuple] = ()) -> str:
    """The summary of a database that holds these identifiers (or others: `held`), beside the truth about them."""
    (folder / "truth").mkdir()
    for name, header, rows in (
        ("people", ["record_kind", "record_system", "record_id", "person_id"], [row[:4] for row in records]),
        ("planted", ["trap", "record_kind", "record_system", "record_id", "note"], planted),
    ):
        with open(folder / "truth" / f"{name}.csv", "w", newline="") as stream:
            csv.writer(stream).writerows([header, *rows])
    with duckdb.connect(str(folder / "r.duckdb")) as connection:
        connection.execute("create schema marts")
        connection.execute(
            "create table marts.customer_identifiers"
            " (customer_key varchar, identifier_type varchar, identifier_system varchar, identifier_value varchar)"
        )
        identifiers = sorted({(row[4], *row[:3]) for row in held or records if row[4]})
        connection.executemany("insert into marts.customer_identifiers values (?, ?, ?, ?)", identifiers)
    return click.unstyle("\n".join(summary.summary(folder / "r.duckdb", folder)))


@pytest.mark.parametrize(("second_customer", "joined"), [("B", 0), ("A", 1)])
def test_people_joined_by_a_shared_browser_are_counted(tmp_path: Path, second_customer: str, joined: int) -> None:
    records = [
        ("crm_customer", "eu", "1", "P1", "A"),
        ("crm_customer", "eu", "2", "P2", second_customer),
        ("web_visitor", "fr", "ipad", "P1", None),
        ("web_visitor", "fr", "ipad", "P2", None),
    ]
    assert f"people joined by a boutique tablet or shared device: {joined}" in measured(tmp_path, records)


@pytest.mark.parametrize(("second_customer", "joined"), [("B", 0), ("A", 1)])
def test_people_joined_by_a_boutique_tablet_are_counted(tmp_path: Path, second_customer: str, joined: int) -> None:
    records = [("crm_customer", "eu", "1", "P1", "A"), ("crm_customer", "eu", "2", "P2", second_customer)]
    planted = [("tablet_account", "crm_customer", "eu", number, "") for number in ("1", "2")]
    assert f"people joined by a boutique tablet or shared device: {joined}" in measured(tmp_path, records, planted)


def test_the_console_points_to_the_tables_for_what_is_there_and_for_nothing_else(
    capsys: pytest.CaptureFixture[str],
) -> None:
    names = [f"crm/file_{number}.txt" for number in range(12)]
    tell_arrivals(arrivals.Ledger(notes=[(name, "a note") for name in names]), 12, "built")
    assert capsys.readouterr().err.endswith("crm/file_9.txt: a note\n  … and 2 more notes of this kind.\n")
    tell_arrivals(arrivals.Ledger(left_out=names, refused={"crm/customers.csv": "zero bytes"}), 12, "built")
    told = capsys.readouterr().err
    assert "crm/file_0.txt: belongs to no table of the landing contract: left out" in told
    assert told.endswith("  … and 2 more, in the tables landing.refused_files and malformed_lines.\n")
