"""Opens a house's DuckDB file, encrypted or not.

An encrypted file can only be attached, with the key that lies beside the house's key (`rendezvous keys database`). The
key is read here and handed to DuckDB: it stands in no profile, variable, argument or log. DuckDB writes encrypted files
with the OpenSSL of its httpfs extension, which comes as a package and is loaded from it: nothing is downloaded.
"""

from __future__ import annotations

import os
from pathlib import Path

import duckdb

from rendezvous import HouseError, keys
from rendezvous.contract import TABLES
from rendezvous.landing import sql_text

NAME = "rendezvous"
"""What an attached file is called, as the target `encrypted` of profiles.yml has it."""

SCHEMAS = frozenset(
    ["main", "landing", "reference", "staging", "intermediate", "vault", "quarantine", "marts", "bi"]
    + [f"landing_{system}" for system in ["ga360", *TABLES]]
)
"""The schemas of a house's database."""


def refuse_name(path: Path) -> None:
    """Raises HouseError where a schema has the name that DuckDB gives the database: its file's, up to the first dot."""
    if (name := path.name.partition(".")[0].lower()) in SCHEMAS | {"system", "temp"}:
        raise HouseError(f"{path}: {name} is the name of a schema. Give the database another one (RENDEZVOUS_DUCKDB).")


def connect(path: Path | str, read_only: bool = False) -> duckdb.DuckDBPyConnection:
    """A connection to a house's file. Raises HouseError when it is encrypted and the key is missing or another one."""
    try:
        return duckdb.connect(str(path), read_only=read_only)
    except duckdb.CatalogException as error:
        if "encrypted database" not in str(error):
            raise
    connection = duckdb.connect()
    try:
        attach(connection, Path(path), NAME, read_only)
        connection.execute(f"use {NAME}")
    except BaseException:
        connection.close()
        raise
    return connection


def attach(connection: duckdb.DuckDBPyConnection, path: Path, name: str, read_only: bool = False) -> None:
    """Attaches an encrypted file, a new one too; what this connection spills to disk is encrypted from now on."""
    key = keys.read(keys.database_file(), "rendezvous keys database")
    load_openssl(connection)
    connection.execute(f"set global temp_directory = {sql_text(f'{path}.tmp')}")
    connection.execute("set global temp_file_encryption = true")
    mode = ", read_only" if read_only else ""
    try:
        connection.execute(
            f"attach {sql_text(path)} as {name} (encryption_key '{key.hex()}', encryption_cipher 'GCM'{mode})"
        )
    except (duckdb.InvalidInputException, duckdb.BinderException, duckdb.CatalogException):
        if is_encrypted(path):
            why = f"{path}: encrypted with another key than {keys.database_file()}"
        else:
            why = f"{path} is not encrypted: run `rendezvous keys seal` first"
        raise HouseError(f"{why}. Nothing was done.") from None


def load_openssl(connection: duckdb.DuckDBPyConnection) -> None:
    """Loads the extension that brings OpenSSL, from the installed package of DuckDB's own version."""
    try:
        import duckdb_extension_httpfs as package
    except ImportError:
        raise HouseError(
            "an encrypted database needs DuckDB's httpfs extension: pip install -r requirements.txt"
        ) from None
    found = Path(package.__file__).parent / "extensions" / f"v{duckdb.__version__}" / "httpfs.duckdb_extension"
    if not found.is_file():
        raise HouseError(f"{found} does not exist: duckdb_extension_httpfs and duckdb must have one version.")
    connection.load_extension(str(found))


def is_encrypted(path: Path) -> bool:
    """Whether a file is an encrypted DuckDB database."""
    try:
        duckdb.connect(str(path), read_only=True).close()
    except duckdb.CatalogException as error:
        return "encrypted database" in str(error)
    except duckdb.Error:
        return False
    return False


def is_sealed(connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether the database that a connection uses is encrypted; its file cannot be asked while it is open."""
    row = connection.execute(
        "select encrypted from duckdb_databases() where database_name = current_database()"
    ).fetchone()
    return bool(row and row[0])


def seal(path: Path) -> None:
    """Writes a plain database into an encrypted file that takes its place. Raises HouseError while it is in use."""
    if is_encrypted(path):
        raise HouseError(f"{path} is encrypted already. Nothing was done.")
    fresh = path.with_name(f".{path.name}.part")
    fresh.unlink(missing_ok=True)
    try:
        with duckdb.connect(str(path)) as connection:
            name = connection.execute("select current_database()").fetchone()[0]
            connection.execute("checkpoint")
            attach(connection, fresh, "sealed")
            connection.execute(f'copy from database "{name}" to sealed')
            connection.execute("detach sealed")
        os.chmod(fresh, 0o600)
        os.replace(fresh, path)
        path.with_name(f"{path.name}.wal").unlink(missing_ok=True)
    except duckdb.Error as error:
        raise HouseError(f"{path} could not be sealed ({type(error).__name__}); it is as it was.") from None
    finally:
        fresh.unlink(missing_ok=True)
