"""The keys of the reconciliation keys: where they lie, what they may be used for, and how SQL gets at them.

A house has one key for each jurisdiction, and each has a version: `v2_EU` is the second key of the EU's, and what it
has hashed begins with that name. Which rows get which key says rendezvous.jurisdictions. HMAC(key, m) =
H((key xor opad) || H((key xor ipad) || m)). The two 64-byte pads are computed here, outside SQL,
and bound to every cursor as variables; the key itself never reaches SQL, a log, `target/` or the database.
Vectors: RFC 4231, checked in tests/python/test_keys.py and in SQL on both engines.
"""

from __future__ import annotations

import csv
import hashlib
import hmac
import os
import re
import secrets
import stat
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from rendezvous import HouseError, jurisdictions
from rendezvous.landing import DEMO_FOLDER, files_below

_DEMO = b"rendezvous demo house: this key is public and protects nobody"
DEMO_PIN = DEMO_FOLDER.parent / "manifest.sha256"
"""Pins the demo house's manifest, which names the SHA-256 of every file. Renew it only when the demo is made anew:
`sha256sum seeds/demo/landing/manifest.csv > seeds/demo/manifest.sha256`."""

_MINIMUM = 32
_BLOCK = 64
_LINE = re.compile(r"v([1-9][0-9]*)_([A-Z]{2,8}) (.*)")


@dataclass(frozen=True)
class Key:
    """One key of the house: whose, which of that jurisdiction's, and its bytes."""

    jurisdiction: str
    version: int
    secret: bytes = field(repr=False)  # what is printed of a key holds none

    @property
    def name(self) -> str:
        """What everything that it has hashed begins with, such as `v1_EU`."""
        return f"v{self.version}_{self.jurisdiction}"

    def following(self) -> Key:
        """Another random key of the same jurisdiction, one version on."""
        return Key(self.jurisdiction, self.version + 1, secrets.token_bytes(_MINIMUM))


class KeyRing:
    """The keys of a house, one for each jurisdiction, in the order of their names."""

    def __init__(self, keys: Iterable[Key]) -> None:
        self._keys = {key.jurisdiction: key for key in sorted(keys, key=lambda key: key.name)}

    def __iter__(self):
        return iter(self._keys.values())

    def __getitem__(self, jurisdiction: str) -> Key:
        return self._keys[jurisdiction]

    def __contains__(self, jurisdiction: str) -> bool:
        return jurisdiction in self._keys

    def __eq__(self, other: object) -> bool:
        return isinstance(other, KeyRing) and list(self) == list(other)

    def following(self, jurisdiction: str = "") -> KeyRing:
        """The ring with a new key for a jurisdiction, or for each of them; with a first one for those that
        key_jurisdictions names and that have none yet."""
        missing = set(jurisdictions.listed().values()) - set(self._keys)
        return KeyRing([
            *(key.following() if jurisdiction in ("", key.jurisdiction) else key for key in self),
            *(Key(each, 1, secrets.token_bytes(_MINIMUM)) for each in missing),
        ])

    def replaced_in(self, old: KeyRing) -> set[str]:
        """The jurisdictions of an old ring that have another key here."""
        return {key.jurisdiction for key in self if key.jurisdiction in old and old[key.jurisdiction] != key}

    @property
    def fingerprints(self) -> dict[str, str]:
        """Public name of each key by its name; tells keys apart, gives none away."""
        return {key.name: fingerprint(key.secret) for key in self}

    @property
    def fingerprint(self) -> str:
        """A public name of the ring, 16 hex digits: another one when a key is added, taken out or replaced."""
        return hashlib.sha256(repr(self.fingerprints).encode()).hexdigest()[:16]

    def origins(self, has_demo_clock: bool = True) -> dict[str, str]:
        """Origin of landed rows to the name of the key that hashes them on the day of the run's clock. Raises
        HouseError when a jurisdiction has no key."""
        assigned = jurisdictions.assigned(jurisdictions.today(has_demo_clock))
        for origin, jurisdiction in assigned.items():
            if jurisdiction not in self:
                raise HouseError(
                    f"No key of {jurisdiction}, to which seeds/reference/{jurisdictions.LISTED.name} gives '{origin}':"
                    f" run `rendezvous keys add {jurisdiction}` once, then run again. Nothing was built."
                )
        return {origin: self[jurisdiction].name for origin, jurisdiction in assigned.items()}


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
    return read(path, "rendezvous keys suppression") if path.exists() else secrets.token_bytes(_MINIMUM)


def database_file() -> Path:
    """The key of an encrypted database, beside the house's key: other than it, for another may read the database."""
    return key_file().with_suffix(".database.key")


def create(path: Path) -> None:
    """Writes a new random key of 32 bytes (hex), readable by its owner only. Never overwrites."""
    _write_new(path, secrets.token_hex(_MINIMUM) + "\n")


def create_ring(path: Path) -> KeyRing:
    """Writes a new random key for each jurisdiction that key_jurisdictions names, as `create` does."""
    ring = KeyRing(
        Key(jurisdiction, 1, secrets.token_bytes(_MINIMUM)) for jurisdiction in set(jurisdictions.listed().values())
    )
    write_ring(path, ring)
    return ring


def write_ring(path: Path, ring: KeyRing) -> None:
    """Writes keys into a file that is not there yet, one a line: name, blank, hex."""
    _write_new(path, "".join(f"{key.name} {key.secret.hex()}\n" for key in ring))


def add(path: Path, jurisdiction: str) -> Key:
    """Adds a new random key for a jurisdiction to a file of keys; what is in it stays as it is. Raises HouseError when
    there is one, or key_jurisdictions names no origin of it."""
    ring = read_ring(path)
    if jurisdiction in ring:
        raise HouseError(f"{path} has a key of {jurisdiction} already ({ring[jurisdiction].name}). Nothing was done.")
    if jurisdiction not in jurisdictions.listed().values():
        raise HouseError(
            f"seeds/reference/{jurisdictions.LISTED.name} gives no origin to '{jurisdiction}'. Write it there first."
        )
    key = Key(jurisdiction, 1, secrets.token_bytes(_MINIMUM))
    following = path.with_name(f"{path.name}.following")
    following.unlink(missing_ok=True)
    write_ring(following, KeyRing([*ring, key]))
    os.replace(following, path)
    return key


def _write_new(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise HouseError(
            f"{path} exists already. A new key would make every stored reconciliation key unreadable; "
            "move the old file away first if that is what you want."
        ) from None
    with os.fdopen(handle, "w", encoding="ascii") as stream:
        stream.write(text)


def read(path: Path, made_by: str) -> bytes:
    """The key in a file of one, which the command `made_by` creates. Raises HouseError if it is missing, readable by
    others, or not 32 bytes of hex."""
    return _secret(path, 1, _text(path, made_by).strip())


def read_ring(path: Path) -> KeyRing:
    """The keys of the house. A file of one key without a name, as houses had before keys had jurisdictions, is the
    first of the home's. Raises HouseError if it is missing, readable by others, or a line is no key."""
    lines = _text(path, "rendezvous keys init").splitlines() or [""]
    if len(lines) == 1 and "_" not in lines[0]:
        return KeyRing([Key(jurisdictions.home(), 1, _secret(path, 1, lines[0].strip()))])
    found: dict[str, Key] = {}
    for number, line in enumerate(lines, start=1):
        parts = _LINE.fullmatch(line.strip())
        if not parts:
            raise HouseError(
                f"{path}: line {number}: not a key such as `v1_EU <64 hexadecimal digits>`. Nothing was built."
            )
        version, jurisdiction, text = parts.groups()
        if jurisdiction in found:
            raise HouseError(f"{path}: line {number}: a second key of {jurisdiction}. Nothing was built.")
        found[jurisdiction] = Key(jurisdiction, int(version), _secret(path, number, text))
    return KeyRing(found.values())


def _text(path: Path, made_by: str) -> str:
    """What stands in a file of keys, if nobody else can read it."""
    if not path.is_file():
        raise HouseError(
            f"No key: {path} does not exist. Run `{made_by}` once (or set RENDEZVOUS_KEY_FILE to the house's key file),"
            " then run again. Nothing was built."
        )
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise HouseError(f"{path} can be read by others: chmod 600 it. Nothing was built.")
    try:
        return path.read_text(encoding="ascii")
    except UnicodeDecodeError:
        raise HouseError(f"{path}: line 1: not hexadecimal text. Nothing was built.") from None


def _secret(path: Path, line: int, text: str) -> bytes:
    try:
        secret = bytes.fromhex(text)
    except ValueError:
        raise HouseError(f"{path}: line {line}: not hexadecimal text. Nothing was built.") from None
    if len(secret) < _MINIMUM:
        raise HouseError(
            f"{path}: line {line}: {len(secret)} bytes; a key has at least {_MINIMUM}. Nothing was built."
        )
    return secret


def demo_ring() -> KeyRing:
    """The demo house's keys: public, one for each jurisdiction that key_jurisdictions names."""
    named = sorted(set(jurisdictions.listed().values()))
    return KeyRing(Key(each, 1, hashlib.sha256(_DEMO + b" " + each.encode()).digest()) for each in named)


def is_demo(ring: KeyRing) -> bool:
    """Whether any of the keys is the demo house's."""
    public = {key.secret for key in demo_ring()}
    return any(key.secret in public for key in ring)


def names_demo(fingerprints: dict[str, str]) -> bool:
    """The same by public names, as a database remembers keys."""
    return bool(fingerprints.items() & demo_ring().fingerprints.items())


def ring_for(folder: Path) -> KeyRing:
    """The keys for a landing folder: the public demo keys for the untouched demo house, the key file otherwise."""
    if folder.resolve() == DEMO_FOLDER.resolve():
        _refuse_changed_demo(folder)
        return demo_ring()
    ring = read_ring(key_file())
    if is_demo(ring):
        raise HouseError(
            f"{key_file()} holds the public demo key, which only the demo house may use. "
            "Run `rendezvous keys init` with another RENDEZVOUS_KEY_FILE. Nothing was built."
        )
    return ring


def pads(key: bytes) -> tuple[bytes, bytes]:
    """The inner and the outer pad of HMAC-SHA256 (RFC 2104), 64 bytes each."""
    block = (hashlib.sha256(key).digest() if len(key) > _BLOCK else key).ljust(_BLOCK, b"\0")
    return bytes(b ^ 0x36 for b in block), bytes(b ^ 0x5C for b in block)


def fingerprint(key: bytes) -> str:
    """A public name of a key: 16 hex digits of the HMAC of a constant. Tells keys apart, gives none away."""
    return hmac.new(key, b"rendezvous key fingerprint", hashlib.sha256).hexdigest()[:16]


def check_database(connection, ring: KeyRing) -> None:
    """Stops when a database was built with another key of a jurisdiction, or with one that the ring lacks; a demo
    database may become a real one, never back. A jurisdiction that is new to the database is let in."""
    connection.execute("create schema if not exists vault")
    connection.execute("create table if not exists vault.key_fingerprint (name varchar, fingerprint varchar)")
    stored, mine = stored_fingerprints(connection), ring.fingerprints
    if stored == mine:
        return
    if stored and stored == _next_fingerprints():
        raise HouseError(
            "A rotation of the key was broken off: the database has the next key, the key file not yet. Run"
            " `rendezvous keys rotate` again, it finishes it. Nothing was built."
        )
    demo = demo_ring().fingerprints
    for name, known in stored.items():
        if mine.get(name) != known and demo.get(name) != known:
            raise HouseError(
                f"Wrong key: this database was built with key {known} ({name}), the key at hand is"
                f" {mine.get(name, 'none of that name')}. Set "
                "RENDEZVOUS_KEY_FILE to the right key, or RENDEZVOUS_DUCKDB to a new file. Nothing was built."
            )
    write_fingerprints(connection, ring)


def stored_fingerprints(connection) -> dict[str, str]:
    """Name to public name of the keys a database was built with. A database older than jurisdictions remembers one
    without a name: the first of the home's."""
    rows = connection.execute("select * from vault.key_fingerprint").fetchall()
    return dict(row if len(row) == 2 else (f"v1_{jurisdictions.home()}", *row) for row in rows)


def write_fingerprints(connection, ring: KeyRing) -> None:
    """Has a database remember the keys it is built with."""
    connection.execute("create or replace table vault.key_fingerprint (name varchar, fingerprint varchar)")
    connection.executemany("insert into vault.key_fingerprint values (?, ?)", list(ring.fingerprints.items()))


def remember_origins(connection, origins: dict[str, str]) -> bool:
    """Writes down which key each origin's rows get (vault.key_origins); True when that is not as it was in the last
    run, so that what earlier runs have hashed by day is another key's."""
    connection.execute("create table if not exists vault.key_origins (origin varchar, name varchar)")
    if dict(connection.execute("from vault.key_origins").fetchall()) == origins:
        return False
    connection.execute("delete from vault.key_origins")
    connection.executemany("insert into vault.key_origins values (?, ?)", list(origins.items()))
    return True


def rotation_folder() -> Path:
    """Where the next key lies while the key is being rotated, and the house's other keys beside it."""
    return key_file().with_suffix(".rotation")


def _next_fingerprints() -> dict[str, str]:
    following = rotation_folder() / key_file().name
    return read_ring(following).fingerprints if following.is_file() else {}


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
    """The same of what lies there; a link that leads to no file is none of the files as shipped."""
    present = {}
    for path in files_below(folder):
        name = path.relative_to(folder).as_posix()
        if not path.is_file():
            present[name] = "no file"
        elif path.parent != folder / "truth":
            with open(path, "rb") as stream:
                present[name] = hashlib.file_digest(stream, "sha256").hexdigest()
    return present
