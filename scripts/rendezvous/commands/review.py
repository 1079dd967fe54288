"""`rendezvous review`: pairs of client records for the stewards, and their verdicts back."""

from __future__ import annotations

import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import click
import duckdb

from rendezvous import HouseError, counted, landing
from rendezvous.commands.brief import database
from rendezvous.database import connect as open_database
from rendezvous.review import decisions, simulate
from rendezvous.review.queue import export

_SHOWN = 10
_SHEET = click.argument("sheet", type=click.Path(path_type=Path))


@click.group()
def command() -> None:
    """Stewards decide who is one person and who is not.

    \b
    export    the pairs worth a look, as a CSV to fill in (columns `decision` and `reason`)
    simulate  what the filled-in CSV would change; nothing is written
    apply     take the verdicts over; the next `rendezvous build` follows them

    A verdict holds until a later one on the same pair: `same`, `different`, or `withdrawn` (as if never decided).
    """


@command.command("export")
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--limit", default=100, show_default=True, type=click.IntRange(1), help="How many pairs.")
@click.option("--with-scores", is_flag=True, help="Not blind: with the probability and what the pair is worth.")
@click.option("--with-names", is_flag=True, help="With names and contacts, from the vault; this is logged.")
def export_command(path: Path, limit: int, with_scores: bool, with_names: bool) -> None:
    """Writes the pairs worth a look to PATH, the most pressing first.

    Blind by default: a steward who sees the machine's opinion repeats it. The file is readable by its owner alone.
    """
    count = export(database(), path, limit, with_scores, with_names)
    verdicts = ", ".join(decisions.VERDICTS)
    click.echo(f"{counted(count, 'pair')} in {path}. Fill in `decision` ({verdicts}) and `reason`.")


@command.command("simulate")
@_SHEET
def simulate_command(sheet: Path) -> None:
    """Shows who would merge or split under the verdicts in SHEET, and what that touches. Writes nothing.

    Exit code 1 when a consent would be widened: such a sheet must not be applied.
    """
    accepted = _read(sheet)
    if not accepted:
        click.echo("Nothing to decide: no pair, person, appointment or consent would change.")
        return
    with tempfile.TemporaryDirectory(prefix="rendezvous-") as folder:
        clock = datetime.fromisoformat(simulate.clock_of(database()))
        given = decisions.write_decisions(Path(folder), accepted, "simulation", clock)
        click.echo("Building a copy with these verdicts …", err=True)
        effect = simulate.simulate(database(), given)
    _tell(effect)
    sys.exit(1 if effect.widened else 0)


@command.command("apply")
@_SHEET
@click.option("--by", "decided_by", required=True, help="Who decided, as it is to stand beside each verdict.")
def apply_command(sheet: Path, decided_by: str) -> None:
    """Takes over the verdicts in SHEET as one more file of decisions.

    A line that cannot be followed is refused by number and the others are taken over; exit code 1 then.
    """
    if not decided_by.strip():
        raise click.UsageError("--by: name the steward.")
    raw = landing.landing_folder()
    folder = decisions.decisions_folder(raw)
    read = _sheet(sheet)
    if read.accepted:
        # The clock of the demo house stands still, and a verdict of later would not be known there yet.
        is_demo = raw == landing.DEMO_FOLDER
        decided_at = datetime.fromisoformat(simulate.clock_of(database())) if is_demo else datetime.now(UTC)
        path = decisions.write_decisions(folder, read.accepted, decided_by.strip(), decided_at)
        click.echo(f"{counted(len(read.accepted), 'verdict')} in {path}; `rendezvous build` follows.")
    else:
        click.echo("No verdict to take over.")
    sys.exit(1 if read.refused else 0)


def _read(sheet: Path) -> list[decisions.Decision]:
    return _sheet(sheet).accepted


def _sheet(path: Path) -> decisions.Sheet:
    """Reads a sheet against the built database and tells what was refused."""
    records, disputed = _known()
    standing = decisions.standing_decisions(landing.landing_folder())
    sheet = decisions.read_sheet(path, records, standing, disputed)
    for line, why in sheet.refused:
        click.secho(f"  {path}: line {line}: {why}", fg="red", err=True)
    told = [counted(len(sheet.accepted), "verdict"), f"{counted(len(sheet.refused), 'line')} refused"]
    told += [f"{sheet.repeated} already decided so"] if sheet.repeated else []
    told += [f"{sheet.undecided} without a decision"] if sheet.undecided else []
    click.echo(", ".join(told) + ".", err=True)
    return sheet


def _known() -> tuple[set[decisions.Record], set[decisions.Pair]]:
    """All client records of the built house, and the pairs on which stewards contradict each other."""
    path = database()
    if not path.is_file():
        raise HouseError(f"{path} does not exist: run `rendezvous build` first.")
    try:
        with open_database(path, read_only=True) as connection:
            records = connection.execute(
                "select identifier_system, identifier_value from marts.customer_identifiers"
                " where identifier_type = 'crm_customer'"
            ).fetchall()
            pairs = connection.execute(
                "select left_source_system, left_customer_id, right_source_system, right_customer_id"
                " from marts.identity_review_queue where reason = 'contradictory_decisions'"
            ).fetchall()
    except duckdb.Error as error:
        raise HouseError(f"{path} cannot be read: {str(error).splitlines()[0]}") from None
    return set(records), {decisions.pair_of((a, b), (c, d)) for a, b, c, d in pairs}


def _tell(effect: simulate.Effect) -> None:
    for word, changes in (("merge", effect.merged), ("split", effect.split)):
        becomes = "be made of several" if word == "merge" else "fall apart"
        click.echo(f"{counted(len(changes), 'person', 'people')} would {becomes}.")
        for key, parts in changes[:_SHOWN]:
            shown = ", ".join(part[:12] for part in parts)
            click.echo(f"  {key[:12]} {'<-' if word == 'merge' else '->'} {shown}")
        if len(changes) > _SHOWN:
            click.echo(f"  … and {len(changes) - _SHOWN} more")
    click.echo(f"Their appointments to come: {len(effect.appointments)}.")
    for appointment, store, starts_at, before, after in effect.appointments[:_SHOWN]:
        click.echo(f"  {appointment} at {store}, {starts_at:%Y-%m-%d %H:%M}: {before} pieces shown, then {after}")
    click.echo(
        f"Consents: {effect.narrowed} narrowed, {effect.extended} extended to records that had said nothing,"
        f" {effect.returned} back where the no was another's, {len(effect.widened)} widened."
    )
    for key, purpose, recipient in effect.widened[:_SHOWN]:
        click.secho(f"  WIDENED: {key[:12]} {purpose} for {recipient}", fg="red")
