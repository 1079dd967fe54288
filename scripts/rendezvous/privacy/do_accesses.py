"""`rendezvous privacy accesses`: who read which profile, from the log that every brief writes; of a house in BigQuery,
who read the profiles, from its history of jobs."""

from __future__ import annotations

from collections.abc import Iterable

import click

from rendezvous import access_log, counted
from rendezvous.access_log import Access
from rendezvous.commands.brief import database
from rendezvous.privacy import house as houses


@click.command()
@click.option("--appointment", help="Only readings of this appointment.")
@click.option("--reader", help="Only readings by this account.")
@houses.target_option
def command(appointment: str | None, reader: str | None, target: str) -> None:
    """Who read which profile, when, what for, and what they were told; oldest first.

    BigQuery's history of jobs goes back 180 days and says who read profiles by which job, but not whose.
    """
    if appointment and target != houses.LOCAL:
        raise click.UsageError("BigQuery's history of jobs names no appointment: leave --appointment out.")
    found = [
        access
        for access in _logged(target)
        if appointment in (None, access.appointment_id) and reader in (None, access.reader)
    ]
    for access in found:
        click.echo("  ".join((access.at, access.reader, access.appointment_id, access.purpose, access.outcome)))
    click.echo(f"{counted(len(found), 'reading')}.")


def _logged(target: str) -> Iterable[Access]:
    if target == houses.LOCAL:
        return access_log.read(database())
    warehouse = houses.reading(target)
    from rendezvous.bigquery import job_history

    return job_history.readings(warehouse)
