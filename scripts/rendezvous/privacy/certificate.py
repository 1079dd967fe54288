"""What was erased, for the person and the auditor: numbers and names of tables, nobody's data."""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from rendezvous import HouseError
from rendezvous.privacy.erasure import Done

_FAIL_SAFE_DAYS = 7


@dataclass(frozen=True)
class Written:
    """Where the two forms of a certificate lie."""

    json: Path
    markdown: Path


def folder_of(database: Path) -> Path:
    """Where certificates and access exports lie: beside the database, for the owner alone."""
    folder = database.with_name(f"{database.stem}.privacy")
    folder.mkdir(mode=0o700, exist_ok=True)
    folder.chmod(0o700)
    return folder


def write(database: Path, name: str, kind: str, outcome: str, done: Done, at: datetime) -> Written:
    """Writes the certificate as JSON and Markdown, readable by the owner only."""
    content = as_json(name, kind, outcome, done, at)
    stem = folder_of(database) / f"{kind}-{file_name(name)}"
    written = Written(stem.with_suffix(".json"), stem.with_suffix(".md"))
    write_private(written.json, json.dumps(content, indent=1) + "\n")
    write_private(written.markdown, as_markdown(content))
    return written


def as_json(name: str, kind: str, outcome: str, done: Done, at: datetime) -> dict:
    """The certificate as data."""
    touched = [table for table in done.tables if table.removed or table.kept_without_person or table.contacts_emptied]
    return {
        "request_id": name,
        "kind": kind,
        "outcome": outcome,
        "done_at": at.isoformat(),
        "horizon": {
            "engine": "duckdb",
            "readable_again_until": at.date().isoformat(),
            "why": "the database was written anew; its former bytes are gone with the former file",
        },
        "tombstones": done.tombstones,
        "tables_searched": len(done.tables),
        "tables": [
            {
                "table": table.table, "rows_before": table.before, "rows_after": table.after, "removed": table.removed,
                "kept_without_person": table.kept_without_person, "contacts_emptied": table.contacts_emptied,
                "retention_class": table.retention_class,
            }
            for table in touched
        ],
        "files": [{"path": file.path, "dropped": file.dropped, "emptied": file.emptied} for file in done.files],
        "recipients": [
            {"name": each.name, "records": each.records, "notice": each.notice} for each in done.recipients
        ],
        "artefacts_removed": done.artefacts,
        "files_to_delete_by_hand": done.unread_files,
    }  # fmt: skip


def bigquery_horizon(done_on: date, time_travel_hours: int) -> date:
    """The day from which nobody, Google's support included, can bring back what BigQuery deleted."""
    return done_on + timedelta(days=-(-time_travel_hours // 24) + _FAIL_SAFE_DAYS)


def as_markdown(content: dict) -> str:
    """The certificate to read and to file."""
    lines = [
        f"# Certificate of {content['kind']}: request {content['request_id']}",
        "",
        f"Done {content['done_at']}: {content['outcome']}.",
        f"{content['tables_searched']} tables were searched, as dbt's manifest and the database list them.",
        f"{content['tombstones']} new tombstones keep the person from coming back with an old file or a backup.",
        f"What was deleted can be read again until {content['horizon']['readable_again_until']}:"
        f" {content['horizon']['why']}. Backups are the house's own: restoring one meets the tombstones.",
        "",
        "| table | rows before | rows after | removed | kept without the person | contacts emptied in rows of others |",
        "|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {row['table']} | {row['rows_before']} | {row['rows_after']} | {row['removed']}"
        f" | {row['kept_without_person']}"
        f"{' (' + row['retention_class'] + ')' if row['kept_without_person'] else ''} | {row['contacts_emptied']} |"
        for row in content["tables"]
    ]
    lines += ["", "| landing file rewritten | records removed | records emptied |", "|---|---|---|"]
    lines += [f"| {file['path']} | {file['dropped']} | {file['emptied']} |" for file in content["files"]]
    if content["recipients"]:
        lines += ["", "| to be told (GDPR 19) | records under names of their own | notice |", "|---|---|---|"]
        lines += [f"| {each['name']} | {each['records']} | {each['notice']} |" for each in content["recipients"]]
    for title, names in (
        ("Files of past runs that were removed", content["artefacts_removed"]),
        ("Files no table reads that hold the person: delete them by hand", content["files_to_delete_by_hand"]),
    ):
        lines += ["", f"{title}: {len(names)}", *(f"- {name}" for name in names)]
    return "\n".join(lines) + "\n"


def file_name(name: str) -> str:
    """A request's number as a part of a file name. Raises HouseError when nothing of it can be one."""
    safe = re.sub(r"[^A-Za-z0-9_-]+", "-", name).strip("-")
    if not safe:
        raise HouseError(f"request '{name}': its number has no letter or digit to name a file by.")
    return safe


def write_private(path: Path, text: str) -> None:
    """Writes a text file that only its owner may read, in one step."""
    partial = path.with_name(f".{path.name}.part")
    handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        stream.write(text)
    os.replace(partial, path)
