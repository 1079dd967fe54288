"""A house in BigQuery, as the commands that answer requests see it: landing tables, web exports, models, all in place.

No transaction spans it. The order makes up for that: tombstones first, then what landed, then what was made of it, and
last the tables by which the person is found; so a command that was broken off is run again and finishes.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime

import duckdb
from google.cloud.bigquery import Table

from rendezvous import HouseError, arrivals, keys, landing
from rendezvous.bigquery import project_vars, vault, warehouse
from rendezvous.bigquery.translation import to_googlesql
from rendezvous.bigquery.warehouse import SHARD, Warehouse
from rendezvous.contract import TABLES
from rendezvous.landing import DEMO_FOLDER
from rendezvous.privacy import (
    certificate,
    erasure,
    matching,
    notices,
    requests,
    retention,
    subject,
    targets,
    web_shards,
)  # fmt: skip
from rendezvous.privacy.erasure import Counted, Done
from rendezvous.privacy.house import House, artefact_folders, check_again, database_path, unread
from rendezvous.privacy.retention import Expired
from rendezvous.privacy.rewriting import Rewritten
from rendezvous.privacy.targets import Target

OBJECTIONS = "consent/consent_events_objections_in_bigquery.csv"
"""Where objections say they come from. There is no such file: `rendezvous load` replaces what a file brought."""
_COPIES = ("SNAPSHOT", "EXTERNAL", "MATERIALIZED_VIEW")


@dataclass
class WarehouseHouse(House):
    """A house in BigQuery."""

    connection: Warehouse
    copies: list[str] = field(default_factory=list)

    def count(self) -> list[Counted]:
        """Tables and web exports."""
        return erasure.count(self.connection, self.targets) + web_shards.count(self.connection)

    def raise_tombstones(self, at: datetime) -> int:
        """File and vault."""
        new = erasure.write_tombstones(self.connection, at)
        vault.bring_tombstones(self.connection.client)
        return new

    def erase_files(self, dry_run: bool) -> list[Rewritten]:
        """Files of the landing folder that RENDEZVOUS_RAW names, if it names one; what BigQuery holds is no file."""
        folder = landing.landing_folder()
        if folder.resolve() == DEMO_FOLDER.resolve():
            return []
        found = landing.read_folder(folder)
        ledger = arrivals.read_ledger(self.database, found)
        with duckdb.connect() as connection:
            landing.open_landing(connection, ledger.accepted(found), ledger.replacements)
            subject.start(connection)
            subject.put(connection, self.connection.execute("select kind, value from person").fetchall())
            landed = targets.read_targets(connection, targets.manifest_path())
            exports = {file.relative for file in found.files if file.web_property is not None}
            return erasure.erase_files(connection, landed, found, ledger, exports, dry_run)

    def erase_tables(self, counted: list[Counted]) -> None:
        """Those alone in which something was found: every statement has its price."""
        web_shards.remember_ids(self.connection)
        touched = {each.table for each in counted if each.removed or each.kept_without_person or each.contacts_emptied}
        for name in sorted(touched):
            if SHARD.fullmatch(name.split(".")[1]):
                web_shards.erase(self.connection, name)
        for target in sorted(self.targets, key=_turn):
            self._empty_nested(target)
            if target.name in touched:
                erasure.erase_rows(self.connection, target)

    def finish(self, finished: list[Done], texts: list[bytes]) -> None:
        """Files of past runs with the person in them, and what is left to do by hand."""
        folder = landing.landing_folder()
        left: list[str] = []
        if folder.resolve() != DEMO_FOLDER.resolve():
            check_again(self.database, folder)
            found = landing.read_folder(folder)
            left = unread(found, arrivals.read_ledger(self.database, found), texts)
        removed = erasure.clean_artefacts(self.database, *artefact_folders(), texts)
        for done in finished:
            done.artefacts, done.unread_files, done.unreached = removed, left, self.copies

    def horizon(self, done: Done, at: datetime) -> dict[str, str]:
        """The longest of the datasets that were touched."""
        datasets = {each.table.split(".")[0] for each in done.tables if each.removed or each.kept_without_person}
        hours = self.connection.time_travel_hours(sorted(datasets))
        return {
            "engine": "bigquery",
            "readable_again_until": certificate.bigquery_horizon(at.date(), hours).isoformat(),
            "why": f"BigQuery keeps what was deleted for {hours} hours of time travel and {certificate.FAIL_SAFE_DAYS}"
                   " days of fail-safe",
        }  # fmt: skip

    def land(self, events: list[dict[str, str]]) -> tuple[int, str]:
        """Into the landing table, by a load job."""
        table = f"{project_vars.business_dataset('consent')}.consent_events"
        rows = self.connection.execute(f"select consent_event_id from {table} where _file = $1", [OBJECTIONS])
        known = {row[0] for row in rows.fetchall()}
        new = [event for event in events if event["consent_event_id"] not in known]
        columns = TABLES["consent"]["consent_events"]
        self.connection.append(
            table,
            [(*(event.get(column) for column in columns), OBJECTIONS, line)
             for line, event in enumerate(new, start=len(known) + 2)],
        )  # fmt: skip
        return len(new), OBJECTIONS

    def expired_exports(self, today: date) -> list[Expired]:
        """Shards, and files if there is a landing folder."""
        kept_from = retention.first_days(self.connection, today)
        return [
            Expired(None, f"{dataset}.{shard}", web_property, day)
            for web_property, dataset in project_vars.property_datasets().items() if web_property in kept_from
            for shard in self.connection.shards(dataset)
            for day in [datetime.strptime(shard[-8:], "%Y%m%d").date()] if day < kept_from[web_property]
        ]  # fmt: skip

    def remove_exports(self, expired: list[Expired]) -> None:
        """The shards and the rows of their days."""
        days: dict[str, set[date]] = {}
        for export in expired:
            days.setdefault(export.web_property, set()).add(export.day)
        for target in self.targets:
            columns = {each.name for each in self.connection.table(target.name).schema}
            for web_property, listed in days.items() if {"property", "report_date"} <= columns else ():
                dates = ", ".join(f"date '{day}'" for day in sorted(listed))
                self.connection.run(
                    f"delete from {target.name} where property = '{web_property}' and report_date in ({dates})"
                )
        for export in expired:
            self.connection.drop(export.relative)

    def _empty_nested(self, target: Target) -> None:
        """A session of somebody else's loses the person's ids in its nested columns too."""
        groups = dict(target.keys)
        kind = next((kind for kind in ("session_part", "session", "web_session") if kind in groups), None)
        if kind is None or not target.nested or not subject.values(self.connection, f"shared_{kind}"):
            return
        named = matching.value_of(kind, groups[kind])
        shared = f"{target.guard} and {named} in (select value from person where kind = 'shared_{kind}')"
        web_shards.empty_nested(self.connection, target.name, to_googlesql(shared, self.connection.person))


@contextmanager
def opened(target: str) -> Iterator[WarehouseHouse]:
    """Opens the house of a target of profiles.yml. Raises HouseError for the demo house and where nothing was built."""
    with warehouse.opened(target) as project:
        installed = vault.installed_fingerprints(project.client)
        if not installed or keys.names_demo(installed):
            raise HouseError(
                f"the vault of {project.client.project} holds {'the public demo key' if installed else 'no key'}:"
                " no real person can be in it. Nothing was done."
            )
        known = targets.relations(targets.manifest_path())
        datasets = {name.split(".")[0] for name in known} | {project_vars.business_dataset(system) for system in TABLES}
        datasets |= {"landing", *project_vars.property_datasets().values()}
        requests.open_log(project)
        tables = project.tables(datasets)
        listed = targets.targets_among({_name(table): _types(table) for table in tables if table.table_type == "TABLE"},
                                       known, {_name(table): _guard(table) for table in tables})  # fmt: skip
        personal = targets.declared().personal_columns
        copies = [_name(table) for table in tables
                  if table.table_type in _COPIES and personal & {each.name for each in table.schema}]  # fmt: skip
        yield WarehouseHouse(database_path(), project, listed, copies)


def _turn(target: Target) -> tuple[bool, int, str]:
    """What landed first; then what was made of it; at the end what tells who is to be told, and by what the person is
    found."""
    kept_longest = (*notices.READ_FROM, *subject.FOUND_BY)
    last = kept_longest.index(target.name) + 1 if target.name in kept_longest else 0
    return not target.is_landed, last, target.name


def _name(table: Table) -> str:
    return f"{table.dataset_id}.{table.table_id}"


def _types(table: Table) -> dict[str, str]:
    return {each.name: "STRUCT" if each.fields else each.field_type for each in table.schema}


def _guard(table: Table) -> str:
    """The word on its partition that a table asks of every statement."""
    described = table.to_api_repr()
    partitioned = described.get("timePartitioning") or {}
    # The interface has moved the word from the partitioning to the table; either may come.
    is_guarded = described.get("requirePartitionFilter") or partitioned.get("requirePartitionFilter")
    column = partitioned.get("field", "_partitiondate")
    return f"{column} >= date '0001-01-01'" if is_guarded and partitioned else "true"
