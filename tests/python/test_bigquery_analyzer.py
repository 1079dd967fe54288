"""What dbt would send to BigQuery for the models of a first build, type-checked by Google's own analyzer.

Needs dbt-bigquery and zetasql (requirements-dev.txt); no account, no network.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
ANALYZE = Path(__file__).parent / "bigquery" / "analyze.py"


def analyse(project: Path, folder: Path) -> dict:
    done = subprocess.run(
        [sys.executable, str(ANALYZE), str(project), str(folder)], capture_output=True, text=True, timeout=900
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return json.loads(done.stdout.strip().splitlines()[-1])


def small_project(folder: Path, models: dict[str, str]) -> Path:
    """A project of the house's macros and a few models."""
    shutil.copytree(PROJECT / "macros", folder / "macros")
    shutil.copy(PROJECT / "dbt_project.yml", folder)
    (folder / "models").mkdir()
    shutil.copy(PROJECT / "models" / "staging" / "_landing__sources.yml", folder / "models")
    for name, sql in models.items():
        (folder / "models" / f"{name}.sql").write_text(sql)
    return folder


def test_every_statement_is_valid_googlesql(tmp_path: Path) -> None:
    found = analyse(PROJECT, tmp_path)
    assert found["errors"] == [], found["errors"][0]
    assert found["failed"] == []
    assert found["statements"] > 200


def test_planted_mistakes_are_found(tmp_path: Path) -> None:
    mistakes = {
        "misspelt_column": "select customer_nr from {{ source('crm', 'customers') }}",
        "function_unknown_to_bigquery": "select list_filter([1, 2], lambda x: x > 1) as found",
        "argument_order_of_date_diff": "select date_diff('day', date '2024-01-01', date '2024-01-02') as days",
        "wrong_type": "select customer_id + 1 as next_id from {{ source('crm', 'customers') }}",
    }
    found = analyse(small_project(tmp_path / "project", mistakes), tmp_path)
    assert len(found["errors"]) == len(mistakes)
    assert sorted(found["failed"]) == sorted(mistakes)
