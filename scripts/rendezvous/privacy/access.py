"""What the house holds about a person, for that person: every row of theirs, in JSON and in readable HTML."""

from __future__ import annotations

import html
import json
from datetime import datetime
from pathlib import Path

from rendezvous.privacy import certificate, matching
from rendezvous.privacy.engine import Connection
from rendezvous.privacy.requests import Request
from rendezvous.privacy.targets import Target

Rows = dict[str, list[dict[str, object]]]


def rows_of(connection: Connection, targets: list[Target]) -> Rows:
    """The person's rows by table, each as column -> value; tables without a row are left out."""
    found: Rows = {}
    for target in targets:
        if target.name.startswith("landing_ga360."):
            continue  # their sessions stand in staging, typed; the files hold them a second time
        theirs = f"{target.guard} and ({matching.is_theirs(target)})"
        result = connection.execute(f"select * from {target.name} where {theirs}")
        names = [column[0] for column in result.description]
        rows = [dict(zip(names, row, strict=True)) for row in result.fetchall()]
        if rows:
            found[target.name] = rows
    return found


def write(folder: Path, request: Request, rows: Rows, at: datetime) -> tuple[Path, Path]:
    """Writes both forms, readable by the owner only, for they hold the person's data in clear."""
    stem = folder / f"{request.kind}-{certificate.file_name(request.request_id)}"
    content = {"request_id": request.request_id, "kind": request.kind, "done_at": at.isoformat(), "tables": rows}
    certificate.write_private(
        stem.with_suffix(".json"), json.dumps(content, indent=1, ensure_ascii=False, default=str) + "\n"
    )
    certificate.write_private(stem.with_suffix(".html"), as_html(request, rows, at))
    return stem.with_suffix(".json"), stem.with_suffix(".html")


def as_html(request: Request, rows: Rows, at: datetime) -> str:
    """One page without script or link: a table for each table. Every cell is escaped."""
    parts = [
        "<!doctype html><html lang='en'><meta charset='utf-8'>",
        "<meta http-equiv='Content-Security-Policy' content=\"default-src 'none'; style-src 'unsafe-inline'\">",
        f"<title>Request {_text(request.request_id)}</title>",
        "<style>body{font:14px sans-serif;margin:2em}table{border-collapse:collapse;margin:0 0 2em}"
        "td,th{border:1px solid #ccc;padding:2px 6px;text-align:left;vertical-align:top}</style>",
        f"<h1>Request {_text(request.request_id)}: {_text(request.kind)}</h1>",
        f"<p>{at.isoformat()}: {sum(map(len, rows.values()))} rows in {len(rows)} tables are about you.</p>",
    ]
    for name, listed in rows.items():
        columns = [column for column in listed[0] if any(row[column] is not None for row in listed)]
        head = "".join(f"<th>{_text(column)}</th>" for column in columns)
        body = "".join(
            "<tr>" + "".join(f"<td>{_text(row[column])}</td>" for column in columns) + "</tr>" for row in listed
        )
        parts.append(f"<h2>{_text(name)}</h2><table><tr>{head}</tr>{body}</table>")
    return "\n".join(parts) + "</html>\n"


def _text(value: object) -> str:
    return "" if value is None else html.escape(str(value))
