"""`rendezvous privacy accesses`: who read which profile, from the log that every brief writes."""

from __future__ import annotations

import click

from rendezvous import access_log
from rendezvous.commands.brief import database


@click.command()
@click.option("--appointment", help="Only readings of this appointment.")
@click.option("--reader", help="Only readings by this account.")
def command(appointment: str | None, reader: str | None) -> None:
    """Who read which profile, when, what for, and what they were told; oldest first."""
    found = [
        access
        for access in access_log.read(database())
        if appointment in (None, access.appointment_id) and reader in (None, access.reader)
    ]
    for access in found:
        click.echo("  ".join((access.at, access.reader, access.appointment_id, access.purpose, access.outcome)))
    click.echo(f"{len(found)} readings.")
