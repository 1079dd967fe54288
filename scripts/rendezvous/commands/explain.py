"""`rendezvous explain`: why identifiers are one person's, or are not."""

from __future__ import annotations

import click

from rendezvous.commands.brief import database
from rendezvous.explain import SHOWN, read_why


@click.command()
@click.argument("identifier")
@click.argument("other", required=False)
@click.option("--limit", default=SHOWN, show_default=True, type=click.IntRange(1), help="How many identifiers to list.")
def command(identifier: str, other: str | None, limit: int) -> None:
    """Says by what evidence identifiers are one person's.

    An identifier is a customer key (8 digits or more of it) or a value, with its system (crm_eu:0007) or its type
    and system (crm_customer:crm_eu:0007) before it where several have the value. With two identifiers: the strongest
    chain of evidence between them, or why none holds. With one: all that is known of the person, each with its chain.
    E-mails and phone numbers are known by their keyed hashes only.
    """
    click.echo(read_why(database(), identifier, other, limit))
