"""A house whose only content is real GA360 days: every row, hit and product is accounted for, every test green.

The sample is not part of the repository; RENDEZVOUS_GA360_SAMPLE names its folder. Without it these tests skip.
"""

from __future__ import annotations

import gzip
import json
import os
from collections import Counter
from pathlib import Path

import pytest

from conftest import PROJECT, House

SAMPLE = Path(os.environ.get("RENDEZVOUS_GA360_SAMPLE", PROJECT.parent / "shared" / "data" / "ga360_sample"))
pytestmark = pytest.mark.skipif(not SAMPLE.is_dir(), reason="the real GA360 sample is not here")


@pytest.fixture(scope="module")
def built(shared_house: House) -> House:
    (shared_house.raw / "ga360").mkdir()
    (shared_house.raw / "ga360" / "merchandise").symlink_to(SAMPLE)
    shared_house.build(
        "-s", "+path:models/staging/ga360", "+path:models/intermediate/web", "--indirect-selection", "cautious"
    )
    return shared_house


@pytest.fixture(scope="module")
def counted() -> Counter:
    """What lies in the files, counted without the project."""
    found: Counter = Counter()
    for path in sorted(SAMPLE.glob("ga_sessions_*.json.gz")):
        found["days"] += 1
        with gzip.open(path, "rt", encoding="utf-8") as stream:
            for line in stream:
                row = json.loads(line)
                found["sessions"] += 1
                for hit in row["hits"] or []:
                    found["hits"] += 1
                    for product in hit.get("product") or []:
                        found["impression" if product["isImpression"] else "action"] += 1
                    found["promotion"] += len(hit.get("promotion") or [])
                    transaction = hit.get("transaction") or {}
                    if transaction.get("transactionRevenue"):
                        found["orders"] += 1
                        found["micros"] += int(transaction["transactionRevenue"])
    return found


def test_every_session_row_is_staged(built: House, counted: Counter) -> None:
    assert counted["sessions"] == 1365 and counted["days"] == 273
    assert built.query("select count(*) from staging.stg_ga360__sessions") == [(1365,)]
    rejected = "select count(*) from staging.base_ga360__quarantined where rejected_because is not null"
    assert built.query(rejected) == [(0,)]


def test_every_hit_and_product_is_there(built: House, counted: Counter) -> None:
    assert built.query("select count(*) from intermediate.int_web__hits") == [(counted["hits"],)]
    roles = dict(built.query("select product_role, count(*) from intermediate.int_web__hit_products group by 1"))
    assert roles == {role: counted[role] for role in ("impression", "action", "promotion")}


def test_orders_and_their_revenue_are_those_of_the_files(built: House, counted: Counter) -> None:
    orders, micros = built.query(
        "select count(*), (sum(revenue) * 1000000)::bigint from intermediate.int_web__transactions"
    )[0]
    assert (orders, micros) == (counted["orders"], counted["micros"])


def test_no_label_is_scrubbed_that_holds_no_personal_data(built: House) -> None:
    assert built.query("select sum(scrubbed_field_count) from intermediate.int_web__scrub_counts") == [(0,)]
