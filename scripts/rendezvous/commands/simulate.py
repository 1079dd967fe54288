"""`rendezvous simulate`: writes an invented house as a complete landing folder."""

from __future__ import annotations

import datetime as dt
import os
import sys
from pathlib import Path

import click

from rendezvous import HouseError


def _instant(text: str) -> dt.datetime:
    """Parse an ISO instant with offset. Raises click.BadParameter otherwise."""
    try:
        instant = dt.datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError as error:
        raise click.BadParameter(f"'{text}' is no ISO timestamp: {error}") from error
    if instant.tzinfo is None:
        raise click.BadParameter(f"'{text}' has no offset; write {text}Z for UTC")
    return instant


@click.command("simulate")
@click.option("--customers", type=click.IntRange(1), default=1200, show_default=True,
              help="People some CRM knows. Twice as many visitors come besides.")
@click.option("--days", type=click.IntRange(1, 1000), default=90, show_default=True)
@click.option("--seed", type=click.IntRange(0), default=7, show_default=True,
              help="The same seed gives the same bytes.")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), required=True,
              help="Landing folder to write: new, empty, or an earlier simulation.")
@click.option("--end", default="2024-05-30T10:00:00Z", show_default=True,
              help="The instant the exports are read; use it as RENDEZVOUS_AS_OF.")
@click.option("--later", type=click.IntRange(0), default=0, show_default=True,
              help="The same house so many days later: history stays, new days come.")
@click.option("--processes", type=click.IntRange(0), default=None,
              help="Worker processes (default: one per core); the output is the same.")
@click.option("--compression", type=click.IntRange(1, 9), default=1, show_default=True,
              help="gzip level; 9 for a small folder.")
@click.option("--restate", "restated", metavar="YYYY-MM-DD",
              help="Write nothing new: restate that day in the folder given by --out.")
def command(customers: int, days: int, seed: int, out: Path, end: str, later: int,
            processes: int | None, compression: int, restated: str | None) -> None:  # fmt: skip
    """Write an invented house: every system, all GA360 export forms, manifest, truth."""
    # Imported here so that other commands start without numpy.
    from rendezvous.simulate import Plan, restate, simulate

    if restated:
        try:
            left = restate(out, dt.date.fromisoformat(restated))
        except (FileNotFoundError, ValueError) as error:
            raise HouseError(f"{restated} cannot be restated: {error}") from error
        click.echo(f"{restated} restated in {out}: {left} sessions left")
        return
    try:
        plan = Plan(customers, days, seed, _instant(end), later)
    except ValueError as error:
        raise HouseError(str(error)) from error
    workers = processes if processes is not None else (os.cpu_count() or 1)
    with click.progressbar(length=100, label="simulate", file=sys.stderr) as bar:
        shown = 0

        def progress(done: int, total: int) -> None:
            nonlocal shown
            now = 100 * done // total
            bar.update(now - shown)
            shown = now

        try:
            result = simulate(plan, out, workers, compression, progress)
        except FileExistsError as error:
            raise HouseError(str(error)) from error
    speed = result.hits / result.seconds
    click.echo(f"folder    {result.folder}")
    click.echo(f"sessions  {result.sessions:,}")
    click.echo(f"hits      {result.hits:,}")
    click.echo(f"seconds   {result.seconds:.1f}")
    click.echo(f"hits/s    {speed:,.0f}")
    click.echo(f"as_of     {plan.as_of.isoformat().replace('+00:00', 'Z')}"
               "   (set RENDEZVOUS_AS_OF to it)")  # fmt: skip
