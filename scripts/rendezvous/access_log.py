"""Who read whose profile, when and what for: a line of JSON per brief, and per sheet with names that a steward takes
(appointment '-'), beside the database, for its owner.

The appointment names the client, and no key of theirs stands here: once a person is erased, the lines lead to nobody.
"""

from __future__ import annotations

import getpass
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from rendezvous import HouseError


@dataclass(frozen=True)
class Access:
    """One reading: when (UTC), by which account of the machine, of which appointment, what for, and what was told."""

    at: str
    reader: str
    appointment_id: str
    purpose: str
    outcome: str


def path_of(database: Path) -> Path:
    """The log of a database, in the folder of its privacy officer."""
    return database.with_name(f"{database.stem}.privacy") / "access.jsonl"


def record(database: Path, appointment_id: str, outcome: str, purpose: str = "clienteling") -> None:
    """Adds one reading to the log. Raises HouseError when it cannot be written: what is not logged is not told."""
    path = path_of(database)
    now = datetime.now(UTC).isoformat(timespec="seconds")
    line = json.dumps(asdict(Access(now, _reader(), appointment_id, purpose, outcome)), ensure_ascii=False)
    try:
        path.parent.mkdir(mode=0o700, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(handle, "a", encoding="utf-8") as stream:
            os.fchmod(handle, 0o600)
            # One write, so that two readers at once leave two whole lines.
            stream.write(line + "\n")
    except OSError as error:
        raise HouseError(f"{path} cannot be written ({error.strerror}): without a log nothing is shown.") from error


def read(database: Path) -> Iterator[Access]:
    """The readings logged, oldest first. Raises HouseError naming a line that is none."""
    path = path_of(database)
    if not path.exists():
        return
    with open(path, encoding="utf-8") as stream:
        for number, line in enumerate(stream, 1):
            try:
                yield Access(**json.loads(line))
            except (json.JSONDecodeError, TypeError) as error:
                raise HouseError(f"{path}, line {number}: not a line of the access log.") from error


def _reader() -> str:
    """The account that runs the command, as the machine knows it; a container may have a number and no name."""
    try:
        import pwd

        return pwd.getpwuid(os.getuid()).pw_name
    except (ImportError, KeyError):
        return getpass.getuser() if os.name == "nt" else f"uid {os.getuid()}"
