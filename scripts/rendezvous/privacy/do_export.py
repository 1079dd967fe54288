"""`rendezvous privacy export`: answers requests of access and portability with the person's own data."""

from __future__ import annotations

import sys

import click

from rendezvous.privacy import access, certificate, erasure, requests, subject
from rendezvous.privacy import house as houses
from rendezvous.privacy.do_erase import NOBODY, NOT_VERIFIED

KINDS = ("access", "portability")


@click.command(epilog="Exit code: 0 done, 2 nothing could be done, 3 the request is not verified, 4 a request names"
                      " nobody or several people.")  # fmt: skip
@click.option("--request", "request_id", help="The number of one request in privacy.requests.")
@click.option("--all-due", is_flag=True, help="Every verified request that is not answered yet, eldest first.")
@click.option("--dry-run", is_flag=True, help="Say what would be written, and write nothing.")
def command(request_id: str | None, all_due: bool, dry_run: bool) -> None:
    """Write every row about the people who asked, as JSON and as a page to read, for their owner's eyes alone."""
    if bool(request_id) == all_due:
        raise click.UsageError("Name one --request, or ask for --all-due.")
    unanswered = 0
    with houses.opened() as house:
        try:
            listed = requests.due(house.connection, KINDS) if all_due else [
                requests.find(house.connection, request_id or "", KINDS)
            ]  # fmt: skip
        except requests.NotVerified as error:
            click.secho(f"rendezvous: {error}", fg="red", err=True)
            sys.exit(NOT_VERIFIED)
        for request in listed:
            try:
                subject.resolve(house.connection, request, house.targets)
                outcome = "answered"
            except subject.Ambiguous as error:
                click.secho(f"rendezvous: {error}", fg="yellow", err=True)
                unanswered += 1
                continue
            except subject.Unknown as error:
                click.secho(f"rendezvous: {error}", fg="yellow", err=True)
                outcome = "nothing was found"
                unanswered += 1
            rows = access.rows_of(house.connection, house.targets)
            click.echo(f"{request.request_id}: {sum(map(len, rows.values())):,} rows in {len(rows)} tables.")
            if dry_run:
                continue
            written = access.write(certificate.folder_of(house.database), request, rows, erasure.now())
            requests.remember(house.connection, request, outcome, written[0].stem, erasure.now())
            click.echo(f"  {written[0]}\n  {written[1]}")
        if not listed:
            click.echo("No export is due.")
    if unanswered:
        sys.exit(NOBODY)
