"""What lies in BigQuery before the first model: the landing contract's tables and the official exports, by type."""

from __future__ import annotations

from analyzer_client import AnalyzerClient
from googlesql import struct_of, type_named

from rendezvous import jurisdictions
from rendezvous.bigquery import ga_sessions_ddl
from rendezvous.bigquery.project_vars import property_datasets
from rendezvous.contract import TABLES

TEXT, NUMBER, DAY = (type_named(name) for name in ("STRING", "INT64", "DATE"))


def lay_out(client: AnalyzerClient) -> AnalyzerClient:
    """Fills the catalog of a client with the tables that are landed, not built."""
    for system, tables in TABLES.items():
        for table, columns in tables.items():
            kept = [(column, TEXT) for column in columns] + [("_file", TEXT), ("_line", NUMBER)]
            client.keep(f"landing_{system}", table, kept)
    _lay_out_exports(client)
    _lay_out_ledgers(client)
    # Asked before anything is granted or revoked.
    privileges = ["object_schema", "object_name", "privilege_type", "grantee"]
    client.keep("INFORMATION_SCHEMA", "OBJECT_PRIVILEGES", [(name, TEXT) for name in privileges])
    return client


def _lay_out_exports(client: AnalyzerClient) -> None:
    """The three kinds of GA360 export as shards of each property, their wildcards, and what tells of them."""
    export = client.declare("exports", ga_sessions_ddl())
    client.tables.pop(("exports", next(name for dataset, name in client.tables if dataset == "exports")))
    consent = struct_of([("ads_storage", TEXT), ("analytics_storage", TEXT)])
    export += [("privacy_info", consent), ("exportTimeUsec", NUMBER), ("exportKey", TEXT), ("visitKey", TEXT)]
    numbers = ("creation_time", "last_modified_time", "row_count", "size_bytes", "type")
    for dataset in property_datasets().values():
        client.keep(dataset, "__TABLES__", [("table_id", TEXT), *((name, NUMBER) for name in numbers)])
        for table in ("ga_sessions", "ga_sessions_intraday", "ga_realtime_sessions"):
            client.keep(dataset, f"{table}_20240301", export)
            client.keep(dataset, f"{table}_20*", [*export, ("_table_suffix", TEXT)])
            client.answers[f"r'^{table}_20[0-9]{{6}}$') order"] = [(f"{table}_20240301",)]


def _lay_out_ledgers(client: AnalyzerClient) -> None:
    """What the loader writes down, and the pads of the key."""
    of_exports = ["source_system", "property", "table_kind", "table_date", "version", "byte_count"]
    types = {"table_date": DAY, "byte_count": NUMBER}
    client.keep("landing", "export_days", [(name, types.get(name, TEXT)) for name in of_exports])
    client.keep("landing", "refused_files", [("path", TEXT), ("reason", TEXT)])
    client.keep("landing", "malformed_lines", [("path", TEXT), ("line", NUMBER), ("reason", TEXT)])
    pads = [("inner_pad_hex", TEXT), ("outer_pad_hex", TEXT)]
    client.keep("vault", "suppression_pads", pads)
    client.keep("vault", "hmac_pads", [("name", TEXT), *pads])
    client.keep("vault", "key_origins", [("origin", TEXT), ("name", TEXT), ("lists", TEXT), ("holds_from", DAY),
                                         ("changes_on", DAY)])  # fmt: skip
    client.answers["select max(lists) as lists"] = [(jurisdictions.version(), "0001-01-01", "9999-12-31")]
    client.keep("vault", "tombstones", [("tombstone", TEXT), ("fingerprint", TEXT), ("erased_on", DAY)])
    client.keep("vault", "key_fingerprint", [("name", TEXT), ("fingerprint", TEXT)])
