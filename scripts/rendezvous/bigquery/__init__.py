"""What only production needs: the landing files in BigQuery (`rendezvous load`), the key in the vault.

Nothing here transforms: the same SQL runs on both engines. Imported only by the commands that talk to BigQuery, so
that a house on DuckDB need not install its client (requirements-bigquery.txt).
"""

from __future__ import annotations

from importlib import resources


def ga_sessions_ddl() -> str:
    """The official schema of a GA360 daily export, as BigQuery prints it."""
    return (resources.files(__name__) / "ga_sessions.ddl").read_text(encoding="utf-8")
