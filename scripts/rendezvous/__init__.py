"""rendezvous: who is who, what they looked at, and what to prepare before they come.

The command line (`rendezvous --help`) and the few things SQL cannot do: find the landing files, hold the
key, check what arrives, and print what a run found. All transformation is SQL, in the dbt project beside it.
"""

import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
"""The root of the dbt project (this package is installed editable from it)."""

ONE_THREAD_EACH = "RENDEZVOUS_ONE_THREAD_EACH"
"""In the environment of a dbt that `rendezvous build` starts: each of its commands on one processor."""


def without_pandas() -> None:
    """Spares this process the import of pandas, where it is installed: DuckDB asks of each value bound to a statement
    whether it is one of pandas', and imports it to ask (duckdb#18658), for nearly a second. Nothing here is."""
    sys.modules.setdefault("pandas", None)


def counted(number: int, one: str, many: str = "") -> str:
    """A number and what it counts, which has an s at its end unless there is a word for `many`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


class HouseError(Exception):
    """Something a user must put right: its text names the file or setting, the cause and the cure."""
