"""What the arrival checks found: files refused by name, and copies of files without their malformed lines.

`rendezvous build` checks the landing folder and writes a ledger beside the database; the dbt plugin reads it, so
that plain `dbt build` after it sees the same files. An entry counts only while its file is unchanged.
"""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from pathlib import Path

from rendezvous import HouseError, counted
from rendezvous.arrival_file import Checked, check_file
from rendezvous.landing import Landing, LandingFile

LEFT_OUT = "belongs to no table of the landing contract: left out"

_VERSION = 3  # of the checks: files checked by another version are checked again
_MANIFEST_COLUMNS = ["path", "bytes", "sha256", "row_count"]


@dataclass
class Ledger:
    """Refused files (path -> reason), replacement copies (path -> copy), malformed lines (path, line, reason)."""

    refused: dict[str, str] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)
    replacements: dict[str, Path] = field(default_factory=dict)
    malformed: list[tuple[str, int, str]] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)
    sha256: dict[str, str] = field(default_factory=dict)
    rows: int = 0
    checked: int = 0

    def unread(self) -> dict[str, str]:
        """Every file that is not read, and why: refused, or of no table of the landing contract."""
        return dict.fromkeys(self.left_out, LEFT_OUT) | self.refused

    def accepted(self, found: Landing) -> Landing:
        """The landing without its refused files."""
        kept = [file for file in found.files if file.relative not in self.refused]
        return Landing(found.folder, kept, found.unknown, found.refused)


@dataclass(frozen=True)
class Announced:
    """A line of manifest.csv; None where it says nothing."""

    size: int | None
    sha256: str
    rows: int | None


def arrivals_folder(database: Path) -> Path:
    """Where the ledger and the copies lie: beside the database, named after it."""
    return database.with_name(f"{database.stem}.arrivals")


def read_ledger(database: str | Path, found: Landing) -> Ledger:
    """The ledger beside a database, without the entries of files that have changed since."""
    folder = arrivals_folder(Path(database))
    stored = _load(folder / "ledger.json", found.folder)
    return _ledger(folder, found, stored["files"], read_manifest(found.folder))


def check_landing(
    database: Path, found: Landing, max_share: float, progress: Callable[[int], None] | None = None
) -> Ledger:
    """Checks every file that is new or has changed since the last ledger, and writes the new ledger.

    `progress` is called with the bytes of each file when it is done. Raises HouseError for a manifest that
    cannot be read; whatever is wrong with a file is in the ledger instead.
    """
    folder = arrivals_folder(database)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder.chmod(0o700)
    stored = _load(folder / "ledger.json", found.folder)
    known = stored["files"] if stored["max_share"] == max_share else {}
    manifest = read_manifest(found.folder)
    files: dict[str, Checked] = {}
    waiting: list[LandingFile] = []
    for file in found.files:
        entry = known.get(file.relative)
        if entry and _still_true(entry, file, folder, manifest):
            files[file.relative] = entry
        else:
            waiting.append(file)
    with ThreadPoolExecutor(max_workers=2) as pool:
        running = {pool.submit(_check, file, folder, max_share, manifest): file for file in waiting}
        for done in as_completed(running):
            file = running[done]
            files[file.relative] = done.result()
            if progress:
                progress(files[file.relative].size)
    _remove_old_copies(folder, files)
    _save(folder / "ledger.json", found.folder, max_share, files)
    ledger = _ledger(folder, found, files, manifest)
    ledger.checked = len(waiting)
    return ledger


def to_check(database: Path, found: Landing, max_share: float) -> int:
    """Bytes that check_landing would read now, for a progress bar."""
    folder = arrivals_folder(database)
    stored = _load(folder / "ledger.json", found.folder)
    known = stored["files"] if stored["max_share"] == max_share else {}
    return sum(
        file.path.stat().st_size
        for file in found.files
        if file.relative not in known or not known[file.relative].same_file(file.path)
    )


def read_manifest(folder: Path) -> dict[str, Announced]:
    """manifest.csv by path; empty without one. Raises HouseError naming the line that cannot be read."""
    path = folder / "manifest.csv"
    if not os.path.lexists(path):
        return {}
    announced: dict[str, Announced] = {}
    try:
        with open(path, encoding="utf-8-sig", newline="") as stream:
            reader = csv.DictReader(stream, strict=True)
            missing = [name for name in _MANIFEST_COLUMNS if name not in (reader.fieldnames or [])]
            if missing:
                raise HouseError(f"{path}: line 1: no column {', '.join(missing)}. Nothing was built.")
            for row in reader:
                announced[(row["path"] or "").removeprefix("./")] = Announced(
                    int(row["bytes"]) if row["bytes"] else None,
                    (row["sha256"] or "").lower(),
                    int(row["row_count"]) if row["row_count"] else None,
                )
    except OSError as error:
        raise HouseError(f"{path}: cannot be read ({error.strerror}). Nothing was built.") from None
    except (ValueError, csv.Error) as error:
        cause = "not UTF-8" if isinstance(error, UnicodeDecodeError) else "not a line of a manifest"
        line = "" if isinstance(error, UnicodeDecodeError) else f" line {reader.line_num}:"
        raise HouseError(f"{path}:{line} {cause}. Nothing was built.") from None
    return announced


def write_tables(connection, ledger: Ledger) -> None:
    """`landing.refused_files` and `landing.malformed_lines`, for the quarantine models."""
    connection.execute("create or replace table landing.refused_files (path varchar, reason varchar)")
    connection.execute(
        "create or replace table landing.malformed_lines (path varchar, line bigint, reason varchar)"
    )
    unread = ledger.unread()
    if unread:
        # One statement of lists: DuckDB takes as long for each row of executemany as for a statement.
        lists = [list(unread), list(unread.values())]
        connection.execute("insert into landing.refused_files select unnest($1), unnest($2)", lists)
    if ledger.malformed:
        connection.executemany("insert into landing.malformed_lines values (?, ?, ?)", ledger.malformed)


def _check(file: LandingFile, folder: Path, max_share: float, manifest: dict[str, Announced]) -> Checked:
    announced = manifest.get(file.relative)
    return check_file(
        file, folder / "copies" / file.relative, max_share, announced is not None and announced.rows == 0
    )


def _still_true(entry: Checked, file: LandingFile, folder: Path, manifest: dict[str, Announced]) -> bool:
    if not entry.same_file(file.path) or (entry.has_copy and not (folder / "copies" / file.relative).is_file()):
        return False
    # Whether zero bytes are an empty day is the manifest's word, so it is asked each time.
    return entry.size > 0


def _ledger(
    folder: Path, found: Landing, files: dict[str, Checked], manifest: dict[str, Announced]
) -> Ledger:
    """What stands of the entries of a ledger for the files as they lie there now."""
    ledger = Ledger(dict(found.refused), list(found.unknown))
    first_delivery: dict[tuple, str] = {}
    for file in found.files:
        entry = files.get(file.relative)
        if entry is None or not entry.same_file(file.path):
            continue
        identity = (file.system, file.table, file.web_property, entry.sha256)
        reason = entry.refused or _breaks_word(entry, manifest.get(file.relative))
        if not reason and entry.rows and identity in first_delivery:
            reason = f"duplicate delivery of {first_delivery[identity]}: the same content, byte for byte"
        ledger.notes += [(file.relative, note) for note in entry.notes]
        if reason:
            ledger.refused[file.relative] = reason
            continue
        first_delivery.setdefault(identity, file.relative)
        ledger.sha256[file.relative] = entry.sha256
        ledger.rows += entry.rows
        ledger.malformed += [(file.relative, line, why) for line, why in entry.malformed]
        if entry.has_copy:
            ledger.replacements[file.relative] = folder / "copies" / file.relative
    _compare_with_manifest(ledger, found, manifest, bool(files))
    return ledger


def _breaks_word(entry: Checked, announced: Announced | None) -> str:
    """How a file differs from its line of the manifest; '' if it keeps to it."""
    if announced is None:
        return ""
    if announced.size is not None and announced.size != entry.size:
        return f"{counted(entry.size, 'byte')}, manifest.csv says {announced.size:,}"
    if announced.sha256 and announced.sha256 != entry.sha256:
        return "its sha256 is not the one in manifest.csv"
    rows = entry.rows + len(entry.malformed)
    # A stray quote makes the number of records a matter of opinion; then bytes and sha256 are the proof.
    if announced.rows is not None and announced.rows != rows and not (entry.malformed and announced.sha256):
        return f"{counted(rows, 'row')}, manifest.csv says {announced.rows:,}"
    return ""


def _compare_with_manifest(
    ledger: Ledger, found: Landing, manifest: dict[str, Announced], is_checked: bool
) -> None:
    """Files announced but absent are refused by name; files that came unannounced are noted."""
    if not is_checked:
        return
    present = {file.relative for file in found.files} | found.refused.keys()
    for path in manifest:
        if path not in present and not (found.folder / path).is_file():
            ledger.refused[path] = "listed in manifest.csv, but not there"
    if manifest:
        unlisted = sorted({file.relative for file in found.files} - set(manifest))
        ledger.notes += [(path, "not listed in manifest.csv: taken as it is") for path in unlisted]


def _load(path: Path, landing_folder: Path) -> dict:
    empty = {"files": {}, "max_share": None}
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
        if stored["version"] != _VERSION or stored["folder"] != str(landing_folder):
            return empty
        files = {name: Checked.from_json(entry) for name, entry in stored["files"].items()}
        return {"files": files, "max_share": stored["max_share"]}
    except (OSError, ValueError, KeyError, TypeError):
        # No ledger, or one that a crash or another version left: every file is checked again.
        return empty


def _save(path: Path, landing_folder: Path, max_share: float, files: dict[str, Checked]) -> None:
    content = {
        "version": _VERSION,
        "folder": str(landing_folder),
        "max_share": max_share,
        "files": {name: files[name].as_json() for name in sorted(files)},
    }
    partial = path.with_suffix(".part")
    handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        json.dump(content, stream, indent=1)
        stream.flush()
        os.fsync(stream.fileno())
    os.replace(partial, path)


def _remove_old_copies(folder: Path, files: dict[str, Checked]) -> None:
    copies = folder / "copies"
    for path in copies.rglob("*") if copies.is_dir() else []:
        entry = files.get(path.relative_to(copies).as_posix())
        if path.is_file() and (entry is None or not entry.has_copy):
            path.unlink()
