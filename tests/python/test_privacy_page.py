"""docs/privacy.md names, for each of the 20 rules, what enforces it and the test of it: all of that exists."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest
import yaml

from rendezvous.cli import rendezvous

PROJECT = Path(__file__).resolve().parents[2]
PAGE = (PROJECT / "docs" / "privacy.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| (?P<rule>R\d+) \| (?P<asks>[^|]+) \| (?P<enforced>[^|]+) \| (?P<tested>[^|]+) \|$", re.M)
RULES = {match["rule"]: match for match in ROW.finditer(PAGE)}
# All that a profile may tell. A new column is a decision of the privacy officer: nothing here lets health, belief or
# orientation be told or guessed.
PROFILE = {
    "appointment_profiles": {
        "appointment_id", "store_id", "starts_at", "status", "customer_key", "identity_strength", "identity_basis",
        "clienteling_consent", "consent_effective_at", "consent_source", "profile_status", "withheld_because",
        "advisor_id", "motive", "party_size", "language", "booked_via", "timezone", "purchase_count",
        "last_purchase_at", "net_purchase_band", "top_category", "theme_1", "theme_1_reason", "theme_2",
        "theme_2_reason", "theme_3", "theme_3_reason", "item_count", "last_web_visit_at", "web_visit_count_90d",
        "data_as_of", "is_provisional",
    },
    "appointment_profile_items": {
        "appointment_id", "rank", "sku", "score", "reason", "is_owned", "is_available_in_store", "product_name",
        "material", "colour", "size", "store_id",
    },
}  # fmt: skip


def names(cell: str) -> list[str]:
    """What stands between backticks."""
    return re.findall(r"`([^`]+)`", cell)


def described(kind: str) -> set[str]:
    """The names of one kind of entry in all property files."""
    files = [*(PROJECT / "models").rglob("*.yml"), *(PROJECT / "seeds" / "reference").glob("*.yml")]
    return {
        entry["name"]
        for path in files
        for entry in (yaml.safe_load(path.read_text(encoding="utf-8")) or {}).get(kind) or []
    }


def commands(group: click.Command = rendezvous, before: str = "rendezvous") -> set[str]:
    """Every command with its sub-commands, as they are typed."""
    if not isinstance(group, click.Group):
        return {before}
    context = click.Context(group)
    found = {before}
    for name in group.list_commands(context):
        child = group.get_command(context, name)
        assert child is not None
        found |= commands(child, f"{before} {name}")
    return found


@pytest.fixture(scope="module")
def enforcers() -> set[str]:
    macros = {path.stem for path in (PROJECT / "macros").rglob("*.sql")}
    variables = yaml.safe_load((PROJECT / "dbt_project.yml").read_text(encoding="utf-8"))["vars"]
    told = {"meta.retention_class", "vault.privacy_log"}
    return described("models") | described("seeds") | macros | set(variables) | commands() | told


@pytest.fixture(scope="module")
def tests() -> set[str]:
    singular = {path.stem for path in (PROJECT / "tests" / "invariants").glob("*.sql")}
    python = set()
    for path in (PROJECT / "tests" / "python").glob("test_*.py"):
        python |= set(re.findall(r"^def (test_\w+)", path.read_text(encoding="utf-8"), re.M))
    return described("unit_tests") | singular | python


def test_all_twenty_rules_are_on_the_page() -> None:
    assert list(RULES) == [f"R{number}" for number in range(1, 21)]
    assert len(re.findall(r"^\| R\d+", PAGE, re.M)) == 20, "a line of the table cannot be read"


@pytest.mark.parametrize("rule", RULES)
def test_what_enforces_a_rule_exists(rule: str, enforcers: set[str]) -> None:
    assert names(RULES[rule]["enforced"])
    assert [name for name in names(RULES[rule]["enforced"]) if name not in enforcers] == []


@pytest.mark.parametrize("rule", RULES)
def test_what_tests_a_rule_exists(rule: str, tests: set[str]) -> None:
    assert names(RULES[rule]["tested"])
    assert [name for name in names(RULES[rule]["tested"]) if name not in tests] == []


@pytest.mark.parametrize("model", PROFILE)
def test_a_profile_has_no_column_that_is_not_listed(model: str) -> None:
    """The description of a mart names each of its columns, or the house's lint fails."""
    path = PROJECT / "models" / "marts" / "appointments" / f"{model}.yml"
    (entry,) = yaml.safe_load(path.read_text(encoding="utf-8"))["models"]
    assert {column["name"] for column in entry["columns"]} == PROFILE[model]
