"""One cell, one reading: what the macros make of a text, a date or an amount is the same on DuckDB and in Google's
reference implementation of BigQuery's SQL, for hard texts and thousands of drawn ones.

Needs zetasql (requirements-dev.txt); no account, no network.
"""

from __future__ import annotations

import csv
import json
import random
import string
import subprocess
import sys
import unicodedata
from collections.abc import Callable, Iterator
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
import yaml

from conftest import PROJECT

sys.path.insert(0, str(Path(__file__).parent / "bigquery"))
from reference import answer_of  # noqa: E402

# What each macro is asked about: a text x.
READERS = {
    name: f"{name}('x')"
    for name in (
        "clean_text", "comparable_text", "consent_state", "decoded_at_sign", "from_base64_hex", "host_of", "lower_case",
        "mailbox_of", "md5_hex", "money_from_micros", "name_letters", "nfc", "normalise_email", "not_set",
        "read_amount", "read_count", "read_date", "read_export_time", "read_hit_millis", "read_rate", "read_timestamp",
        "read_visit_start", "received_key", "screened_text", "scrub", "scrub_email", "sha256_hex", "sha256_of_received",
        "strip_accents", "system_of_path", "table_of_path", "to_bool", "to_int", "trim_all", "upper_code",
        "usable_phone",
    )
} | {
    "known_value": "known_value('x', ['granted', 'refused', 'withdrawn'])",
    "read_birth_date": "read_birth_date('x', \"'2024-01-01'\", \"'2023-01-01'\")",
    "key": "key(['x', \"'a'\"])",
}  # fmt: skip

# The same of values: a timestamp t and u, a date d and e, whole numbers n and m, money a and b, a time zone z.
VALUES = {
    "add_business_days": "add_business_days('d', 'abs(n)')", "add_days": "add_days('d', 'n')",
    "add_months": "add_months('t', 'mod(n, 100)')", "add_months_to_date": "add_months_to_date('d', 'mod(n, 100)')",
    "add_seconds": "add_seconds('t', 'n')", "cents": "cents('a * b')", "day_month": "day_month('d')",
    "day_start": "day_start('d', 'z')", "days_between": "days_between('d', 'e')", "key": "key(['n', 'd', 'z'])",
    "local_date": "local_date('t', 'z')", "month_start": "month_start('d')",
    "rounded_ratio": "rounded_ratio('n', 'm', 2)", "safe_divide": "safe_divide('n', 'm')",
    "seconds_between": "seconds_between('t', 'u')", "timestamp_from_millis": "timestamp_from_millis('n * 1000003')",
    "timestamp_from_seconds": "timestamp_from_seconds('n * 1009')", "timestamp_text": "timestamp_text('t')",
    "week_start": "week_start('d')",
}  # fmt: skip
TYPES = {"t": "timestamp", "u": "timestamp", "d": "date", "e": "date", "n": "int64", "m": "int64", "a": "numeric",
         "b": "numeric", "z": "string"}  # fmt: skip
ON_DUCKDB = {"int64": "bigint", "numeric": "decimal(38, 9)", "string": "varchar"}

# A reader, a text, and what it says on both engines, which read each but those with a remark in two ways.
SAYS = [
    ("read_timestamp", "2024-05-01 10:00", "2024-05-01 10:00:00"),
    ("read_timestamp", "2024-05-01T10:00Z", "2024-05-01 10:00:00"),  # neither engine read this
    ("read_timestamp", "2024-05-01T10:00:00.1234567+02:00", "2024-05-01 08:00:00.123456"),
    ("read_timestamp", "\t2024-05-01T10:00:00Z", "2024-05-01 10:00:00"),
    ("read_timestamp", "2024-05-01T24:00:00Z", None),
    ("read_timestamp", "2024-05-01T10:00:60Z", None),
    ("read_timestamp", "2024-05-01T10:00:00-23:59", None),
    ("read_timestamp", "2024-05-01 10:00:00 Asia/Shanghai", None),  # both did, and DuckDB other rows in that zone
    ("read_date", "\t2024-05-01", "2024-05-01"),
    ("to_int", "0x1F", None),
    ("to_int", "5\r\n", "5"),
    ("to_bool", "yes\t", "true"),
    ("consent_state", "denied\t", "denied"),
    ("known_value", "WİTHDRAWN", None),
    ("not_set", "\t(not set)", None),
    ("normalise_email", "İO@EXAMPLE.ORG", "i\u0307o@example.org"),
    ("name_letters", "ΝΙΚΟΣ", "νικοσ"),
    ("upper_code", "straße", "STRAßE"),
]  # fmt: skip

BLANKS = ["", "", "", "", "", " ", "  ", "\t", "\n", "\r", "\f", "\v", "\u00a0", "\u0085", "\u2003", "\u2028", "\u200b",
          "\u3000", "\ufeff"]  # fmt: skip
HARD = [
    "", "NULL", "-", "NaN", "inf", "1e5", "0x1F", "1_000", "1,234.50", "9" * 24, "0.0000000001", "1.0000000005", "5.",
    ".5", "epoch", "infinity", "20240501", "9999-12-31", "9999-12-31T23:59:59.999999Z", "1899-12-31", "2024-02-30",
    "x" * 3000, "é" * 300, "İ", "ß", "ﬁ", "Σ", "ΟΔΟΣ ΣΑΣ", "e\u0301", "王小明", "\u0915\u093f", "a\u20dd", "\u202eabc",
    "'", "''", '"', "\\", "\\N", "$1", "${x}", "{{ x }}", "%s", "\x01", "\x7f", "|", "a|b", "a@b", "@", "a@@b.com",
    '"x y"@gmail.com', "+", "()", "00" * 30, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
]  # fmt: skip
OFFSETS = ["", "Z", "Z", "z", "+00", "+02:00", "-0530", "+2", "+14:00", "+15:00", "+02:60", "UTC", " UTC", " +02:00",
           " Europe/Paris", " Asia/Shanghai", "+02:00:00"]  # fmt: skip
LETTERS = "aAzZ09 .+-_@%:/?&=#,;()[]éÉßİıøŁœŒﬁǅΣσςẞ王ー々ガｶﾞअि가ㄱ’\"'|\\<>𝒜ⅣⓐＡ１😀"
LETTERS += "\u0301\u0327\u0903\u20dd\u200d\u00ad"


def padded(draw: random.Random, text: str) -> str:
    return draw.choice(BLANKS) + text + draw.choice(BLANKS)


def number(draw: random.Random) -> str:
    digits = "".join(draw.choices("0123456789", k=draw.choice([1, 2, 3, 5, 10, 11, 19, 20])))
    ends = ["", "", ".", ".5", ".123456789", ".1234567895", ".9999999995", ",5", "e3", "_0", " 000", "%"]
    return padded(draw, draw.choice(["", "", "-", "+", "--", "0x", "$", "."]) + digits + draw.choice(ends))


def instant(draw: random.Random) -> str:
    years = ["2024", "2024", "1900", "1899", "0000", "9999", "10000", "02024"]
    apart = draw.choice(["-", "-", "-", "/", ""])
    day = [draw.choice(years), draw.choice(["05", "5", "13", "02"]), draw.choice(["01", "1", "31", "29"])]
    time = draw.choice(["", "T", "T", " ", " ", "t", "  "])
    if time:
        time += draw.choice(["10:", "1:", "00:", "23:", "24:", "10"]) + draw.choice(["00", "59", "60", "5"])
        time += draw.choice(["", ":00", ":59", ":60", ":5"]) + draw.choice(["", "", ".1", ".123456", ".1234567", ",5"])
        time += draw.choice(OFFSETS)
    return padded(draw, apart.join(day) + time)


def letters(draw: random.Random) -> str:
    return "".join(draw.choices(LETTERS, k=draw.randrange(1, 14)))


def any_letters(draw: random.Random) -> str:
    """Of all of Unicode that this Python knows: an engine may know newer letters."""
    planes = [(0x20, 0x250), (0x250, 0x3000), (0x3000, 0xD7FF), (0x10000, 0x1FFFF)]
    drawn = (chr(draw.randrange(*draw.choice(planes))) for _ in range(draw.randrange(1, 8)))
    return "".join(letter for letter in drawn if unicodedata.category(letter) != "Cn")


def address(draw: random.Random) -> str:
    names = ["zoe", "Zoe.Songe7", "ß", "ＺＯＥ", "z+l", '"a b"', "", "王", "x" * 80, "İo"]
    hosts = ["gmail.com", "EXAMPLE.org", "b", "b.", ".b", "b..c", "exämple.com", "b.c.d", "163.com", "a.dom-ain.co.uk"]
    at_sign = draw.choice(["@", "@", "＠", "%40", "%2540", "@@", " @"])
    return padded(draw, draw.choice(names) + at_sign + draw.choice(hosts))


def phone(draw: random.Random) -> str:
    apart = ["", "", "", " ", "-", ".", "%20", "  "]
    digits = (draw.choice("0123456789") + draw.choice(apart) for _ in range(draw.randrange(5, 16)))
    return draw.choice(["+", "00", "0", "", "(+", "%2B"]) + "".join(digits) + draw.choice(["", " ", " ext 5", "）"])


def link(draw: random.Random) -> str:
    hosts = ["www.shop.test", "shop.test:8080", "u@shop.test", "[::1]", "SHOP.Test.", "例え.jp", ""]
    rests = ["/", "/a?email=a%40b.com", "?tel=+33 6 12 34 56 78", "/p/0612345678/x", "#a@b.c", "/13800138000", ""]
    starts = ["https://", "HTTP://", "http:/", "//", "ftp://u:p@", ""]
    return draw.choice(starts) + draw.choice(hosts) + draw.choice(rests)


def received(draw: random.Random) -> str:
    alphabet = draw.choice(["0123456789abcdefABCDEF", string.ascii_letters + string.digits + "+/-_"])
    return (
        draw.choice(["", "", "sha256:", "SHA-256=", "0x"])
        + "".join(draw.choices(alphabet, k=draw.choice([42, 43, 44, 63, 64, 65])))
        + draw.choice(["", "=", "==", " "])
    )


def word(draw: random.Random) -> str:
    words = ["(not set)", "(NOT SET)", "(none)", "granted", "Granted", "denied", "true", "TRUE", "yes", "0", "1", "no",
             "opt-out", "optin", "(direct)", "consent/consent_events_2024-05.csv", "crm/customers.csv.gz",
             "/x-2.csv"]  # fmt: skip
    return padded(draw, draw.choice(words))


KINDS: dict[Callable[[random.Random], str], int] = {
    number: 400, instant: 900, letters: 300, any_letters: 300, address: 200, phone: 250, link: 150, received: 150,
    word: 150,
}  # fmt: skip


def texts() -> list[str]:
    draw = random.Random(5)
    drawn = [kind(draw) for kind, count in KINDS.items() for _ in range(count)]
    return list(dict.fromkeys([*(text for _, text, _ in SAYS), *HARD, *drawn]))


def rows() -> Iterator[tuple]:
    """Values for TYPES: days at the ends of months and of summer times, in zones that have few or odd ones."""
    draw = random.Random(7)
    with open(PROJECT / "seeds" / "reference" / "time_zones.csv", encoding="utf-8") as stream:
        zones = [row["time_zone"] for row in csv.DictReader(stream)]
    ends = ["01-01", "01-31", "02-28", "03-10", "03-31", "04-30", "10-27", "11-04", "12-31"]
    days = [f"{year}-{end}" for year in (1900, 1970, 2018, 2023, 2024, 2025) for end in ends]
    days += ["2024-02-29", "2011-12-30"]
    times = ["00:00:00", "00:30:59.999999", "12:29:30.123456", "23:59:59.000001"]
    for _ in range(600):
        instants = [f"{draw.choice(days)} {draw.choice(times)}" for _ in range(2)]
        counts = [draw.choice([0, 1, -1, 7, 12, -13, 24, 36, 231120, 86832]), draw.choice([0, 1, 3, 7, 86400, None])]
        amount = f"{draw.randrange(10**5)}.{draw.choice(['005', '5', '994999999'])}"
        rate = draw.choice(["1", "0.9", "7.812345"])
        yield *instants, draw.choice(days), draw.choice(days), *counts, amount, rate, draw.choice(zones)


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, str], str]:
    """The SQL of a query on either engine, as dbt compiles our macros for it."""
    folder = tmp_path_factory.mktemp("values")
    settings = yaml.safe_load((PROJECT / "dbt_project.yml").read_text(encoding="utf-8"))
    macros = [str(PROJECT / "macros" / name) for name in ("portable", "project", "rules")]
    small = {"name": "rendezvous", "profile": "small", "macro-paths": macros, "vars": settings["vars"]}
    (folder / "dbt_project.yml").write_text(yaml.safe_dump(small), encoding="utf-8")
    bigquery = {"type": "bigquery", "method": "oauth-secrets", "token": "none", "project": "none", "dataset": "none"}
    outputs = {"duckdb": {"type": "duckdb", "path": ":memory:"}, "bigquery": bigquery}
    (folder / "profiles.yml").write_text(yaml.safe_dump({"small": {"target": "duckdb", "outputs": outputs}}))
    (folder / "models").mkdir()
    for name, calls in (("readers", READERS), ("values", VALUES)):
        shown = ",\n".join(f"{{{{ {call} | trim }}}} as {column}" for column, call in calls.items())
        (folder / "models" / f"{name}.sql").write_text(f"select number,\n{shown}\nfrom given_rows", encoding="utf-8")
    for target in outputs:
        command = [str(Path(sys.executable).with_name("dbt")), "compile", "--profiles-dir", ".", "--target", target,
                   "--target-path", target, "--no-introspect", "--no-populate-cache"]  # fmt: skip
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300)
        assert done.returncode == 0, done.stdout[-3000:]
    return lambda target, name: (folder / target / "compiled" / "rendezvous" / "models" / f"{name}.sql").read_text()


def on_duckdb(sql: str, types: str, given: list[tuple]) -> tuple[dict[str, str], list[tuple]]:
    """The columns with their types and the rows of a query over `given_rows` (number and the columns of `types`), every
    value as text."""
    with duckdb.connect() as connection:
        connection.execute(f"set TimeZone = 'UTC'; create table given_rows (number bigint, {types})")
        columns = [list(column) for column in zip(*given, strict=True)]
        unnested = ", ".join(f"unnest(${place})" for place in range(1, len(columns) + 1))
        connection.execute(f"insert into given_rows select {unnested}", columns)
        kinds = {row[0]: row[1] for row in connection.execute(f"describe {sql}").fetchall()}
        shown = ", ".join(f"cast({name} as varchar)" for name in kinds)
        return kinds, connection.execute(f"select {shown} from ({sql})").fetchall()


def on_bigquery(sql: str, types: dict[str, str], names: list[str], given: list[tuple]) -> list[tuple]:
    """The same rows; a NULL is told from '' by a sign before every value."""

    def literal(kind: str, value: object) -> str:
        text = json.dumps(str(value), ensure_ascii=False)
        return "null" if value is None else text if kind == "string" else f"cast({text} as {kind})"

    struct = ", ".join(f"{name} {kind}" for name, kind in types.items())
    shown = ", ".join(f"coalesce('=' || cast({name} as string), '')" for name in names)
    found = []
    for start in range(0, len(given), 500):
        values = (
            f"({', '.join(literal(kind, value) for kind, value in zip(types.values(), row, strict=True))})"
            for row in given[start : start + 500]
        )
        source = f"select * from unnest(array<struct<{struct}>>[{', '.join(values)}])"
        query = sql.replace("from given_rows", "from `given_rows`")
        found += answer_of(f"select {shown} from ({query})", {"`given_rows`": source})
    return [tuple(value[1:] if value else None for value in row) for row in found]


def differences(
    sql: Callable[[str, str], str], name: str, types: dict[str, str], given: list[tuple]
) -> dict[str, list]:
    """By column, what the engines make of a row where they differ: (row, DuckDB's, BigQuery's)."""
    local = ", ".join(f"{column} {ON_DUCKDB.get(kind, kind)}" for column, kind in types.items())
    numbered = [(place, *row) for place, row in enumerate(given)]
    kinds, ours = on_duckdb(sql("duckdb", name), local, numbered)
    theirs = on_bigquery(sql("bigquery", name), {"number": "int64", **types}, list(kinds), numbered)
    ours, theirs = (sorted(rows, key=lambda row: int(row[0])) for rows in (ours, theirs))
    return {
        column: [
            (given[row], one[place], other[place])
            for row, (one, other) in enumerate(zip(ours, theirs, strict=True))
            if not same(one[place], other[place], kind)
        ]
        for place, (column, kind) in enumerate(kinds.items())
    }


def same(one: str | None, other: str | None, kind: str) -> bool:
    """Equal as values of a type of DuckDB: an instant has its offset on BigQuery, amounts and fractions are written
    in other digits, and any other text has to be the same."""
    if one is None or other is None:
        return one is other
    if kind == "TIMESTAMP":
        return datetime.fromisoformat(f"{one}+00:00") == datetime.fromisoformat(other)
    if kind.startswith("DECIMAL"):
        return Decimal(one) == Decimal(other)
    return float(one) == float(other) if kind == "DOUBLE" else one == other


@pytest.fixture(scope="module")
def read_otherwise(compiled: Callable[[str, str], str]) -> dict[str, list]:
    return differences(compiled, "readers", {"x": "string"}, [(text,) for text in texts()])


@pytest.fixture(scope="module")
def reckoned_otherwise(compiled: Callable[[str, str], str]) -> dict[str, list]:
    return differences(compiled, "values", TYPES, list(rows()))


@pytest.mark.parametrize("reader", READERS)
def test_a_text_is_read_alike_on_both_engines(reader: str, read_otherwise: dict[str, list]) -> None:
    assert read_otherwise[reader][:20] == []


@pytest.mark.parametrize("macro", VALUES)
def test_values_are_reckoned_with_alike_on_both_engines(macro: str, reckoned_otherwise: dict[str, list]) -> None:
    assert reckoned_otherwise[macro][:20] == []


def test_what_was_read_otherwise_by_one_engine_says_the_same_now(compiled: Callable[[str, str], str]) -> None:
    given = [(place, text) for place, (_, text, _) in enumerate(SAYS)]
    kinds, ours = on_duckdb(compiled("duckdb", "readers"), "x varchar", given)
    said = [row[list(kinds).index(reader)] for (reader, _, _), row in zip(SAYS, ours, strict=True)]
    assert said == [says for _, _, says in SAYS]


def test_duckdb_reads_rows_behind_a_named_zone_in_that_zone() -> None:
    """Why to_timestamp lets no name of a zone through. When this fails, DuckDB has mended it."""
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        texts = "(values ('2024-05-31 10:00:00 Asia/Shanghai'), ('2024-05-31')) as texts (x)"
        found = connection.execute(f"select cast(cast(x as timestamptz) as varchar) from {texts}").fetchall()
        assert found[1] == ("2024-05-30 16:00:00+00",)


def test_no_absurd_date_stops_a_build_on_bigquery(compiled: Callable[[str, str], str]) -> None:
    """What lies beyond the year 9999 is NULL there; a plain date_add would be an error of the whole query."""
    last = ("9999-12-31 23:59:59", "9999-12-31 23:59:59", "9999-12-31", "9999-12-31", 99, 1, "1", "1", "Asia/Shanghai")
    names = ["add_days", "add_months", "add_months_to_date", "add_seconds", "local_date"]
    found = on_bigquery(compiled("bigquery", "values"), {"number": "int64", **TYPES}, names, [(0, *last)])
    assert found == [(None,) * 5]
