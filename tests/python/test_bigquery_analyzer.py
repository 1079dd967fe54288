"""Every statement that dbt would send to BigQuery for a first build, type-checked by Google's own analyzer.

Needs dbt-bigquery and zetasql (requirements-dev.txt); no account, no network.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
ANALYZE = Path(__file__).parent / "bigquery" / "analyze.py"


def analyse(project: Path, folder: Path) -> dict:
    done = subprocess.run(
        [sys.executable, str(ANALYZE), str(project), str(folder)], capture_output=True, text=True, timeout=900
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return json.loads(done.stdout.strip().splitlines()[-1])


def small_project(folder: Path, model: str) -> Path:
    """A project of the house's macros and one model."""
    shutil.copytree(PROJECT / "macros", folder / "macros")
    shutil.copy(PROJECT / "dbt_project.yml", folder)
    (folder / "models").mkdir()
    shutil.copy(PROJECT / "models" / "staging" / "_landing__sources.yml", folder / "models")
    (folder / "models" / "planted.sql").write_text(model)
    return folder


def test_every_statement_is_valid_googlesql(tmp_path: Path) -> None:
    found = analyse(PROJECT, tmp_path)
    assert found["errors"] == [], found["errors"][0]
    assert found["failed"] == []
    assert found["statements"] > 400


@pytest.mark.parametrize(
    "mistake",
    [
        "select customer_nr from {{ source('crm', 'customers') }}",
        "select list_filter([1, 2], lambda x: x > 1) as found",
        "select date_diff('day', date '2024-01-01', date '2024-01-02') as days",
        "select customer_id + 1 as next_id from {{ source('crm', 'customers') }}",
    ],
    ids=["misspelt column", "function unknown to BigQuery", "argument order of date_diff", "wrong type"],
)
def test_a_planted_mistake_is_found(tmp_path: Path, mistake: str) -> None:
    found = analyse(small_project(tmp_path / "project", mistake), tmp_path)
    assert len(found["errors"]) == 1
    assert found["failed"] == ["planted"]
