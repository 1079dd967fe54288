"""Each fault of the emulator by its smallest example: Google's reference implementation says what is right, the mended
emulator agrees, the bare one does not. Needs bqemulator and zetasql (requirements-dev.txt); no account, no network.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest
from google.api_core.exceptions import GoogleAPIError
from google.cloud import bigquery

from bigquery.emulated import client_of, emulator

FOLDER = Path(__file__).parent / "bigquery"
sys.path.insert(0, str(FOLDER))
from emulator_faults import FAULTS, Fault  # noqa: E402
from reference import answer_of  # noqa: E402

ALL = pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.mend.__name__)
QUERIES = [fault for fault in FAULTS if not fault.loaded]


@pytest.fixture(scope="module")
def mended(tmp_path_factory: pytest.TempPathFactory):
    with emulator(tmp_path_factory.mktemp("mended")) as address:
        yield address


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory):
    with emulator(tmp_path_factory.mktemp("bare"), "--bare") as address:
        yield address


def emulated(address: str, fault: Fault) -> list[tuple]:
    """The example's answer, after its tables were made. With a client of its own, for the emulator hangs up after some
    failures."""
    client = client_of(address)
    for table in (*fault.given, *fault.loaded):
        client.create_dataset(table.split(".")[0], exists_ok=True)
    for table, query in fault.given.items():
        client.query_and_wait(f"create or replace table {table} as {query}", retry=None, job_retry=None)
    config = bigquery.LoadJobConfig(
        source_format="NEWLINE_DELIMITED_JSON", schema=[bigquery.SchemaField("x", "STRING")]
    )
    for table, file in fault.loaded.items():
        client.load_table_from_file(io.BytesIO(file), f"{client.project}.{table}", job_config=config).result(retry=None)
    return [tuple(row.values()) for row in client.query_and_wait(fault.example, retry=None, job_retry=None)]


@pytest.mark.parametrize("fault", QUERIES, ids=lambda fault: fault.mend.__name__)
def test_the_answer_is_that_of_the_reference_implementation(fault: Fault) -> None:
    assert answer_of(fault.example, fault.given) == fault.answer


@ALL
def test_the_mended_emulator_answers_as_bigquery_does(mended: str, fault: Fault) -> None:
    assert emulated(mended, fault) == fault.answer


@ALL
def test_the_bare_emulator_does_not(bare: str, fault: Fault) -> None:
    """When this fails, the emulator has mended the fault itself: take the entry out."""
    try:
        found = emulated(bare, fault)
    except GoogleAPIError:
        return
    assert found != fault.answer
