"""`rendezvous privacy object`: an objection becomes a denial, and the profiles that stand are taken away at once."""

from __future__ import annotations

import sys

import click

from rendezvous.privacy import erasure, objection, requests, subject
from rendezvous.privacy import house as houses
from rendezvous.privacy.do_erase import NOBODY, NOT_VERIFIED

KINDS = ("objection",)


@click.command(epilog="Exit code: 0 done, 2 nothing could be done, 3 the request is not verified, 4 a request names"
                      " nobody or several people.")  # fmt: skip
@click.option("--request", "request_id", help="The number of one request in privacy.requests.")
@click.option("--all-due", is_flag=True, help="Every verified request that is not answered yet, eldest first.")
@click.option("--dry-run", is_flag=True, help="Say what would be written, and write nothing.")
def command(request_id: str | None, all_due: bool, dry_run: bool) -> None:
    """Refuse profiling and marketing for the people who object, from the day their request was received.

    The denials are landed as consent events, so every build has them; profiles of coming appointments go at once.
    """
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
            except subject.Ambiguous as error:
                click.secho(f"rendezvous: {error}", fg="yellow", err=True)
                unanswered += 1
                continue
            except subject.Unknown as error:
                # The word counts all the same: it meets the person when they become known.
                click.secho(f"rendezvous: {error}", fg="yellow", err=True)
                unanswered += 1
            events = objection.events_of(house.connection, request, erasure.now())
            if dry_run:
                click.echo(f"{request.request_id}: {len(events)} denials would be landed.")
                continue
            landed = objection.land(house.found.folder, events)
            removed = objection.close_profiles(house.connection)
            requests.remember(house.connection, request, "denied", objection.FILE, erasure.now())
            click.echo(
                f"{request.request_id}: {landed} denials landed, {removed} rows of profiles removed; build to see it."
            )
        if not listed:
            click.echo("No objection is due.")
    if unanswered:
        sys.exit(NOBODY)
