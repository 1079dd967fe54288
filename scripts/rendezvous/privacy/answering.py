"""What the commands that answer requests share: which requests are meant, whom each names, how the command ends."""

from __future__ import annotations

import sys
from collections.abc import Callable
from enum import Enum

import click

from rendezvous.privacy import requests, subject
from rendezvous.privacy.house import House
from rendezvous.privacy.requests import Request

NOT_VERIFIED, NOBODY = 3, 4
EXIT_CODES = (
    "Exit code: 0 done, 2 nothing could be done, 3 the request is not verified, 4 a request names nobody or several"
    " people."
)


class Found(Enum):
    """Whom a request names. What it was resolved to stands in the table `person`, unless it is several people."""

    PERSON = "one person"
    NOBODY = "nobody"
    SEVERAL = "several people"


def request_options(dry_run: str) -> Callable[[Callable], Callable]:
    """The options --request, --all-due and --dry-run, the last with its own help."""

    def add(command: Callable) -> Callable:
        for option in (
            click.option("--dry-run", is_flag=True, help=dry_run),
            click.option("--all-due", is_flag=True, help="Every verified request not answered yet, first due first."),
            click.option("--request", "request_id", help="The number of one request in privacy.requests."),
        ):
            command = option(command)
        return command

    return add


def check_options(request_id: str | None, all_due: bool) -> None:
    """Raises UsageError unless exactly one of the two says which requests are meant."""
    if bool(request_id) == all_due:
        raise click.UsageError("Name one --request, or ask for --all-due.")


def asked(house: House, request_id: str | None, kinds: tuple[str, ...]) -> list[Request]:
    """The request of that number, or all that are due where none is named. Ends the command if it is not verified."""
    if not request_id:
        return requests.due(house.connection, kinds)
    try:
        return [requests.find(house.connection, request_id, kinds)]
    except requests.NotVerified as error:
        click.secho(f"rendezvous: {error}", fg="red", err=True)
        sys.exit(NOT_VERIFIED)


def found(house: House, request: Request) -> Found:
    """Resolves whom a request names into the table `person`, and says so when that is not one person."""
    try:
        subject.resolve(house.connection, request, house.targets)
    except (subject.Ambiguous, subject.Unknown) as error:
        click.secho(f"rendezvous: {error}", fg="yellow", err=True)
        return Found.SEVERAL if isinstance(error, subject.Ambiguous) else Found.NOBODY
    return Found.PERSON
