"""The key in BigQuery: its two pads in the closed table `vault.hmac_pads`, its fingerprint beside them.

The pads go in by a load job of one row, so that they stand in no SQL text and in no job's history; staging reads them
in a subquery. Whoever may read the dataset `vault` holds the key.
"""

from __future__ import annotations

import contextlib
import io
import json
import re

from google.api_core.exceptions import NotFound
from google.cloud import bigquery
from google.cloud.bigquery import LoadJobConfig, SchemaField, SourceFormat, WriteDisposition

from rendezvous import HouseError, keys
from rendezvous.bigquery import loading, project_vars
from rendezvous.privacy import tombstones

_PADS = [SchemaField("inner_pad_hex", "STRING", "REQUIRED"), SchemaField("outer_pad_hex", "STRING", "REQUIRED")]
_OPEN_PADS = [SchemaField("inner_pad_hex", "STRING"), SchemaField("outer_pad_hex", "STRING")]
_TOMBSTONES = [
    SchemaField("tombstone", "STRING"), SchemaField("fingerprint", "STRING"), SchemaField("erased_on", "DATE"),
]
_FINGERPRINT = [SchemaField("fingerprint", "STRING", "REQUIRED")]


def install(client: bigquery.Client, key: bytes, instead_of: str = "") -> bool:
    """Puts a key into the vault; False if it is there already. Raises HouseError when another one is, unless that is
    the one of the fingerprint `instead_of`.

    The demo key may give way to a real one, never the other way round: two keys reconcile nobody. Pads that are not
    those of the key the vault remembers (an installation that died, a hand) are put right.
    """
    stored, mine = installed_fingerprint(client), keys.fingerprint(key)
    inner, outer = keys.pads(key)
    pads = {"inner_pad_hex": inner.hex(), "outer_pad_hex": outer.hex()}
    if stored == mine and _rows(client, "hmac_pads", _PADS) == [pads]:
        return False
    if stored not in ("", mine, keys.fingerprint(keys.DEMO_KEY), instead_of):
        raise HouseError(
            f"Wrong key: the vault of {client.project} holds key {stored}, the key at hand is {mine}. Set "
            "RENDEZVOUS_KEY_FILE to the right key. Nothing was installed."
        )
    _make_vault(client)
    _load_row(client, "hmac_pads", _PADS, pads)
    _load_row(client, "key_fingerprint", _FINGERPRINT, {"fingerprint": mine})
    return True


def install_suppression(client: bigquery.Client) -> bool:
    """Puts the key of the tombstones into the vault; False if it is there already. Raises HouseError when it would not
    recognise the people who were erased already."""
    key = keys.read(keys.suppression_file(), "rendezvous keys suppression")
    tombstones.check_key(sorted({row["fingerprint"] for row in _rows(client, "tombstones", _TOMBSTONES)}))
    inner, outer = keys.pads(key)
    pads = {"inner_pad_hex": inner.hex(), "outer_pad_hex": outer.hex()}
    if _rows(client, "suppression_pads", _PADS) == [pads]:
        return False
    _load_row(client, "suppression_pads", _OPEN_PADS, pads)
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


def installed_fingerprint(client: bigquery.Client) -> str:
    """The public name of the key in the vault; '' when there is none."""
    rows = _rows(client, "key_fingerprint", _FINGERPRINT)
    return rows[0]["fingerprint"] if rows else ""


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


def _load_row(client: bigquery.Client, table: str, schema: list[SchemaField], row: dict[str, str]) -> None:
    _load_rows(client, table, schema, [row], WriteDisposition.WRITE_TRUNCATE)


def _load_rows(client: bigquery.Client, table: str, schema: list[SchemaField], rows: list[dict[str, str]],
               disposition: str) -> None:  # fmt: skip
    config = LoadJobConfig(
        schema=schema, source_format=SourceFormat.NEWLINE_DELIMITED_JSON, write_disposition=disposition
    )
    stream = io.BytesIO("\n".join(map(json.dumps, rows)).encode())
    client.load_table_from_file(stream, f"{client.project}.vault.{table}", job_config=config).result()
