"""What the benchmarks take from the project, for they run far too long to be run here."""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts"))

import bench_consent  # noqa: E402


def test_duckdb_takes_the_settings_of_a_build_from_the_profile() -> None:
    with duckdb.connect() as connection:
        for name, value in bench_consent.settings().items():
            connection.execute(f"set {name} = '{value}'")
