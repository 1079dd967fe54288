"""docs/bigquery.md names for each control the line that sets it; personal columns are declared under every name.

Lines move: run as a program, this file puts the right numbers into the page.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest
import yaml

PROJECT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(PROJECT / "scripts"))
import lint  # noqa: E402

ROW = re.compile(r"^\| (?P<control>[^|]+) \| `(?P<words>[^`]+)` \| (?P<file>[\w./]+):(?P<line>\d+) \|$", re.M)
PAGE = (PROJECT / "docs" / "bigquery.md").read_text(encoding="utf-8")


def lines_with(file: str, words: str) -> list[int]:
    """The numbers of the lines of a file in which some words stand."""
    lines = (PROJECT / file).read_text(encoding="utf-8").splitlines()
    return [number for number, line in enumerate(lines, 1) if words in line]


def test_the_table_is_read_whole() -> None:
    part = PAGE.split("## Each control")[1].split("\n## ")[0]
    rows = [line for line in part.splitlines() if line.startswith("| ")][1:]
    assert len(rows) == len(ROW.findall(PAGE)) > 15


@pytest.mark.parametrize("row", [match.groupdict() for match in ROW.finditer(PAGE)], ids=lambda row: row["control"])
def test_a_control_is_set_where_the_page_says(row: dict[str, str]) -> None:
    there = lines_with(row["file"], row["words"])
    assert int(row["line"]) in there, f"{row['file']}: {row['words']} stands in line {there}; run this file to correct"


def declared() -> dict[str, str]:
    variables = yaml.safe_load((PROJECT / "dbt_project.yml").read_text(encoding="utf-8"))["vars"]
    return {name: kind for kind, names in variables["personal_columns"].items() for name in names}


def test_what_the_lint_holds_for_clear_personal_data_is_declared_a_contact() -> None:
    kinds = declared()
    assert {kinds.get(name) for name in lint._PERSONAL.split("|")} == {"contact"}


def test_no_described_column_is_personal_by_its_name_and_undeclared() -> None:
    """Names that look like those of a person, a contact or a device, in any model."""
    looks_personal = re.compile(r"(^|_)(email|phone|name_native|first_name|last_name|address|birth_date)(_|$)|visitor")
    # Counts, hashes' statuses and ranks of such columns are no personal data themselves.
    is_about = re.compile(
        r"(_status|_count|_rank|_kind|_type|_reason|_because|_level|_weight|_share)$|^(is|has)_|^(count|share)_"
    )
    kinds, found = declared(), set()
    for path in sorted((PROJECT / "models").rglob("*.yml")):
        for model in (yaml.safe_load(path.read_text(encoding="utf-8")) or {}).get("models") or []:
            found |= {column["name"] for column in model.get("columns") or []}
    assert len(found) > 300
    assert [n for n in sorted(found) if looks_personal.search(n) and not is_about.search(n) and n not in kinds] == []


def corrected(match: re.Match) -> str:
    """A row of the table with the line in which its words stand last."""
    number = lines_with(match["file"], match["words"])[-1]
    return f"| {match['control']} | `{match['words']}` | {match['file']}:{number} |"


if __name__ == "__main__":
    (PROJECT / "docs" / "bigquery.md").write_text(ROW.sub(corrected, PAGE), encoding="utf-8")
