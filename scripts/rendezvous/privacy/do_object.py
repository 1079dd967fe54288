"""`rendezvous privacy object`: an objection becomes a denial, and the profiles that stand are taken away at once."""

from __future__ import annotations

import sys

import click

from rendezvous import counted
from rendezvous.privacy import answering, erasure, objection, requests
from rendezvous.privacy import house as houses
from rendezvous.privacy.answering import Found

KINDS = ("objection",)


@click.command(epilog=answering.EXIT_CODES)
@answering.request_options(dry_run="Say what would be written, and write nothing.")
@houses.target_option
def command(request_id: str | None, all_due: bool, dry_run: bool, target: str) -> None:
    """Refuse profiling and marketing for the people who object, from the day their request was received.

    The denials are landed as consent events, so every build has them; profiles of coming appointments go at once.
    """
    answering.check_options(request_id, all_due)
    unanswered = 0
    with houses.opened(target) as house:
        listed = answering.asked(house, request_id, KINDS)
        for request in listed:
            found = answering.found(house, request)
            unanswered += found is not Found.PERSON
            if found is Found.SEVERAL:
                continue
            # The word of somebody unknown counts all the same: it meets the person when they become known.
            events = objection.events_of(house.connection, request, erasure.now())
            if dry_run:
                click.echo(f"{request.request_id}: {counted(len(events), 'denial')} would be landed.")
                continue
            landed, where = house.land(events)
            removed = objection.close_profiles(house.connection)
            requests.remember(house.connection, request, "denied", where, erasure.now())
            click.echo(
                f"{request.request_id}: {landed} denials landed, {removed} rows of profiles removed; build to see it."
            )
        if not listed:
            click.echo("No objection is due.")
    if unanswered:
        sys.exit(answering.NOBODY)
