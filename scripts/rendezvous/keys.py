"""The key of the reconciliation key: where it lies, what it may be used for, and how SQL gets at it.

HMAC(key, m) = H((key xor opad) || H((key xor ipad) || m)). The two 64-byte pads are computed here, outside SQL,
and bound to every cursor as variables; the key itself never reaches SQL, a log, `target/` or the database.
Vectors: RFC 4231, checked in tests/python/test_keys.py and in SQL on both engines.
"""

from __future__ import annotations

import csv
import hashlib
import hmac
import os
import secrets
import stat
from pathlib import Path

from rendezvous import HouseError
from rendezvous.landing import DEMO_FOLDER, files_below

DEMO_KEY = hashlib.sha256(b"rendezvous demo house: this key is public and protects nobody").digest()
DEMO_PIN = DEMO_FOLDER.parent / "manifest.sha256"
"""Pins the demo house's manifest, which names the SHA-256 of every file. Renew it only when the demo is made anew:
`sha256sum seeds/demo/landing/manifest.csv > seeds/demo/manifest.sha256`."""

_MINIMUM = 32
_BLOCK = 64


def key_file() -> Path:
    """RENDEZVOUS_KEY_FILE, or rendezvous/hmac.key in the user's configuration folder."""
    given = os.environ.get("RENDEZVOUS_KEY_FILE", "")
    if given:
        return Path(given).expanduser()
    home = Path(os.environ.get("XDG_CONFIG_HOME", "") or Path.home() / ".config")
    return home / "rendezvous" / "hmac.key"


def suppression_file() -> Path:
    """The key of the tombstones, beside the house's key: other than it, so that rotating that one forgets nobody."""
    return key_file().with_suffix(".suppression.key")


def suppression_key() -> bytes:
    """The key of the tombstones; without its file a random one, under which nobody is suppressed."""
    path = suppression_file()
    return read(path) if path.exists() else secrets.token_bytes(_MINIMUM)


def database_file() -> Path:
    """The key of an encrypted database, beside the house's key: other than it, for another may read the database."""
    return key_file().with_suffix(".database.key")


def create(path: Path) -> None:
    """Writes a new random key of 32 bytes (hex), readable by its owner only. Never overwrites."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise HouseError(
            f"{path} exists already. A new key would make every stored reconciliation key unreadable; "
            "move the old file away first if that is what you want."
        ) from None
    with os.fdopen(handle, "w", encoding="ascii") as stream:
        stream.write(secrets.token_hex(_MINIMUM) + "\n")


def read(path: Path, made_by: str = "rendezvous keys init") -> bytes:
    """The key in a file, which the command `made_by` creates. Raises HouseError if it is missing, readable by others,
    or not 32 bytes of hex."""
    if not path.is_file():
        raise HouseError(
            f"No key: {path} does not exist. Run `{made_by}` once (or set RENDEZVOUS_KEY_FILE to the house's key file),"
            " then run again. Nothing was built."
        )
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise HouseError(f"{path} can be read by others: chmod 600 it. Nothing was built.")
    try:
        key = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except (ValueError, UnicodeDecodeError):
        raise HouseError(f"{path}: line 1: not hexadecimal text. Nothing was built.") from None
    if len(key) < _MINIMUM:
        raise HouseError(f"{path}: line 1: {len(key)} bytes; a key has at least {_MINIMUM}. Nothing was built.")
    return key


def key_for(folder: Path) -> bytes:
    """The key for a landing folder: the public demo key for the untouched demo house, the key file otherwise."""
    if folder.resolve() == DEMO_FOLDER.resolve():
        _refuse_changed_demo(folder)
        return DEMO_KEY
    key = read(key_file())
    if hmac.compare_digest(key, DEMO_KEY):
        raise HouseError(
            f"{key_file()} holds the public demo key, which only the demo house may use. "
            "Run `rendezvous keys init` with another RENDEZVOUS_KEY_FILE. Nothing was built."
        )
    return key


def pads(key: bytes) -> tuple[bytes, bytes]:
    """The inner and the outer pad of HMAC-SHA256 (RFC 2104), 64 bytes each."""
    block = (hashlib.sha256(key).digest() if len(key) > _BLOCK else key).ljust(_BLOCK, b"\0")
    return bytes(b ^ 0x36 for b in block), bytes(b ^ 0x5C for b in block)


def fingerprint(key: bytes) -> str:
    """A public name of a key: 16 hex digits of the HMAC of a constant. Tells keys apart, gives none away."""
    return hmac.new(key, b"rendezvous key fingerprint", hashlib.sha256).hexdigest()[:16]


def check_database(connection, key: bytes) -> None:
    """Stops when a database was built with another key; a demo database may become a real one, never back."""
    connection.execute("create schema if not exists vault")
    connection.execute("create table if not exists vault.key_fingerprint (fingerprint varchar)")
    stored = [row[0] for row in connection.execute("select fingerprint from vault.key_fingerprint").fetchall()]
    mine = fingerprint(key)
    if stored == [mine]:
        return
    if stored and stored == _next_fingerprint():
        raise HouseError(
            "A rotation of the key was broken off: the database has the next key, the key file not yet. Run"
            " `rendezvous keys rotate` again, it finishes it. Nothing was built."
        )
    if stored and stored != [fingerprint(DEMO_KEY)]:
        raise HouseError(
            f"Wrong key: this database was built with key {stored[0]}, the key at hand is {mine}. Set "
            "RENDEZVOUS_KEY_FILE to the right key, or RENDEZVOUS_DUCKDB to a new file. Nothing was built."
        )
    connection.execute("delete from vault.key_fingerprint")
    connection.execute("insert into vault.key_fingerprint values (?)", [mine])


def rotation_folder() -> Path:
    """Where the next key lies while the key is being rotated, and the house's other keys beside it."""
    return key_file().with_suffix(".rotation")


def _next_fingerprint() -> list[str]:
    following = rotation_folder() / key_file().name
    return [fingerprint(read(following))] if following.is_file() else []


def demo_files() -> dict[str, str]:
    """SHA-256 by path of the demo house's files as shipped."""
    return _announced(DEMO_FOLDER)


def _refuse_changed_demo(folder: Path) -> None:
    """The demo key is public, so it must never hash anything but the demo house's own files, byte for byte."""
    changed = sorted(set(_announced(folder).items()) ^ set(_present(folder).items()))
    if changed:
        raise HouseError(
            f"{folder / changed[0][0]}: not the demo house as shipped, and the demo key refuses any other input. "
            "Put your files in a folder of their own, set RENDEZVOUS_RAW to it and run `rendezvous keys init`."
        )


def _announced(folder: Path) -> dict[str, str]:
    """SHA-256 by path as the demo house's manifest has it, and of the manifest itself as the project pins it."""
    manifest = folder / "manifest.csv"
    if not manifest.is_file():
        return {}
    with open(manifest, "rb") as stream:
        pinned = hashlib.file_digest(stream, "sha256").hexdigest()
    if DEMO_PIN.is_file():
        pinned = DEMO_PIN.read_text(encoding="ascii").split()[0]
    with open(manifest, encoding="utf-8", newline="") as stream:
        listed = {row["path"]: row["sha256"] for row in csv.DictReader(stream)}
    return listed | {"manifest.csv": pinned}


def _present(folder: Path) -> dict[str, str]:
    present = {}
    for path in files_below(folder):
        if path.parent != folder / "truth":
            with open(path, "rb") as stream:
                present[path.relative_to(folder).as_posix()] = hashlib.file_digest(stream, "sha256").hexdigest()
    return present
