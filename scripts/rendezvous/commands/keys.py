"""`rendezvous keys`: create the house's keys, one for each jurisdiction, or show which are in use."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import click

from rendezvous import PROJECT, HouseError, database, keys, landing, rotation
from rendezvous.commands.build import database_path


@click.group()
def command() -> None:
    """The keys of the reconciliation keys: who holds them can tell who is who."""


@command.command()
@click.option("--file", "file", type=click.Path(dir_okay=False, path_type=Path), help="Instead of the usual place.")
def init(file: Path | None) -> None:
    """Create new random keys, one for each jurisdiction, readable by their owner only. Never overwrites any."""
    path = (file or keys.key_file()).expanduser().absolute()
    if path.resolve().is_relative_to(PROJECT):
        raise HouseError(f"{path} lies inside the project, where it would be committed. Choose a place outside.")
    ring = keys.create_ring(path)
    click.echo(f"Created {path} ({', '.join(key.name for key in ring)}; owner only).")
    click.echo("Keep a copy in a safe place: without it no stored reconciliation key can ever be met again.")
    if path == keys.key_file().expanduser().absolute() and not keys.suppression_file().exists():
        keys.create(keys.suppression_file())
        click.echo(f"Created {keys.suppression_file()} (the key of erased people's tombstones; keep a copy too).")
    if path != keys.key_file().expanduser().absolute():
        click.echo(f"To use it: export RENDEZVOUS_KEY_FILE={path}")


@command.command()
@click.argument("jurisdiction")
def add(jurisdiction: str) -> None:
    """Create a key for a JURISDICTION that the house has none for, such as KR; the others stay as they are."""
    key = keys.add(keys.key_file(), jurisdiction)
    click.echo(f"{keys.key_file()} has a key {key.name} ({keys.fingerprint(key.secret)}) now; keep a new copy.")


@command.command()
def suppression() -> None:
    """Create the key of erased people's tombstones, for a house whose key is older. Never overwrites one."""
    path = keys.suppression_file()
    if path.resolve().is_relative_to(PROJECT):
        raise HouseError(f"{path} lies inside the project, where it would be committed. Set RENDEZVOUS_KEY_FILE.")
    keys.create(path)
    click.echo(f"Created {path} (key {keys.fingerprint(keys.read(path, 'rendezvous keys suppression'))}, owner only).")


@command.command("database")
def database_key() -> None:
    """Create the key of an encrypted database (dbt's target `encrypted`). Never overwrites one."""
    path = keys.database_file()
    if path.resolve().is_relative_to(PROJECT):
        raise HouseError(f"{path} lies inside the project, where it would be committed. Set RENDEZVOUS_KEY_FILE.")
    keys.create(path)
    click.echo(f"Created {path} (key {keys.fingerprint(keys.read(path, 'rendezvous keys database'))}, owner only).")
    click.echo("Keep a copy in a safe place: without it nobody can ever open what is encrypted with it.")


@command.command()
@click.option(
    "--target", type=click.Choice(["local", "bigquery", "emulator"]), default="local", show_default=True,
    help="Where the house lies: in DuckDB, or in the project of a target of profiles.yml.",
)
@click.option("--jurisdiction", default="", help="Only the key of this one, such as CN; otherwise all of them.")
def rotate(target: str, jurisdiction: str) -> None:
    """Give the house other keys: every reconciliation key changes, nobody's customer_key does.

    Takes the time of two whole builds. On DuckDB they are made beside the database, which stays as it is until all is
    checked. On BigQuery they are made in place: nobody else can build until it is done, and marts hold old keys until
    then. Run it again if it was broken off.
    """
    if target != "local":
        _rotate_in_bigquery(target, jurisdiction)
        return
    if landing.landing_folder().resolve() == landing.DEMO_FOLDER.resolve():
        raise HouseError("the demo house has the public demo keys and no other. Nothing was done.")
    path = database_path()
    if not path.is_file():
        raise HouseError(f"{path} does not exist: run `rendezvous build` first.")
    click.echo("Building a copy with the next keys …", err=True)
    _tell_rotated(rotation.rotate(path, jurisdiction))


def _rotate_in_bigquery(target: str, jurisdiction: str) -> None:
    try:
        from rendezvous.bigquery import key_rotation, warehouse
    except ImportError:
        raise HouseError("BigQuery's client is not installed: pip install -r requirements-bigquery.txt") from None
    with warehouse.opened(target) as project:
        click.echo("Building with the next keys …", err=True)
        retired, changed = key_rotation.rotate(project, target, jurisdiction)
    _tell_rotated(retired)
    if changed:
        click.secho(
            f"{changed} identifiers are filed under another customer_key than before. Has something landed since the"
            " last build? marts.customer_key_changes says who.", fg="yellow", err=True,
        )  # fmt: skip


def _tell_rotated(retired: Path) -> None:
    ring = keys.read_ring(keys.key_file())
    click.echo(f"{keys.key_file()} has new keys ({', '.join(key.name for key in ring)} now); keep a copy.")
    click.echo(f"The old ones are {retired}: destroy it when no backup built with them is left.")


@command.command()
def seal() -> None:
    """Encrypt the database that is there, in its place. From then on build with DBT_TARGET=encrypted.

    The disk may still hold the bytes of the old file: seal early, or wipe the disk's free space.
    """
    path = database_path()
    if not path.is_file():
        raise HouseError(f"{path} does not exist: run `rendezvous build` first, or build it encrypted at once.")
    database.seal(path)
    click.echo(f"{path} is encrypted. Build with DBT_TARGET=encrypted; all other commands find out themselves.")


@command.command()
@click.option("--file", "file", type=click.Path(dir_okay=False, path_type=Path), help="Instead of the key in use.")
def show(file: Path | None) -> None:
    """Show where the keys lie, their rights, their public fingerprints and whose rows they hash today; never a key."""
    path = (file or keys.key_file()).expanduser().absolute()
    ring = keys.read_ring(path)
    origins = ring.origins()
    click.echo(f"file         {path}")
    click.echo(f"rights       {stat.filemode(os.stat(path).st_mode)}")
    for key in ring:
        served = [origin for origin, name in origins.items() if name == key.name]
        click.echo(f"{key.name:12} {len(key.secret)} bytes, fingerprint {keys.fingerprint(key.secret)}, hashes"
                   f" {', '.join(served) or 'nothing: its data are joined with others (transfer_bases)'}")


@command.command()
@click.option(
    "--target", type=click.Choice(["bigquery", "emulator"]), default="bigquery", show_default=True,
    help="The target of profiles.yml whose project receives the key.",
)
@click.option("--demo", is_flag=True, help="The public demo key: it protects nobody; only the demo house may use it.")
def install(target: str, demo: bool) -> None:
    """Put the keys in use into BigQuery's closed dataset `vault`, where staging reads them.

    Once per project, and again when key_jurisdictions or transfer_bases change or a basis begins or ends: a build stops
    and says so.
    """
    try:
        from rendezvous.bigquery import connection, errors, vault
    except ImportError:
        raise HouseError("BigQuery's client is not installed: pip install -r requirements-bigquery.txt") from None
    ring = keys.demo_ring() if demo else keys.read_ring(keys.key_file())
    if not demo and keys.is_demo(ring):
        raise HouseError(f"{keys.key_file()} holds the public demo key. Run `rendezvous keys init` with another file.")
    client = connection.connect(target)
    with errors.explained("installing the key"):
        if demo:
            vault.refuse_unless_demo(client)
        is_new = vault.install(client, ring)
        if not demo and keys.suppression_file().exists():
            vault.install_suppression(client)
    names = ", ".join(key.name for key in ring)
    click.echo(f"{'Installed' if is_new else 'There already'}: {names} in {client.project}.vault.")
