"""`rendezvous build`: the arrival checks, then dbt build, then the summary."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import click

from rendezvous import ONE_THREAD_EACH, PROJECT, HouseError, affected, arrivals, counted, keys, landing, summary
from rendezvous.database import refuse_name

_SHOWN = 10


@click.command(
    context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False},
    epilog="Everything after these options goes to dbt build as it is: rendezvous build -s marts+ --full-refresh",
)
@click.option("--strict", is_flag=True, help="Build nothing when a file is refused or a line is malformed.")
@click.option("--all", "everything", is_flag=True, help="Build everything, not only what can have changed.")
@click.option("--summary-only", is_flag=True, help="Check and build nothing; print the summary of the last build.")
@click.option(
    "--max-malformed", type=click.FloatRange(0, 1), default=0.1, show_default=True, metavar="SHARE",
    help="A file with a larger share of malformed lines is refused whole.",
)
@click.argument("dbt_arguments", nargs=-1, type=click.UNPROCESSED)
def command(
    strict: bool, everything: bool, summary_only: bool, max_malformed: float, dbt_arguments: tuple[str, ...]
) -> None:
    """Check what arrived, build it with dbt, and say what was found.

    After a whole build, only what depends on changed files or on the clock is built and tested again, and unit
    tests wait until code changes. With arguments for dbt, dbt build runs as it is told.

    A file that fails its checks is refused by name and the rest is built; exit code 0 then means that
    dbt succeeded (--strict stops with 3 instead).
    """
    folder = landing.landing_folder()
    database = database_path()
    if not summary_only:
        ring = keys.ring_for(folder)  # without the keys nothing is read at all
        found = landing.read_folder(folder)
        ledger = check_arrivals(database, found, max_malformed)
        if found.emptiness():
            click.secho(f"{found.emptiness()}.", fg="yellow", err=True)
        stops = strict and bool(ledger.refused or ledger.malformed)
        tell_arrivals(ledger, len(found.files), "" if stops else "built")
        if stops:
            click.secho("Nothing was built (--strict).", fg="red", err=True)
            sys.exit(3)
        if dbt_arguments:
            _dbt_build(folder, dbt_arguments)
        else:
            _build_what_changed(folder, database, affected.inputs_of(found, ledger, ring), everything)
    summary.print_summary(database, folder)


def database_path() -> Path:
    """The database that dbt builds: RENDEZVOUS_DUCKDB, relative to the project as dbt has it.

    Raises HouseError where it has the name of a schema.
    """
    path = PROJECT / Path(os.environ.get("RENDEZVOUS_DUCKDB", "") or "rendezvous.duckdb").expanduser()
    refuse_name(path)
    return path


def check_arrivals(database: Path, found: landing.Landing, max_share: float) -> arrivals.Ledger:
    """Checks the files that are new or changed, with a progress bar; the ledger lies beside the database."""
    total = arrivals.to_check(database, found, max_share)
    with click.progressbar(length=max(total, 1), label="Checking arrivals", file=sys.stderr) as bar:
        return arrivals.check_landing(database, found, max_share, bar.update)


def tell_arrivals(ledger: arrivals.Ledger, count: int, others: str) -> None:
    """Prints what the arrival checks found; `others` is what becomes of files not refused, '' if nothing does."""
    copied = f", {counted(len(ledger.malformed), 'malformed line')} set aside" if ledger.malformed else ""
    rows = counted(ledger.rows, "row")
    click.echo(f"{counted(count, 'file')}, {ledger.checked:,} new or changed, {rows}{copied}.", err=True)
    for path, note in ledger.notes[:_SHOWN]:
        click.echo(f"  {path}: {note}", err=True)
    if len(ledger.notes) > _SHOWN:
        click.echo(f"  … and {counted(len(ledger.notes) - _SHOWN, 'more note')} of this kind.", err=True)
    for path in ledger.left_out[:_SHOWN]:
        click.echo(f"  {path}: {arrivals.LEFT_OUT}", err=True)
    for path, line, reason in ledger.malformed[:_SHOWN]:
        click.secho(f"  {path}: line {line}: {reason}", fg="yellow", err=True)
    if ledger.refused:
        rest = f"; the others are {others}" if others else ""
        click.secho(f"REFUSED: {counted(len(ledger.refused), 'file')}{rest}.", fg="red", bold=True, err=True)
    for path, reason in list(ledger.refused.items())[:_SHOWN]:
        click.secho(f"  {path}: {reason}", fg="red", err=True)
    unshown = sum(max(0, len(part) - _SHOWN) for part in (ledger.left_out, ledger.malformed, ledger.refused))
    if unshown:
        where = ", in the tables landing.refused_files and malformed_lines" if others else ""
        click.echo(f"  … and {unshown:,} more{where}.", err=True)


def _build_what_changed(folder: Path, database: Path, inputs: dict[str, str], everything: bool) -> None:
    target = PROJECT / os.environ.get("DBT_TARGET_PATH", "target")
    plan = affected.Plan(None, ["--all"]) if everything else affected.plan(database, target, inputs)
    causes = ", ".join(plan.causes[:_SHOWN]) + (f" and {len(plan.causes) - _SHOWN} more" * (len(plan.causes) > _SHOWN))
    if plan.models is None:
        click.echo(f"Building everything ({causes}).", err=True)
        _dbt_build(folder, ())
    elif plan.models:
        click.echo(f"Building {len(plan.models)} of {plan.total} models; changed: {causes}.", err=True)
        # Hundreds of small commands, two side by side: a second DuckDB thread for each gets in the way of the others.
        _dbt_build(folder, _selection(plan), one_thread_each=True)
    else:
        click.echo("Nothing has changed since the last build.", err=True)
        return
    affected.remember(database, target, inputs)


def _selection(plan: affected.Plan) -> tuple[str, ...]:
    """dbt's options for the models of a plan and all tests behind them, those of views that stay included."""
    selected = ("--select", *(f"{name}+" for name in plan.roots))
    left_out = ("--exclude", *plan.views) if plan.views else ()
    # The tests are among what is behind a root. Told to add them by itself, dbt would also leave out those of a view.
    return ("--exclude-resource-type", "unit_test", "--indirect-selection", "empty", *selected, *left_out)


def _dbt_build(folder: Path, arguments: tuple[str, ...], one_thread_each: bool = False) -> None:
    environment = dict(os.environ)
    if one_thread_each:
        environment[ONE_THREAD_EACH] = "1"
    if environment.get("RENDEZVOUS_RAW"):
        environment["RENDEZVOUS_RAW"] = str(folder)
    dbt = Path(sys.executable).with_name("dbt")
    if not dbt.exists():
        raise HouseError(f"{dbt} does not exist: run `make build` once, it installs what is pinned.")
    code = subprocess.run([dbt, "build", *arguments], cwd=PROJECT, env=environment, check=False).returncode
    if code:
        click.secho("dbt build failed; tables it had not reached are those of the last build.", fg="red", err=True)
        sys.exit(code)
