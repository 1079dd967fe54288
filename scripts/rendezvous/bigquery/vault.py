"""The key in BigQuery: its two pads in the closed table `vault.hmac_pads`, its fingerprint beside them.

The pads go in by a load job of one row, so that they stand in no SQL text and in no job's history; staging reads them
in a subquery. Whoever may read the dataset `vault` holds the key.
"""

from __future__ import annotations

import io
import json

from google.api_core.exceptions import NotFound
from google.cloud import bigquery
from google.cloud.bigquery import LoadJobConfig, SchemaField, SourceFormat, WriteDisposition

from rendezvous import HouseError, keys

_PADS = [SchemaField("inner_pad_hex", "STRING", "REQUIRED"), SchemaField("outer_pad_hex", "STRING", "REQUIRED")]
_FINGERPRINT = [SchemaField("fingerprint", "STRING", "REQUIRED")]


def install(client: bigquery.Client, key: bytes) -> bool:
    """Puts a key into the vault; False if it is there already. Raises HouseError when another one is.

    The demo key may give way to a real one, never the other way round: two keys reconcile nobody.
    """
    stored, mine = installed_fingerprint(client), keys.fingerprint(key)
    if stored == mine:
        return False
    if stored and stored != keys.fingerprint(keys.DEMO_KEY):
        raise HouseError(
            f"Wrong key: the vault of {client.project} holds key {stored}, the key at hand is {mine}. Set "
            "RENDEZVOUS_KEY_FILE to the right key. Nothing was installed."
        )
    dataset = bigquery.Dataset(f"{client.project}.vault")
    dataset.location = client.location
    client.create_dataset(dataset, exists_ok=True)
    inner, outer = keys.pads(key)
    _load_row(client, "hmac_pads", _PADS, {"inner_pad_hex": inner.hex(), "outer_pad_hex": outer.hex()})
    _load_row(client, "key_fingerprint", _FINGERPRINT, {"fingerprint": mine})
    return True


def installed_fingerprint(client: bigquery.Client) -> str:
    """The public name of the key in the vault; '' when there is none."""
    try:
        rows = list(client.list_rows(f"{client.project}.vault.key_fingerprint", selected_fields=_FINGERPRINT))
    except NotFound:
        return ""
    return rows[0]["fingerprint"] if rows else ""


def _load_row(client: bigquery.Client, table: str, schema: list[SchemaField], row: dict[str, str]) -> None:
    config = LoadJobConfig(
        schema=schema, source_format=SourceFormat.NEWLINE_DELIMITED_JSON,
        write_disposition=WriteDisposition.WRITE_TRUNCATE,
    )
    stream = io.BytesIO(json.dumps(row).encode())
    client.load_table_from_file(stream, f"{client.project}.vault.{table}", job_config=config).result()
