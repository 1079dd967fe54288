"""The house rules of SQL that no linter on the market knows. Usage: python scripts/lint.py [project folder]

Each rule is a function that yields (line, what is wrong). Findings are printed as `file:line: rule: what`, and the exit
code is 1 if there is one. tests/python/test_lint.py breaks every rule once.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

LONGEST_MODEL = 120
Finding = tuple[int, str]


@dataclass
class Sql:
    """A SQL file: as written, and bare (comments, Jinja and the contents of strings blanked, lines kept)."""

    path: Path
    layer: str
    raw: str
    bare: str

    @property
    def name(self) -> str:
        return self.path.stem


def bare(raw: str) -> str:
    """SQL without what is no SQL; every character keeps its line."""

    def blank(match: re.Match) -> str:
        return re.sub(r"[^\n]", " ", match[0])

    text = re.sub(r"\{#.*?#\}|\{%.*?%\}", blank, raw, flags=re.S)
    text = re.sub(r"\{\{.*?\}\}", lambda match: "jinja__" + "\n" * match[0].count("\n"), text, flags=re.S)
    # A comment may hold an apostrophe and a string may hold two dashes: whichever starts first wins.
    return re.sub(
        r"--[^\n]*|'(?:[^'\\]|\\.|'')*'",
        lambda match: blank(match) if match[0][0] == "-" else "''" + "\n" * match[0].count("\n"),
        text,
    )


def _line(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1


def _found(pattern: str, text: str, what: str) -> Iterator[Finding]:
    for match in re.finditer(pattern, text, flags=re.I):
        yield _line(text, match.start()), what.format(match[0].strip())


def engine_branch(sql: Sql) -> Iterator[Finding]:
    yield from _found(r"\btarget\.(type|name)\b", sql.raw, "{}: engines differ in macros/portable/ only")


def clock(sql: Sql) -> Iterator[Finding]:
    for words in (r"\b(current_(timestamp|date|datetime|time)|localtimestamp)\b", r"\b(now|today|getdate)\s*\("):
        yield from _found(words, sql.bare, "{}: as_of() is the only clock")


SILENT = {
    r"\b(greatest|least)\s*\(": "{} treats NULL differently: write a case",
    r"\bconcat(_ws)?\s*\(": "{} treats NULL differently: use ||",
    r"\bregexp_(replace|extract|matches|contains|extract_all|full_match)\s*\(": "{} differs: use the regexp leaves",
    r"\b(lower|upper)\s*\(": "{} differs for letters such as İ and ß: use lower_case, or upper_code",
    r"\btrim\s*\(": "{} strips spaces alone on DuckDB: use trim_all",
    r"\b(sha1|sha256|sha512|md5|to_hex|hex|unhex|from_hex)\s*\(": (
        "{} gives text or bytes: use sha256_hex, md5_hex or hmac_hex"
    ),
    r"\bjson_(value|extract|query|extract_scalar|extract_string)\s*\(": "{} quotes differently: use a leaf",
    r"\bextract\s*\(\s*(dayofweek|dow|isodow|week)\b": "{}: the week starts on another day: use a leaf",
    r"\b[a-z_][\w.]*\[\s*[^\]\s]": "{}: subscripts start at 0 or at 1: unnest, or use a leaf",
    r"\bcast\s*\(\s*[\w.]*_at\s+as\s+(string|varchar|text)\b": "{}: an instant prints differently: use timestamp_text",
    r"\bany_value\s*\(": "{} picks any row: use min or max",
    r"\b(string_agg|array_agg|listagg)\s*\((?![^()]*(\([^()]*\)[^()]*)*\border\s+by\b)": (
        "{} without order by gives any order"
    ),
    r"\b(date_trunc|timestamp_trunc|date_diff|datediff|timestamp_diff|date_add|date_sub|date_part)\s*\(": (
        "{} takes its arguments in another order: use a leaf"
    ),
    r"\bilike\b|\bfilter\s*\(\s*where\b": "{} exists on one engine only",
    r"\b(try_cast|safe_cast|strftime|strptime|bool_or|logical_or|list_\w+|safe_divide)\s*\(": (
        "{} exists on one engine only: use a leaf"
    ),
    r"\bas\s+(varchar|text|bigint|integer|int|hugeint)\s*\)": "{}: not a type of both engines: string or int64",
    r"\bas\s+(numeric|decimal|bignumeric|float64|double|float)\s*(\([\d\s,]*\))?\s*\)": (
        "{}: another type on the other engine: type_money() or type_float()"
    ),
}


def silent_difference(sql: Sql) -> Iterator[Finding]:
    for pattern, what in SILENT.items():
        yield from _found(pattern, sql.bare, what)
    yield from _found(r"\bdbt\.(safe_cast|dateadd|date_trunc)\b", sql.raw, "{} differs between the engines: use a leaf")


def cast_sign(sql: Sql) -> Iterator[Finding]:
    yield from _found(r"::", sql.bare, "{}: write cast(… as …)")


def unsafe_cast(sql: Sql) -> Iterator[Finding]:
    """Landed text is read by a leaf that makes NULL of what it cannot read: a cast that fails stops the day, and the
    engine's words would quote the cell."""
    if sql.layer != "staging":
        return
    for cast in re.finditer(r"\b(safe_cast|try_cast|cast)\s*(?=\()", sql.bare, flags=re.I):
        what, _, kind = _inside(sql.bare, cast.end()).strip().rpartition(" as ")
        # The clock and a comparison are no landed text.
        is_ours = what.strip().lower() == "null" or what.strip() == "jinja__" or re.search(r"[<>=]", what)
        if not is_ours and kind.strip().lower() != "string":
            yield _line(sql.bare, cast.start()), f"{cast[1]} to {kind.strip()}: read text by a leaf, such as to_int"


def double_quotes(sql: Sql) -> Iterator[Finding]:
    yield from _found(r'"', sql.bare, "a double-quoted string is a column name on DuckDB: use apostrophes")


def join_using(sql: Sql) -> Iterator[Finding]:
    yield from _found(r"\busing\s*\(|\bnatural\s+join\b", sql.bare, "{}: write the join condition out")


_PICKING = r"\b(row_number|rank|dense_rank|first_value|last_value|lag|lead|ntile)\s*\("

# One sort key is enough where its name says that it is unique: a key, an id, a number given before.
_UNIQUE = r"(\w+\.)?(\w+_(key|id|number|order)|sku|property)(\s|$)"


def unstable_window(sql: Sql) -> Iterator[Finding]:
    """A window that picks or numbers rows needs a second, unique sort key and says where NULL stands."""
    text = sql.bare
    named = {match[1]: _inside(text, match.end() - 1) for match in re.finditer(r"\b(\w+)\s+as\s*(?=\()", text)}
    named = {name: body for name, body in named.items() if re.search(r"\border\s+by\b", body)}
    for call in re.finditer(_PICKING, text, flags=re.I):
        after = call.end() + len(_inside(text, call.end() - 1)) + 1
        over = re.match(r"\s*(?:ignore\s+nulls\s*)?over\s*(\(|\w+)", text[after:], flags=re.I)
        if not over:
            continue
        body = _inside(text, after + over.end() - 1) if over[1] == "(" else named.get(over[1], "")
        order = re.search(r"\border\s+by\b(.*?)(\brows\b|\brange\b|$)", body, flags=re.I | re.S)
        line = _line(text, call.start())
        if not order:
            yield line, f"{call[1]} without order by numbers rows in any order"
            continue
        keys = _split(order[1])
        for key in keys:
            if "jinja__" not in key and not re.search(r"\bnulls\s+(first|last)\b", key, flags=re.I):
                yield line, f"{call[1]} ordered by {key}: write nulls first or nulls last"
        if "jinja__" in order[1]:
            continue
        if len(keys) < 2 and not re.match(_UNIQUE, keys[0], flags=re.I):
            yield line, f"{call[1]} ordered by one expression: end in a unique column"


def _inside(text: str, opening: int) -> str:
    """What stands between the parenthesis at or after `opening` and the one that closes it."""
    start = text.index("(", opening)
    depth = 0
    for position in range(start, len(text)):
        depth += {"(": 1, ")": -1}.get(text[position], 0)
        if depth == 0:
            return text[start + 1 : position]
    return text[start + 1 :]


def _split(text: str) -> list[str]:
    """The parts of a list at its own commas, not those inside parentheses."""
    parts, depth = [""], 0
    for character in text:
        depth += {"(": 1, ")": -1, "[": 1, "]": -1}.get(character, 0)
        if character == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += character
    return [part.strip() for part in parts if part.strip()]


def too_long(sql: Sql) -> Iterator[Finding]:
    lines = sql.raw.count("\n")
    if sql.layer != "other" and lines > LONGEST_MODEL:
        yield LONGEST_MODEL + 1, f"{lines} lines: a model has {LONGEST_MODEL} at most, split it"


def wrong_layer(sql: Sql) -> Iterator[Finding]:
    """One direction only: sources are read in staging, staging in intermediate, and marts read neither."""
    if sql.layer in ("intermediate", "marts"):
        # landing.export_days and its like are no data of the house.
        yield from _found(r"\bsource\(\s*'(?!landing')", sql.raw, "{} is read in staging only")
    if sql.layer == "marts":
        yield from _found(r"\bref\(\s*'(stg|base)_", sql.raw, "{}: marts read intermediate models and marts")
    if sql.layer == "intermediate":
        yield from _found(r"\bref\(\s*'base_", sql.raw, "{}: read the stg_ model, where rows stand")


_PERSONAL = (
    "email|phone|relay_email|receipt_email_address|first_name|last_name|first_name_native|last_name_native|display_name"
    "|address_line_1|address_line_2|address_native|district|postal_code"
)


def clear_personal_data(sql: Sql) -> Iterator[Finding]:
    if sql.layer in ("intermediate", "marts"):
        yield from _found(rf"\b({_PERSONAL})\b", sql.bare, "{}: clear personal data leaves staging only into vault")


def undescribed(sql: Sql) -> Iterator[Finding]:
    """Every model has a .yml of its own beside it that describes it and each of its columns."""
    if sql.layer == "other":
        return
    path = sql.path.with_suffix(".yml")
    if not path.is_file():
        yield 1, f"no {path.name} beside it"
        return
    models = (yaml.safe_load(path.read_text(encoding="utf-8")) or {}).get("models") or []
    entry = next((model for model in models if model.get("name") == sql.name), None)
    if entry is None:
        yield 1, f"{path.name} does not describe it"
        return
    if not str(entry.get("description") or "").strip():
        yield 1, f"{path.name}: no description of the model"
    described = {column["name"]: str(column.get("description") or "") for column in entry.get("columns") or []}
    shown = output_columns(sql)
    for name in shown if shown else described:
        if not described.get(name, "").strip():
            yield 1, f"{path.name}: column {name} is not described"
    for name in described if shown else ():
        if name not in shown:
            yield 1, f"{path.name}: column {name} is described, but not in the model"


def output_columns(sql: Sql) -> list[str]:
    """Columns of the CTE that is named like the model; empty if they cannot be told from the text."""
    found = re.search(rf"\b{sql.name}\s+as\s*\(", sql.bare)
    if not found:
        return []
    start = sql.bare.index("(", found.start())
    body = _inside(sql.bare, start)
    first, last = _line(sql.bare, start), _line(sql.bare, start + len(body))
    if any("{%" in line for line in sql.raw.split("\n")[first - 1 : last]):
        return []
    if "materialized='connected_components'" in sql.raw.replace(" ", ""):
        return ["node_key", "component_key"]
    # What stands in parentheses may hold a from of its own.
    flat = body
    while "(" in flat:
        flat, count = re.subn(r"\([^()]*\)", lambda match: " " * len(match[0]), flat)
        if not count:
            return []
    listed = re.match(r"\s*select\s(.*?)\sfrom\s", flat + " from ", flags=re.S | re.I)
    if not listed or re.search(r"(^|[\s,.])\*", listed[1]):
        return []
    found_names = [re.search(r"(\w+)\s*$", part) for part in _split(body[listed.start(1) : listed.end(1)])]
    names = [found[1] for found in found_names if found]
    return [] if "jinja__" in names or None in found_names else names


def missing_leaf(sql: Sql) -> Iterator[Finding]:
    """A portable macro has both implementations, no default, and opens with its purpose."""
    for name in re.findall(r"adapter\.dispatch\('(\w+)'", sql.raw):
        for engine in ("bigquery", "duckdb"):
            if f"macro {engine}__{name}(" not in sql.raw:
                yield 1, f"{name} has no {engine}__ implementation"
    yield from _found(r"\bmacro\s+default__\w+", sql.raw, "{}: an unknown engine must fail")
    if not sql.raw.lstrip().startswith("{#"):
        yield 1, "opens without a comment on purpose, arguments and NULL"


RULES: dict[str, Callable[[Sql], Iterator[Finding]]] = {
    rule.__name__: rule
    for rule in (
        engine_branch, clock, silent_difference, cast_sign, unsafe_cast, double_quotes, join_using, unstable_window,
        too_long, wrong_layer, clear_personal_data, undescribed,
    )
}  # fmt: skip


# What holds wherever SQL is written, in the macros that are not leaves too.
IN_MACROS = {rule.__name__: rule for rule in (engine_branch, silent_difference, cast_sign, join_using, unstable_window)}

FOLDERS: dict[str, dict[str, Callable[[Sql], Iterator[Finding]]]] = {
    "models": RULES,
    "analyses": RULES,
    "tests/invariants": RULES,
    "tests/generic": IN_MACROS,
    "macros/rules": IN_MACROS,
    "macros/project": IN_MACROS,
    "macros/materializations": IN_MACROS,
    "macros/portable": {"missing_leaf": missing_leaf},
}


def lint(project: Path) -> list[str]:
    """All findings in a project, sorted by file and line."""
    findings = []
    for folder, rules in FOLDERS.items():
        for path in sorted((project / folder).rglob("*.sql")):
            relative = path.relative_to(project)
            layer = relative.parts[1] if folder == "models" else "other"
            raw = path.read_text(encoding="utf-8")
            sql = Sql(path, layer, raw, bare(raw))
            for name, rule in rules.items():
                findings += [(relative.as_posix(), line, f"{name}: {what}") for line, what in rule(sql)]
    return [f"{path}:{line}: {what}" for path, line, what in sorted(set(findings))]


def main() -> int:
    findings = lint(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parents[1])
    print("\n".join(findings) or "lint: no findings")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
