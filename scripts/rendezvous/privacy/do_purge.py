"""`rendezvous privacy purge`: erases what retention policies no longer allow to be kept."""

from __future__ import annotations

import click

from rendezvous import counted
from rendezvous.privacy import certificate, do_erase, erasure, retention, rewriting, subject
from rendezvous.privacy import house as houses
from rendezvous.privacy.erasure import Done


@click.command(epilog="Exit code: 0 done (or nothing is due), 2 nothing could be done.")
@click.option("--dry-run", is_flag=True, help="Say what would be removed, and touch nothing.")
@houses.target_option
def command(dry_run: bool, target: str) -> None:
    """Erase the people whose retention has run out, and web exports beyond theirs, as of the last build's clock.

    The limits stand in seeds/reference/retention_policies.csv. Unlike after a request of erasure nothing keeps such a
    person out: whoever comes back is a new contact. So take them out of the systems that deliver the files as well.
    """
    with houses.opened(target) as house:
        connection = house.connection
        today, keys = retention.clock(connection), retention.people_due(connection)
        expired = house.expired_exports(today)
        due = f"{counted(len(keys), 'person', 'people')}, {counted(len(expired), 'web export')}"
        click.echo(f"Due on {today}: {due}.")
        if not keys and not expired:
            return
        subject.start(connection)
        subject.resolve_customers(connection, keys, house.targets)
        done = Done(tables=house.count())
        texts = erasure.needles(connection)
        do_erase.erase_found(house, done, dry_run, with_tombstones=False)
        if not dry_run:
            house.remove_exports(expired)
            done.files += [rewriting.Rewritten(export.relative, 0, 0) for export in expired]
            house.finish([done], texts)
        outcome = f"purged: {due}"
        do_erase.tell(f"purge {today}", outcome, done, dry_run)
        if not dry_run:
            written = certificate.write(house, today.isoformat(), "purge", outcome, done, erasure.now())
            click.echo(f"  certificate: {written.markdown}")
