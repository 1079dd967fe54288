"""rendezvous: who is who, what they looked at, and what to prepare before they come.

The command line (`rendezvous --help`) and the few things SQL cannot do: find the landing files, hold the
key, check what arrives, and print what a run found. All transformation is SQL, in the dbt project beside it.
"""

from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
"""The root of the dbt project (this package is installed editable from it)."""


class HouseError(Exception):
    """Something a user must put right: its text names the file or setting, the cause and the cure."""
