"""`rendezvous load`: the landing files into BigQuery."""

from __future__ import annotations

import sys

import click

from rendezvous import HouseError, counted, keys, landing
from rendezvous.commands.build import check_arrivals, database_path, tell_arrivals

_SHOWN = 20


@click.command()
@click.option(
    "--target", type=click.Choice(["bigquery", "emulator"]), default="bigquery", show_default=True,
    help="The target of profiles.yml whose project is filled.",
)
@click.option("--dry-run", is_flag=True, help="Check the files and say what would be loaded; load nothing.")
@click.option(
    "--max-malformed", type=click.FloatRange(0, 1), default=0.1, show_default=True, metavar="SHARE",
    help="A file with a larger share of malformed lines is refused whole.",
)
def command(target: str, dry_run: bool, max_malformed: float) -> None:
    """Load the files of RENDEZVOUS_RAW that BigQuery does not hold yet.

    Each file is known by its bytes: the same file twice is loaded once, a changed one replaces its rows. A table or a
    shard is replaced in one step, so a load that is interrupted leaves nothing half, and goes on when it is run again.
    """
    try:
        from rendezvous.bigquery import connection, errors, loading, residency, vault
    except ImportError:
        raise HouseError("BigQuery's client is not installed: pip install -r requirements-bigquery.txt") from None
    found = landing.read_folder(landing.landing_folder())
    ledger = check_arrivals(database_path(), found, max_malformed)
    tell_arrivals(ledger, len(found.files), "" if dry_run else "loaded")
    residency.refuse_held(found, ledger)
    client = connection.connect(target)
    loader = loading.Loader(client, found, ledger)
    with errors.explained("reading the ledger of loads"):
        _refuse_demo_key(keys.names_demo(vault.installed_fingerprints(client)), found)
        units = loader.plan()
    if dry_run or not units:
        _tell_plan(units, len(ledger.accepted(found).files))
        if dry_run:
            return
    with errors.explained("preparing datasets and tables"):
        loader.prepare()
        _bring_tombstones(client)
    with click.progressbar(length=max(sum(u.size for u in units), 1), label="Loading", file=sys.stderr) as bar:
        loader.load(units, bar.update)
    with errors.explained("writing landing.refused_files and landing.malformed_lines"):
        loader.write_arrivals()
    rest = loader.vanished()
    loaded = counted(len(units), "table or shard", "tables and shards")
    click.echo(f"{loaded} loaded; {len(rest)} loaded earlier from files that are gone.", err=True)


def _refuse_demo_key(has_demo_key: bool, found: landing.Landing) -> None:
    """The demo key opens the demo house and nothing else, here as on DuckDB."""
    if not has_demo_key:
        return
    if found.folder.resolve() == landing.DEMO_FOLDER.resolve():
        keys.ring_for(found.folder)  # refuses a demo house that is not as shipped
    else:
        raise HouseError(
            "The vault holds the public demo key, which only the demo house may use. Run `rendezvous keys init` and"
            " `rendezvous keys install`, then load again. Nothing was loaded."
        )


def _bring_tombstones(client) -> None:
    """Whoever was erased stays erased, whatever the files and the datasets are that were put back."""
    from rendezvous.bigquery import vault

    missing = vault.bring_tombstones(client)
    if missing:
        vault.reopen_days(client)
        were = counted(missing, "tombstone was", "tombstones were")
        click.echo(f"{were} missing in the vault: all web exports are built again.", err=True)


def _tell_plan(units: list, count: int) -> None:
    files = sum(len(unit.files) for unit in units)
    size = sum(unit.size for unit in units)
    into = counted(len(units), "table or shard", "tables and shards")
    click.echo(f"{files} of {counted(count, 'file')} to load into {into}, {counted(size, 'byte')}.")
    for unit in units[:_SHOWN]:
        click.echo(f"  {unit.destination}: {counted(len(unit.files), 'file')}, {counted(unit.size, 'byte')}")
    if len(units) > _SHOWN:
        click.echo(f"  … and {len(units) - _SHOWN} more.")
