"""Spoils landing files: cells, fields, rows and columns as they come from a system that nobody has looked at.

What is spoiled stays a file that can be opened; files that cannot are test_arrivals'. Everything is drawn from the
generator that is handed in, so a seed spoils a file the same way each time.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import random
from collections.abc import Iterator
from pathlib import Path

from conftest import House

NUMBERS = ["0", "-1", "1e400", "NaN", "-inf", "1e5", "0x1F", "1,234.50", "9" * 23, "0.0000000001", "1.005", "2.00 €"]
TIMES = [
    "2024-13-45", "0000-00-00", "9999-12-31T23:59:59.999999Z", "0001-01-01T00:00:00Z", "1969-12-31T23:59:59Z",
    "2024-02-30", "2024-05-01T25:00:00Z", "2024-05-01 10:00", "2024-05-01T10:00:00+14:00", "2024-05-01T10:00:60Z",
    "2024-05-01T10:00:00-23:59", "20240501", "2024-05-01T10:00:00", "290000-01-01", "2024-05-01 10:00:00 Asia/Shanghai",
]  # fmt: skip
WORDS = [
    "", " ", "NULL", "-", "n/a", "(not set)", "true", "yes", "oui", "EUR", "eur", "XXX", "CN", "zz", "GRANTED",
    "withdrawn", "different", "王小明", "ﬁ", "İ", "ß", "e\u0301", "😀", "\u202eabc", "\ufeff", "\u200b", "\u00a0",
]  # fmt: skip
CONTACTS = [
    "a@b", "@", "a@@b.com", "a@b.com\n", " A@B.COM ", "ü@exämple.com", "a b@c.de", "a+b+c@gmail.com", ".@gmail.com",
    '"x y"@gmail.com', "+86 138-0013-8000", "()", "+1", "00" * 30, "sha256:", "E3B0C44298FC1C149AFBF4C8996FB924" * 2,
    "https://x.example/?email=a%40b.com&phone=%2B33612345678", "http://[::1", "https://shop.example/%zz",
]  # fmt: skip
SYNTAX = ["\t", "\n", "a\r\nb", '"', "'", "';drop table x;--", "\\", "\\N", "|", "12:x|", "$1", "{{ x }}", "%s", "\x01"]
CELLS = [*NUMBERS, *TIMES, *WORDS, *CONTACTS, *SYNTAX, "x" * 5000, "é" * 3000]
VALUES = [*CELLS, None, 0, -1, 2**31, 2**63, -(2**63), 2**70, 1.5, 1e308, True, [], {}, [None], [{}]]


def spoil(path: Path, draw: random.Random, count: int) -> None:
    """Spoils `count` places of a CSV or JSON-lines file, gzipped or not; at times a whole column of a CSV file too."""
    is_packed = path.suffix == ".gz"
    text = (gzip.decompress(path.read_bytes()) if is_packed else path.read_bytes()).decode("utf-8-sig")
    spoiled = (_spoiled_json if ".json" in path.name else _spoiled_csv)(text, draw, count).encode()
    path.write_bytes(gzip.compress(spoiled) if is_packed else spoiled)


def spoil_house(raw: Path, draw: random.Random, but: tuple[str, ...] = ("truth",)) -> None:
    """Spoils every file of a landing folder in one to twenty places, but those of some of its systems."""
    spoiled = [path for path in raw.glob("*/**/*.*") if path.is_file() and path.relative_to(raw).parts[0] not in but]
    assert spoiled, f"{raw} has no file to spoil"
    for path in sorted(spoiled):
        spoil(path, draw, count=draw.choice([1, 5, 20]))


def assert_it_was_spoiled(house: House) -> None:
    """What was built of it left things out: of the simulated house as it comes no row and one field."""
    for table in ("rejected_rows", "unreadable_fields"):
        [(count,)] = house.query(f"select count(*) from quarantine.{table}")
        assert count > 10, f"{table}: {count}, so hardly anything was spoiled"


def _spoiled_csv(text: str, draw: random.Random, count: int) -> str:
    header, *rows = csv.reader(io.StringIO(text, newline=""))
    kinds = ["cell", "cell of another", "other column", "all cells", "twice", "gone"]
    for _ in range(count if rows else 0):
        row, other, column = draw.choice(rows), draw.choice(rows), draw.randrange(len(header))
        match draw.choices(kinds, [14, 2, 1, 1, 1, 1])[0]:
            case "cell":
                row[column] = draw.choice(CELLS)
            case "cell of another":
                row[column] = other[column]
            case "other column":
                row[column] = draw.choice(other)
            case "all cells":
                row[:] = [draw.choice(CELLS)] * len(row)
            case "twice":
                rows.insert(draw.randrange(len(rows)), list(row))
            case "gone" if len(rows) > 1:
                rows.remove(row)
    kept = list(range(len(header)))
    if draw.random() < 0.1:
        draw.shuffle(kept)
        kept = kept[draw.randrange(2) :]
    written = io.StringIO(newline="")
    writer = csv.writer(written, lineterminator=draw.choice(["\n", "\r\n"]))
    writer.writerows([row[index] for index in kept] for row in [header, *rows])
    return written.getvalue()


def _spoiled_json(text: str, draw: random.Random, count: int) -> str:
    rows = [json.loads(line) for line in text.splitlines() if line.strip()]
    kinds = ["field", "no field", "hits twice", "hits backwards", "twice", "gone"]
    for _ in range(count if rows else 0):
        row = draw.choice(rows)
        match draw.choices(kinds, [14, 2, 1, 1, 1, 1])[0]:
            case "field":
                holder, key = draw.choice(list(_places(row)))
                holder[key] = draw.choice(VALUES)
            case "no field":
                holder, key = draw.choice(list(_places(row)))
                del holder[key]
            case "hits twice" if isinstance(row.get("hits"), list):
                row["hits"] += json.loads(json.dumps(row["hits"]))
            case "hits backwards" if isinstance(row.get("hits"), list):
                row["hits"].reverse()
            case "twice":
                rows.append(json.loads(json.dumps(row)))
            case "gone" if len(rows) > 1:
                rows.remove(row)
    return "".join(json.dumps(row, ensure_ascii=draw.random() < 0.5) + "\n" for row in rows)


def _places(value: dict | list) -> Iterator[tuple[dict | list, str | int]]:
    """Every field of a record, at any depth: what holds it and under which key."""
    for key, each in value.items() if isinstance(value, dict) else enumerate(value):
        yield value, key
        if isinstance(each, (dict, list)):
            yield from _places(each)
