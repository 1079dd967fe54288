"""Stewards decide, from the first sheet to a verdict taken back: `rendezvous review` on a built house.

The commands run in this process, and dbt with the project parsed beforehand and without its tests: parsing and testing
are most of a small build, and neither is what is looked at here.
"""

from __future__ import annotations

import csv
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import NamedTuple

import pytest
from click.testing import CliRunner, Result

import dbt_runner
from conftest import PROJECT, House, parsed_manifest
from rendezvous.cli import rendezvous
from test_identity import client

# Verdicts are of the moment they are given, so the house is seen from tomorrow.
TODAY = datetime.now(UTC).replace(microsecond=0)
VISIT = TODAY + timedelta(days=4)
PAIR = ("left_source_system", "left_customer_id", "right_source_system", "right_customer_id")
GALA, PIA = {"crm_eu:gala", "crm_uk:gala"}, {"crm_eu:pia", "crm_uk:pia"}
CLIENTS = [
    client("crm_eu", "gala", "Gala Before", "gala@post.example", phone="+33 1 99 00 11 22", birth_date="1980-02-03"),
    client("crm_uk", "gala", "Gala After", "gala.after@post.example", phone="+33 1 99 00 11 22"),
    client("crm_eu", "pia", "Pia Pair", "pia@post.example"),
    client("crm_uk", "pia", "Pia Pair", "pia@post.example"),
    *(client("crm_eu", f"by{n}", f"{name} Stander", f"by{n}@post.example")
      for n, name in enumerate(["Abel", "Berta", "Cyrus", "Dorothy", "Emil", "Frida"])),
]  # fmt: skip


class Built(NamedTuple):
    """What a build left: the client records of each customer, the keys that are open to a steward, what befell keys."""

    people: dict[str, set[str]]
    waiting: list[set[str]]
    changes: set[tuple]


class Story(NamedTuple):
    """The first sheet as exported, what the commands said of it, and the house at first, after the verdicts and after
    they were withdrawn."""

    exported: list[dict[str, str]]
    simulated: Result
    is_untouched: bool
    applied: Result
    withdrawn: Result
    first: Built
    decided: Built
    undone: Built


def land(house: House) -> None:
    """Gala has married between two CRMs, and answered them differently; Pia is one person by all evidence."""
    house.land("crm/customers.csv", CLIENTS)
    earlier = (TODAY - timedelta(days=30)).isoformat()
    house.land("consent/consent_events.csv", [
        {"consent_event_id": f"{system}.{purpose}", "source_system": system, "subject_type": "crm_customer",
         "subject_id": "gala", "purpose": purpose, "status": status, "occurred_at": earlier, "received_at": earlier}
        for purpose in ("clienteling", "profiling")
        for system, status in (("crm_eu", "granted"), ("crm_uk", "refused"))
    ])  # fmt: skip
    house.land("appointments/appointment_events.csv", [
        {"appointment_event_id": "1", "appointment_id": "visit", "store_id": "PAR01", "source_system": "crm_eu",
         "customer_id": "gala", "starts_at": VISIT.isoformat(), "ends_at": (VISIT + timedelta(hours=1)).isoformat(),
         "status": "booked", "recorded_at": earlier}
    ])  # fmt: skip


def look(house: House) -> Built:
    people: dict[str, set[str]] = {}
    for record, key in house.query(
        "select identifier_system || ':' || identifier_value, customer_key from marts.customer_identifiers"
        " where identifier_type = 'crm_customer'"
    ):
        people.setdefault(key, set()).add(record)
    waiting = house.query(
        "select left_source_system || ':' || left_customer_id, right_source_system || ':' || right_customer_id"
        " from marts.identity_review_queue"
    )
    changes = house.query("select change, customer_key, other_customer_key, why from marts.customer_key_changes")
    return Built(people, [set(pair) for pair in waiting], set(changes))


class Shell:
    """Runs `rendezvous` on a house, in this process."""

    def __init__(self, house: House, patch: pytest.MonkeyPatch) -> None:
        self.house = house
        self.environment = house.environ()
        for module in ("rendezvous.commands.build", "rendezvous.review.simulate"):
            patch.setattr(f"{module}.subprocess", SimpleNamespace(run=self.start))

    def rendezvous(self, *arguments: str, environment: dict[str, str] | None = None) -> Result:
        return CliRunner().invoke(rendezvous, arguments, env=environment or self.environment)

    def start(self, command: list, env: dict[str, str], **options: object) -> subprocess.CompletedProcess:
        """What the commands start: dbt, or `rendezvous build` on the copy of a simulation."""
        if "rendezvous.cli" in command:
            done = self.rendezvous("build", environment=env)
            return subprocess.CompletedProcess(command, done.exit_code, done.stdout, done.stderr)
        untested = ["--exclude-resource-type", "test", "--exclude-resource-type", "unit_test"]
        return dbt_runner.forked(
            str(parsed_manifest()), "dbt", [*map(str, command[1:]), *untested], PROJECT, env, timeout=600
        )

    def build(self) -> Built:
        built = self.rendezvous("build")
        assert built.exit_code == 0, built.output
        return look(self.house)

    def export(self, sheet: Path) -> list[dict[str, str]]:
        assert self.rendezvous("review", "export", str(sheet)).exit_code == 0
        with open(sheet, encoding="utf-8-sig", newline="") as stream:
            return list(csv.DictReader(stream))

    def apply(self, sheet: Path) -> Result:
        return self.rendezvous("review", "apply", str(sheet), "--by", "steward.1")

    def state(self) -> tuple[bytes, list[Path]]:
        """The database and the names of all files landed."""
        return self.house.database.read_bytes(), sorted(self.house.raw.rglob("*"))


def fill_in(sheet: Path, *verdicts: tuple[set[str], str]) -> None:
    with open(sheet, "w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow([*PAIR, "decision", "reason"])
        for pair, verdict in verdicts:
            writer.writerow([*":".join(sorted(pair)).split(":"), verdict, "met at the boutique"])


@pytest.fixture(scope="module")
def story(shared_house: House) -> Iterator[Story]:
    house, sheet = shared_house, shared_house.folder / "sheet.csv"
    house.as_of = (TODAY + timedelta(days=1)).isoformat()
    land(house)
    with pytest.MonkeyPatch.context() as patch:
        shell = Shell(house, patch)
        first = shell.build()
        exported = shell.export(sheet)
        fill_in(sheet, (GALA, "same"), (PIA, "different"), ({"crm_eu:gala", "crm_eu:nobody"}, "same"))
        before = shell.state()
        simulated = shell.rendezvous("review", "simulate", str(sheet))
        is_untouched = shell.state() == before
        applied, decided = shell.apply(sheet), shell.build()
        fill_in(sheet, (GALA, "withdrawn"), (PIA, "withdrawn"))
        withdrawn, undone = shell.apply(sheet), shell.build()
        yield Story(exported, simulated, is_untouched, applied, withdrawn, first, decided, undone)


def test_a_sheet_is_blind_and_holds_the_pairs_that_wait(story: Story) -> None:
    row, = story.exported  # fmt: skip
    assert {f"{row['left_source_system']}:{row['left_customer_id']}",
            f"{row['right_source_system']}:{row['right_customer_id']}"} == GALA  # fmt: skip
    assert (row["agrees_in"], row["differs_in"]) == ("given name, phone", "family name, email")
    assert not {"probability", "spent_eur", "left_email", "decision_in_force"} & row.keys()


def test_a_simulation_tells_who_merges_and_splits_and_what_it_touches_and_writes_nothing(story: Story) -> None:
    said = story.simulated
    assert said.exit_code == 0, said.stderr
    assert "1 person would be made of several." in said.stdout
    assert "1 person would fall apart." in said.stdout
    assert "Their appointments to come: 1." in said.stdout
    assert "visit at PAR01" in said.stdout
    assert "Consents: 2 narrowed, 0 extended to records that had said nothing," in said.stdout
    assert "0 widened." in said.stdout
    assert story.is_untouched


def test_a_line_that_cannot_be_followed_is_refused_and_the_others_are_taken_over(story: Story) -> None:
    said = story.applied
    assert said.exit_code == 1
    assert "line 4: no client record crm_eu:nobody" in said.stderr
    assert "2 verdicts in" in said.stdout


def test_the_next_build_follows_the_verdicts(story: Story) -> None:
    before, after = story.first, story.decided
    assert GALA not in before.people.values() and PIA in before.people.values()
    assert GALA in after.people.values() and PIA not in after.people.values()
    assert after.waiting == []
    assert {(change, why) for change, _, _, why in after.changes} == {
        ("merged_into", "steward"), ("split_from", "steward"),
    }  # fmt: skip


def test_a_withdrawn_verdict_is_undone_and_everyone_has_the_key_they_had(story: Story) -> None:
    assert story.withdrawn.exit_code == 0
    assert story.undone.people == story.first.people
    assert story.undone.waiting == story.first.waiting == [GALA]
