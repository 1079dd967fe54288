"""What is kept too long: people whose clock has run out, and days of web analytics beyond their limit."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from rendezvous import HouseError
from rendezvous.landing import Landing
from rendezvous.privacy import rewriting
from rendezvous.privacy.engine import MISSING, Connection
from rendezvous.privacy.targets import Target

# The first day of each property that may still be kept, by the policy of its country or the shortest there is.
_MONTHS_KEPT = """
with policies as (
    select jurisdiction, months from reference.retention_policies
    where retention_class = 'web' and cast($1 as date) between valid_from and coalesce(valid_to, date '9999-12-31')
)
select properties.property, coalesce(min(policies.months), (select min(months) from policies))
from reference.web_properties as properties
left join policies on properties.country_code = policies.jurisdiction
group by properties.property
"""


@dataclass(frozen=True)
class Expired:
    """A web export beyond its limit: a file, or on BigQuery a shard."""

    path: Path | None
    relative: str
    web_property: str
    day: date


def people_due(connection: Connection) -> list[str]:
    """Customer keys whose day has come, as of the clock of the last build."""
    try:
        rows = connection.execute(
            "select customer_key from intermediate.int_privacy__retention_due where is_due order by customer_key"
        ).fetchall()
    except MISSING:
        raise HouseError(
            "intermediate.int_privacy__retention_due does not exist: run `rendezvous build` first."
        ) from None
    return [row[0] for row in rows]


def clock(connection: Connection) -> date:
    """The day as of which the last run saw everything."""
    row = connection.execute("select as_of from staging.run_ledger order by started_at desc limit 1").fetchone()
    if row is None:
        raise HouseError("staging.run_ledger has no run: run `rendezvous build` first.")
    return date.fromisoformat(row[0][:10])


def first_days(connection: Connection, today: date) -> dict[str, date]:
    """The first day of each property that may still be kept."""
    rows = connection.execute(_MONTHS_KEPT, [today.isoformat()]).fetchall()
    return {web_property: months_before(today, int(months)) for web_property, months in rows if months is not None}


def months_before(day: date, months: int) -> date:
    """The same day of an earlier month, or its last day where there is none."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def expired_exports(connection: duckdb.DuckDBPyConnection, found: Landing, today: date) -> list[Expired]:
    """The web exports whose day is older than the policy of their property allows."""
    kept_from = first_days(connection, today)
    return [
        Expired(file.path, file.relative, file.web_property, file.day)
        for file in found.files
        if file.web_property in kept_from and file.day is not None and file.day < kept_from[file.web_property]
    ]


def remove_exports(connection: duckdb.DuckDBPyConnection, targets: list[Target], found: Landing,
                   expired: list[Expired]) -> None:  # fmt: skip
    """Deletes expired exports and the rows of their days; the next build makes of the rest what there is."""
    connection.execute("create or replace temp table expired (property varchar, day date)")
    days = sorted({(export.web_property, export.day) for export in expired})
    if not days:
        return
    connection.executemany("insert into expired values (?, ?)", days)
    for target in targets:
        columns = {row[0] for row in connection.execute(f"describe {target.name}").fetchall()}
        if not target.is_landed and {"property", "report_date"} <= columns:
            connection.execute(f"delete from {target.name} where (property, report_date) in (select * from expired)")
    for export in expired:
        if export.path is not None:
            export.path.unlink(missing_ok=True)
    rewriting.forget_in_manifest(found.folder, {export.relative for export in expired})
