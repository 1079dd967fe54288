"""Schemas of what is landed: the contract's tables as text, the GA360 exports as Google writes them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from google.cloud.bigquery import SchemaField

from rendezvous.bigquery import ga_sessions_ddl
from rendezvous.contract import TABLES

_TOKEN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*|[<>,]")
_SCALARS = {"INT64": "INTEGER", "STRING": "STRING", "BOOL": "BOOLEAN", "FLOAT64": "FLOAT"}

# Documented, but younger than the sample the official DDL was printed from.
_PRIVACY = SchemaField(
    "privacy_info", "RECORD",
    fields=[SchemaField(name, "STRING") for name in ("ads_storage", "analytics_storage", "uses_transient_token")],
)
_STREAMING = [
    SchemaField("exportTimeUsec", "INTEGER"), SchemaField("exportKey", "STRING"), SchemaField("visitKey", "STRING"),
]


def business_schema(system: str, table: str) -> list[SchemaField]:
    """A contract table: every column text, with the file and the line a row stands on."""
    columns = [SchemaField(name, "STRING") for name in TABLES[system][table]]
    return [*columns, SchemaField("_file", "STRING"), SchemaField("_line", "INTEGER")]


@cache
def ga360_schema(table: str) -> tuple[SchemaField, ...]:
    """A shard of `ga_sessions`, `ga_sessions_intraday` or `ga_realtime_sessions`."""
    body = ga_sessions_ddl().split("\n(", 1)[1].split("\n)", 1)[0]
    fields = [*_fields(iter(_TOKEN.findall(body))), _PRIVACY]
    return tuple(fields + _STREAMING if table == "ga_realtime_sessions" else fields)


def _fields(tokens: Iterator[str]) -> list[SchemaField]:
    """Fields of a list `name TYPE, name TYPE …` up to its end or to the `>` that closes it."""
    fields = []
    for name in tokens:
        if name == ">":
            break
        if name != ",":
            fields.append(_field(name, next(tokens), tokens))
    return fields


def _field(name: str, kind: str, tokens: Iterator[str]) -> SchemaField:
    if kind == "ARRAY":
        next(tokens)
        element = _field(name, next(tokens), tokens)
        next(tokens)
        return SchemaField(name, element.field_type, mode="REPEATED", fields=element.fields)
    if kind == "STRUCT":
        next(tokens)
        return SchemaField(name, "RECORD", fields=_fields(tokens))
    return SchemaField(name, _SCALARS[kind])
