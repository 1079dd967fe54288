"""`rendezvous privacy erase`: takes a person out of every layer, file and artefact, and writes the certificate."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from rendezvous import counted
from rendezvous.privacy import answering, certificate, erasure, notices, requests
from rendezvous.privacy import house as houses
from rendezvous.privacy.answering import Found
from rendezvous.privacy.erasure import Done
from rendezvous.privacy.house import House
from rendezvous.privacy.requests import Request

KINDS = ("erasure",)
_NOTHING = "nothing was found: nobody is known by what the request names"


@click.command(epilog=answering.EXIT_CODES)
@answering.request_options(dry_run="Say what would be removed, and touch nothing.")
@click.option(
    "--notices",
    "notice_folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="A folder for one list per system that holds data of the person: its own ids, so that it can be told.",
)
@houses.target_option
def command(request_id: str | None, all_due: bool, dry_run: bool, notice_folder: Path | None, target: str) -> None:
    """Erase the people who asked for it: tables of all layers, landing files, files of past runs.

    Which tables is read from dbt's manifest and the database. What the books need stays without the person. A keyed
    tombstone refuses them when an old file or a backup brings them back. The next build makes all marts anew.

    Systems that hold data of the person stand in the certificate. Their own ids for the person go into --notices alone,
    for nothing of the person is to be left here: send the lists, then delete them.
    """
    answering.check_options(request_id, all_due)
    with houses.opened(target) as house:
        listed = answering.asked(house, request_id, KINDS)
        unanswered = _erase(house, listed, dry_run, notice_folder)
        if not listed:
            click.echo("No erasure is due.")
    if unanswered:
        sys.exit(answering.NOBODY)


def _erase(house: House, listed: list[Request], dry_run: bool, folder: Path | None) -> int:
    """Erases one person after the other; then writes the database anew, once. Returns how many were nobody."""
    unanswered, finished, texts = 0, [], set()
    for request in listed:
        found = answering.found(house, request)
        unanswered += found is not Found.PERSON
        if found is Found.SEVERAL:
            continue
        outcome = "the person was erased" if found is Found.PERSON else _NOTHING
        done = Done(tables=house.count())
        done.recipients = notices.recipients(
            house.connection, request.request_id, "erasure", None if dry_run else folder
        )
        texts |= set(erasure.needles(house.connection))
        erase_found(house, done, dry_run)
        if not dry_run:
            _log(house, request, outcome)
        finished.append((request, outcome, done))
    if finished and not dry_run:
        house.finish([done for *_, done in finished], sorted(texts))
    for request, outcome, done in finished:
        tell(request.request_id, outcome, done, dry_run)
        if not dry_run:
            written = certificate.write(house, request.request_id, "erasure", outcome, done, erasure.now())
            click.echo(f"  certificate: {written.markdown}")
    return unanswered


def erase_found(house: House, done: Done, dry_run: bool, with_tombstones: bool = True) -> None:
    """Tombstones, landing files, tables, of whom the table `person` holds."""
    if with_tombstones and not dry_run:
        done.tombstones = house.raise_tombstones(erasure.now())
    done.files = house.erase_files(dry_run)
    if not dry_run:
        house.erase_tables(done.tables)


def tell(name: str, outcome: str, done: Done, dry_run: bool) -> None:
    """Prints what was or would be removed, without anybody's data."""
    would = "would go" if dry_run else "went"
    click.echo(f"{name}: {outcome if not dry_run else 'dry run, nothing is touched'}.")
    removed = sum(table.removed for table in done.tables)
    kept = sum(table.kept_without_person for table in done.tables)
    tables = sum(1 for table in done.tables if table.removed)
    click.echo(f"  {counted(removed, 'row')} {would} from {tables} of {len(done.tables)} tables,"
               f" {kept:,} stay without the person, {counted(len(done.files), 'landing file')}.")  # fmt: skip
    if done.recipients:
        click.echo(f"  to be told: {', '.join(f'{each.name} ({each.records})' for each in done.recipients)}.")
        if not dry_run and not any(each.notice for each in done.recipients):
            click.echo("  No list of their ids was written: that takes --notices, before the person is erased.")
    for path in done.unread_files:
        click.secho(f"  {path}: not rewritten, and the person stands in it: delete it by hand.", fg="red", err=True)
    for name in done.unreached:
        click.secho(f"  {name}: no statement can change it; drop it if the person may stand in it.", fg="red", err=True)


def _log(house: House, request: Request, outcome: str) -> None:
    name = f"erasure-{certificate.file_name(request.request_id)}"
    requests.remember(house.connection, request, outcome, name, erasure.now())
