"""Searches what a house leaves behind for values that must not stand there: in cells, in bytes, in what was printed."""

from __future__ import annotations

import base64
import functools
import re
from collections.abc import Iterable
from pathlib import Path

import duckdb

from rendezvous import keys
from rendezvous.privacy import erasure


def cells_with(database: Path, telltales: Iterable[str], closed: Iterable[str] = (),
               anywhere: Iterable[str] = ()) -> list[str]:  # fmt: skip
    """`schema.table: telltale` for each that stands in a cell, upper or lower case alike. `closed`: schemas where it
    may; `anywhere`: telltales that may not even there. Landing tables are views over files and are searched as such."""
    found = []
    listed, never = list(telltales), list(anywhere)
    with duckdb.connect(str(database), read_only=True) as connection:
        tables = connection.execute(
            "select schema_name, table_name from duckdb_tables() where not internal and estimated_size > 0 order by all"
        ).fetchall()
        for schema, table in tables:
            needles = never if schema in closed else never + listed
            if not needles:
                continue
            any_of = "|".join(re.escape(needle.lower()) for needle in needles)
            texts = f"select lower(cast(row_to_json(cells) as varchar)) as text from {schema}.{table} as cells"
            # One look for all of them first; only where it finds something is it asked what.
            looked = connection.execute(f"select bool_or(regexp_matches(text, ?)) from ({texts})", [any_of])
            if not looked.fetchone()[0]:
                continue
            holds = ", ".join("bool_or(contains(text, lower(?)))" for _ in needles)
            hits = connection.execute(f"select {holds} from ({texts})", needles).fetchone()
            found += [f"{schema}.{table}: {needle}" for needle, hit in zip(needles, hits, strict=True) if hit]
    return found


def files_with(folder: Path, telltales: Iterable[str], without: Iterable[Path] = ()) -> list[str]:
    """The files below a folder, packed or not, in whose bytes a telltale stands; `without`: files and folders."""
    texts = [telltale.lower().encode() for telltale in telltales]
    left_out = list(without)
    paths = [path for path in sorted(folder.rglob("*")) if not any(path.is_relative_to(each) for each in left_out)]
    return [path.relative_to(folder).as_posix() for path in erasure.files_with(paths, texts)]


def secrets_of(key: bytes) -> dict[str, bytes]:
    """A key and its pads, which are worth as much."""
    inner, outer = keys.pads(key)
    return {"key": key, "inner pad": inner, "outer pad": outer}


@functools.cache
def key_texts(key: bytes) -> list[str]:
    """What a cell would show of a key: hex, base64 in each of three alignments, and a BLOB as JSON escapes it."""
    texts = []
    for secret in secrets_of(key).values():
        escaped = duckdb.execute("select cast(to_json(cast(? as blob)) as varchar)", [secret]).fetchone()[0]
        texts += [secret.hex(), escaped.strip('"'), *_base64(secret)]
    return texts


class Bytes:
    """The bytes of a file or of what was printed, in the forms in which a key is looked for in them."""

    def __init__(self, data: bytes) -> None:
        self.raw, self.lowered = data, data.lower()
        # As DuckDB and Python print bytes: what is no printable character as \\x and two digits.
        self.unescaped = re.sub(rb"\\x([0-9a-fA-F]{2})", lambda match: bytes.fromhex(match[1].decode()), data)


def forms_found(key: bytes, data: bytes | Bytes) -> list[str]:
    """The forms of a key, or of its pads, that occur in some bytes."""
    read = data if isinstance(data, Bytes) else Bytes(data)
    return [form for form, reading, needle in _forms(key) if needle in getattr(read, reading)]


@functools.cache
def _forms(key: bytes) -> list[tuple[str, str, bytes]]:
    """Each form by name, the reading of some bytes in which it is looked for, and what is looked for there."""
    forms = []
    for name, secret in secrets_of(key).items():
        forms += [(f"{name} raw", "raw", secret), (f"{name} hex", "lowered", secret.hex().encode())]
        forms += [(f"{name} base64", "raw", text.encode()) for text in _base64(secret)]
        forms += [(f"{name} escaped", "unescaped", secret)]
    return forms


def keys_in_files(folder: Path, secrets: Iterable[bytes], without: Iterable[Path] = ()) -> list[str]:
    """`file: form` for each form of the keys in the bytes of the files below a folder, a database's own included."""
    left_out, listed = set(without), list(secrets)
    return [
        f"{path.relative_to(folder).as_posix()}: {form}"
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path not in left_out
        for data in [Bytes(path.read_bytes())]
        for key in listed
        for form in forms_found(key, data)
    ]


def _base64(secret: bytes) -> list[str]:
    """Whatever stands before it, one of three alignments shows it; in the usual alphabet and in that of URLs."""
    texts = [base64.b64encode(b"\0" * shift + secret)[4 if shift else 0 : -4].decode() for shift in range(3)]
    return sorted({text for each in texts for text in (each, each.replace("+", "-").replace("/", "_"))})
