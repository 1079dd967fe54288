"""sqlfluff over every SQL model, in both dialects. Usage: python scripts/style.py [files…]

sqlfluff's dbt templater needs a database and minutes; here each Jinja expression becomes a name, so that what is
linted is the SQL as it is written. What parses in both dialects is, so far as grammar goes, valid on both engines.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from sqlfluff.core import FluffConfig, Linter

PROJECT = Path(__file__).resolve().parents[1]


def plain(raw: str) -> str:
    """The SQL with Jinja replaced by the least that has its place: a name, a type, a comment, nothing. Line numbers
    are kept, so findings point into the file."""
    text = re.sub(r"\{\{\s*config\(.*?\}\}", lambda match: "-- config" + "\n" * match[0].count("\n"), raw, flags=re.S)
    text = re.sub(r"[ ]*(\{#.*?#\}|\{%.*?%\})", lambda match: "\n" * match[0].count("\n"), text, flags=re.S)
    text = re.sub(r"\{\{\s*type_\w+\(.*?\}\}", "string", text)
    # A macro that is a whole query stands alone where a select would.
    text = re.sub(r"((?:as \(|union all)\s*)\{\{[^{}]*\}\}(?=\s*(?:union all|\)))", r"\1select * from j_", text)
    return re.sub(r"\{\{.*?\}\}", _name, text, flags=re.S)


def _name(match: re.Match) -> str:
    # As long as what it stands for, up to a length at which no line becomes too long by it.
    first, *more = match[0].split("\n")
    return "j" + "_" * (len(first) - 1) + "\n" * len(more)


def check(task: tuple[str, str]) -> list[str]:
    """Findings in one file in one dialect."""
    name, dialect = task
    path = PROJECT / name
    config = FluffConfig.from_path(str(PROJECT), overrides={"dialect": dialect, "templater": "raw"})
    linted = Linter(config=config).lint_string(plain(path.read_text(encoding="utf-8")))
    return [
        f"{name}:{found.line_no}:{found.line_pos}: {found.rule_code()}: {found.desc()} ({dialect})"
        for found in linted.get_violations()
    ]


def main() -> int:
    names = sys.argv[1:] or sorted(
        path.relative_to(PROJECT).as_posix()
        for folder in ("models", "analyses", "tests/invariants")
        for path in (PROJECT / folder).rglob("*.sql")
    )
    tasks = [(name, dialect) for dialect in ("duckdb", "bigquery") for name in names]
    with ProcessPoolExecutor(max_workers=2) as pool:
        findings = sorted(line for lines in pool.map(check, tasks, chunksize=8) for line in lines)
    print("\n".join(findings) or f"style: {len(names)} files, no findings in either dialect")
    if len(findings) > 20:
        print(Counter(line.split(": ")[1] for line in findings))
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
