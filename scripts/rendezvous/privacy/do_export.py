"""`rendezvous privacy export`: answers requests of access and portability with the person's own data."""

from __future__ import annotations

import sys

import click

from rendezvous import counted
from rendezvous.privacy import access, answering, certificate, erasure, requests
from rendezvous.privacy import house as houses
from rendezvous.privacy.answering import Found

KINDS = ("access", "portability")


@click.command(epilog=answering.EXIT_CODES)
@answering.request_options(dry_run="Say what would be written, and write nothing.")
@houses.target_option
def command(request_id: str | None, all_due: bool, dry_run: bool, target: str) -> None:
    """Write every row about the people who asked, as JSON and as a page to read, for their owner's eyes alone."""
    answering.check_options(request_id, all_due)
    unanswered = 0
    with houses.opened(target) as house:
        listed = answering.asked(house, request_id, KINDS)
        for request in listed:
            found = answering.found(house, request)
            unanswered += found is not Found.PERSON
            if found is Found.SEVERAL:
                continue
            rows = access.rows_of(house.connection, house.targets)
            told = counted(sum(map(len, rows.values())), "row")
            click.echo(f"{request.request_id}: {told} in {counted(len(rows), 'table')}.")
            if dry_run:
                continue
            written = access.write(certificate.folder_of(house.database), request, rows, erasure.now())
            outcome = "answered" if found is Found.PERSON else "nothing was found"
            requests.remember(house.connection, request, outcome, written[0].stem, erasure.now())
            click.echo(f"  {written[0]}\n  {written[1]}")
        if not listed:
            click.echo("No export is due.")
    if unanswered:
        sys.exit(answering.NOBODY)
