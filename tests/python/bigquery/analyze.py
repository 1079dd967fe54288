"""Runs `dbt build` (models and seeds, not the tests) against Google's analyzer; prints what it found as a line of JSON.

Usage: python analyze.py <project folder> <folder for target and logs>
Output: {"statements": n, "errors": [...], "failed": [...]}; `failed` names the nodes that did not succeed.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import dbt.adapters.bigquery.connections as connections
from analyzer_client import AnalyzerClient, type_named
from dbt.cli.main import dbtRunner
from zetasql.api.type_factory import TypeFactory

from rendezvous.contract import TABLES

HERE = Path(__file__).parent


def client_with_landing() -> AnalyzerClient:
    """A client whose catalog holds what lands on BigQuery: the contract's tables as text, the official exports."""
    text, number, day = (type_named(name) for name in ("STRING", "INTEGER", "DATE"))
    client = AnalyzerClient(project="house")
    for system, tables in TABLES.items():
        for table, columns in tables.items():
            client.keep(f"landing_{system}", table, [(c, text) for c in columns] + [("_file", text), ("_line", number)])
    client.declare("exports", (HERE / "ga_sessions.ddl").read_text(encoding="utf-8"))
    ((_, _), export) = client.tables.popitem()
    consent = TypeFactory.create_struct_type([("ads_storage", text), ("analytics_storage", text)])
    export += [("privacy_info", consent), ("exportTimeUsec", number), ("exportKey", text), ("visitKey", text)]
    export += [("property", text), ("table_date", day), ("_file", text)]
    for table in ("ga_sessions", "ga_sessions_intraday", "ga_realtime_sessions"):
        client.keep("landing_ga360", table, export)
    of_exports = ["source_system", "property", "table_kind", "table_date", "version", "byte_count"]
    types = {"table_date": day, "byte_count": number}
    client.keep("landing", "export_days", [(name, types.get(name, text)) for name in of_exports])
    client.keep("landing", "refused_files", [("path", text), ("reason", text)])
    client.keep("landing", "malformed_lines", [("path", text), ("line", number), ("reason", text)])
    client.keep("vault", "hmac_pads", [("inner_pad_hex", text), ("outer_pad_hex", text)])
    # What dbt asks on the way: no round of components is left to do, no day is changed.
    client.answers["as unrest"] = [(0,)]
    return client


def main() -> None:
    """See the module's words."""
    project, folder = sys.argv[1:3]
    client = client_with_landing()
    connections.create_bigquery_client = lambda credentials: client
    paths = ["--target-path", f"{folder}/target", "--log-path", f"{folder}/logs"]
    result = dbtRunner().invoke(
        ["build", "--exclude-resource-type", "unit_test", "test", "--quiet", "--project-dir", project,
         "--profiles-dir", str(HERE), *paths]
    )
    bad = [r.node.name for r in getattr(result.result, "results", []) if r.status in ("error", "fail")]
    stopped = [str(result.exception)] if result.exception else []
    print(json.dumps({"statements": len(client.statements), "errors": client.errors, "failed": bad + stopped}))


if __name__ == "__main__":
    main()
