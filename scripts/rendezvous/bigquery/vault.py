"""The keys in BigQuery: their pads by name in the closed table `vault.hmac_pads`, their fingerprints beside them, and
which origin's rows get which (`vault.key_origins`).

The pads go in by a load job, so that they stand in no SQL text and in no job's history; staging reads them
in a subquery. Whoever may read the dataset `vault` holds the keys.
"""

from __future__ import annotations

import contextlib
import io
import json
import re

from google.api_core.exceptions import NotFound
from google.cloud import bigquery
from google.cloud.bigquery import LoadJobConfig, SchemaField, SourceFormat, WriteDisposition

from rendezvous import HouseError, jurisdictions, keys
from rendezvous.bigquery import loading, project_vars
from rendezvous.keys import KeyRing
from rendezvous.privacy import tombstones

_PADS = [
    SchemaField("name", "STRING", "REQUIRED"), SchemaField("inner_pad_hex", "STRING", "REQUIRED"),
    SchemaField("outer_pad_hex", "STRING", "REQUIRED"),
]
_OPEN_PADS = [SchemaField("inner_pad_hex", "STRING"), SchemaField("outer_pad_hex", "STRING")]
_TOMBSTONES = [
    SchemaField("tombstone", "STRING"), SchemaField("fingerprint", "STRING"), SchemaField("erased_on", "DATE"),
]
_FINGERPRINT = [SchemaField("name", "STRING", "REQUIRED"), SchemaField("fingerprint", "STRING", "REQUIRED")]
_OLD_FINGERPRINT = [SchemaField("fingerprint", "STRING")]
_ORIGINS = [
    SchemaField("origin", "STRING", "REQUIRED"), SchemaField("name", "STRING", "REQUIRED"),
    SchemaField("lists", "STRING", "REQUIRED"), SchemaField("holds_from", "DATE", "REQUIRED"),
    SchemaField("changes_on", "DATE", "REQUIRED"),
]


def install(client: bigquery.Client, ring: KeyRing, instead_of: dict[str, str] | None = None) -> bool:
    """Puts the keys into the vault, and whose rows they hash today; False if all is there already. Raises HouseError
    when another key of a jurisdiction is, unless it is one of those whose fingerprints are `instead_of`.

    A demo key may give way to a real one, never the other way round: two keys reconcile nobody. Pads that are not
    those of the keys the vault remembers (an installation that died, a hand) are put right. When other rows get a key
    than before, every day of web exports is one to build again.
    """
    stored, mine = installed_fingerprints(client), ring.fingerprints
    pads, origins = _pads_of(ring), _origins_of(ring)
    known = _rows(client, "key_origins", _ORIGINS)
    if stored == mine and _same(_rows(client, "hmac_pads", _PADS), pads) and _same(known, origins):
        return False
    replaceable = [mine, keys.demo_ring().fingerprints, instead_of or {}]
    for name, fingerprint in stored.items():
        if all(each.get(name) != fingerprint for each in replaceable):
            raise HouseError(
                f"Wrong key: the vault of {client.project} holds key {fingerprint} ({name}), the key at hand is"
                f" {mine.get(name, 'none of that name')}. Set "
                "RENDEZVOUS_KEY_FILE to the right key. Nothing was installed."
            )
    _make_vault(client)
    if {row["origin"]: row["name"] for row in known} != {row["origin"]: row["name"] for row in origins}:
        reopen_days(client)
    _load_rows(client, "hmac_pads", _PADS, pads, WriteDisposition.WRITE_TRUNCATE)
    _load_rows(client, "key_origins", _ORIGINS, origins, WriteDisposition.WRITE_TRUNCATE)
    fingerprints = [{"name": name, "fingerprint": fingerprint} for name, fingerprint in mine.items()]
    _load_rows(client, "key_fingerprint", _FINGERPRINT, fingerprints, WriteDisposition.WRITE_TRUNCATE)
    return True


def _pads_of(ring: KeyRing) -> list[dict[str, str]]:
    named = [(key.name, *keys.pads(key.secret)) for key in ring]
    return [{"name": name, "inner_pad_hex": inner.hex(), "outer_pad_hex": outer.hex()} for name, inner, outer in named]


def _origins_of(ring: KeyRing) -> list[dict[str, str]]:
    """Whose rows each key hashes today, by which version of the lists, and on which days that holds."""
    holds_from, changes_on = jurisdictions.unchanged(jurisdictions.today(has_demo_clock=False))
    beside = {"lists": jurisdictions.version(), "holds_from": holds_from.isoformat(),
              "changes_on": changes_on.isoformat()}  # fmt: skip
    return [{"origin": origin, "name": name, **beside} for origin, name in ring.origins(has_demo_clock=False).items()]


def _same(found: list[dict], rows: list[dict[str, str]]) -> bool:
    return sorted(repr({name: str(cell) for name, cell in row.items()}) for row in found) == sorted(map(repr, rows))


def install_suppression(client: bigquery.Client) -> bool:
    """Puts the key of the tombstones into the vault; False if it is there already. Raises HouseError when it would not
    recognise the people who were erased already."""
    key = keys.read(keys.suppression_file(), "rendezvous keys suppression")
    tombstones.check_key(sorted({row["fingerprint"] for row in _rows(client, "tombstones", _TOMBSTONES)}))
    inner, outer = keys.pads(key)
    pads = {"inner_pad_hex": inner.hex(), "outer_pad_hex": outer.hex()}
    if _rows(client, "suppression_pads", _OPEN_PADS) == [pads]:
        return False
    _load_rows(client, "suppression_pads", _OPEN_PADS, [pads], WriteDisposition.WRITE_TRUNCATE)
    return True


def bring_tombstones(client: bigquery.Client) -> int:
    """Brings the vault what the file of tombstones has and it lacks, and the key that makes them; returns how many that
    were. A dataset that was restored, or a project that is new, meets everybody who was erased."""
    listed = tombstones.stored()
    if not listed:
        return 0
    _make_vault(client)
    install_suppression(client)
    known = {row["tombstone"] for row in _rows(client, "tombstones", _TOMBSTONES)}
    missing = [row for row in listed if row["tombstone"] not in known]
    if missing:
        _load_rows(client, "tombstones", _TOMBSTONES, missing, WriteDisposition.WRITE_APPEND)
    return len(missing)


def reopen_days(client: bigquery.Client) -> None:
    """Makes every day of web exports one to build again."""
    with contextlib.suppress(NotFound):
        client.query_and_wait("delete from staging.days_done where true")


def installed_fingerprints(client: bigquery.Client) -> dict[str, str]:
    """Name to public name of the keys in the vault; none when nothing was installed. A vault older than jurisdictions
    remembers one without a name: the first of the home's."""
    try:
        columns = {each.name for each in client.get_table(f"{client.project}.vault.key_fingerprint").schema}
    except NotFound:
        return {}
    rows = _rows(client, "key_fingerprint", _FINGERPRINT if "name" in columns else _OLD_FINGERPRINT)
    return {row.get("name", f"v1_{jurisdictions.home()}"): row["fingerprint"] for row in rows}


def refuse_unless_demo(client: bigquery.Client) -> None:
    """Raises HouseError when anything but files of the demo house as shipped is loaded, or a shard lies in a property's
    dataset that no load put there: the demo key is public, so it must never hash anything else."""
    shipped, ledger = keys.demo_files(), loading.ledger_rows(client)
    others = [row["path"] for row in ledger if shipped.get(row["path"]) != row["sha256"]]
    known = {row["destination"] for row in ledger}
    others += [shard for shard in _shards(client) if shard not in known]
    if others:
        raise HouseError(
            f"{client.project} holds {sorted(others)[0]}, which is not of the demo house as shipped, and the demo key "
            "refuses any other input. Run `rendezvous keys init` and `rendezvous keys install`. Nothing was installed."
        )


def _shards(client: bigquery.Client) -> list[str]:
    """The date shards in the datasets of the web properties, as `dataset.table`."""
    found: list[str] = []
    for dataset in project_vars.property_datasets().values():
        with contextlib.suppress(NotFound):
            tables = [table.table_id for table in client.list_tables(f"{client.project}.{dataset}")]
            found += [f"{dataset}.{table}" for table in tables if re.fullmatch(r"ga_\w+_20[0-9]{6}", table)]
    return found


def _make_vault(client: bigquery.Client) -> None:
    dataset = bigquery.Dataset(f"{client.project}.vault")
    dataset.location = client.location
    client.create_dataset(dataset, exists_ok=True)


def _rows(client: bigquery.Client, table: str, schema: list[SchemaField]) -> list[dict[str, str]]:
    """The rows of a table of the vault; none when it is not there."""
    try:
        return [dict(row) for row in client.list_rows(f"{client.project}.vault.{table}", selected_fields=schema)]
    except NotFound:
        return []


def _load_rows(client: bigquery.Client, table: str, schema: list[SchemaField], rows: list[dict[str, str]],
               disposition: str) -> None:  # fmt: skip
    config = LoadJobConfig(
        schema=schema, source_format=SourceFormat.NEWLINE_DELIMITED_JSON, write_disposition=disposition
    )
    stream = io.BytesIO("\n".join(map(json.dumps, rows)).encode())
    client.load_table_from_file(stream, f"{client.project}.vault.{table}", job_config=config).result()
