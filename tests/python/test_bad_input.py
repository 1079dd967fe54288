"""Broken deliveries, end to end: the message names file, line and cause; good files build; no row is lost."""

from __future__ import annotations

import gzip

import duckdb
import pytest

from conftest import House

RATES = [{"rate_on": "2024-05-01", "currency_code": code, "rate_to_eur": "1.0"} for code in ("EUR", "GBP")]
SALE = {"store_id": "PAR", "sold_at": "2024-05-02T10:00:00Z", "currency_code": "EUR", "is_return": "false"}


def session(visit: int, **changes: object) -> dict:
    start = 1714640400 + visit * 60
    return {
        "fullVisitorId": str(1000 + visit), "visitId": str(start), "visitNumber": "1", "visitStartTime": str(start),
        "date": "20240502", "totals": {"visits": "1", "hits": "1"},
        "hits": [{"hitNumber": "1", "time": "0", "isInteraction": True, "type": "PAGE", "page": {"pagePath": "/"}}],
    } | changes  # fmt: skip


def web(day: str, kind: str = "ga_sessions") -> str:
    return f"ga360/maison_fr/{kind}_{day}.json.gz"


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> House:
    """A house into which everything comes that the contract does not allow, built once."""
    house = House(tmp_path_factory.mktemp("broken"))
    house.land_json(web("20240502"), [session(n) for n in range(5)])
    path = house.raw / web("20240502")
    lines = gzip.decompress(path.read_bytes()).decode().splitlines(keepends=True)
    lines.insert(2, '{"fullVisitorId": "9", "hits": [\n')
    path.write_bytes(gzip.compress("".join(lines).encode()))
    house.land_json(web("20240503"), [session(5, date="20240503"), session(6, date="20240503", visitStartTime="soon")])
    (house.raw / "ga360/maison_fr/ga_sessions_20240503_copy.json.gz").write_bytes(
        (house.raw / web("20240503")).read_bytes()
    )
    whole = house.land_json(web("20240504"), [session(n, date="20240504") for n in range(300)])
    whole.write_bytes(whole.read_bytes()[:-40])
    (house.raw / web("20240505")).write_bytes(b"")
    house.land_json(web("20240506"), [])
    # Wrong types in lines that stand: behind a malformed line, beside a twin, in a hit, in a Parquet file.
    late = [session(n, date="20240507") for n in range(4)]
    late[0]["hits"] = [late[0]["hits"][0] | {"transaction": {"currencyCode": "ZZZ"}}]  # of no amount: no flaw
    late[1]["fullVisitorId"] = None
    late[2]["hits"] = [late[2]["hits"][0] | {"time": "-"}]
    late[3] |= {"visitNumber": "first", "privacy_info": {"analytics_storage": "Perhaps", "ads_storage": "Unset"}}
    late[3]["customDimensions"] = [{"index": "5", "value": "perhaps"}, {"index": "6", "value": "perhaps"}]
    pieces = [{"productSKU": "S1", "productPrice": "free"}] * 2 + [{"productSKU": "S2", "isImpression": "perhaps"}]
    sold = {"product": pieces, "transaction": {"transactionRevenue": "much", "currencyCode": "ZZZ"}}
    sold |= {"eCommerceAction": {"action_type": "9", "step": "first"}, "isInteraction": "perhaps"}
    sold |= {"promotionActionInfo": {"promoIsClick": "perhaps"}, "customDimensions": [{"index": "12", "value": "a"}]}
    late[3]["hits"] = [late[3]["hits"][0] | sold]
    house.land_json(web("20240507"), [*late, late[0]])
    path = house.land_json(web("20240508"), [session(0), session(1, date="20240508", visitId="x")])
    path.write_bytes(gzip.compress(b"\n{\n" + gzip.decompress(path.read_bytes())))
    rows = house.land_json("ga_sessions.json", [session(0, date="20240509"), session(1, visitStartTime="1e99")])
    parquet = house.raw / web("20240509").replace(".json.gz", ".parquet")
    duckdb.sql(f"copy (from read_json('{rows}')) to '{parquet}'")
    rows.unlink()
    house.land("finance/exchange_rates.csv", RATES)
    sales = [SALE | {"transaction_id": f"T{n}"} for n in range(4)]
    sales.append(SALE | {"transaction_id": "T4", "currency_code": "ZZZ"})
    sales.append(SALE | {"transaction_id": "T5", "sold_at": "noon"})
    house.land("pos/transactions.csv", [*sales, SALE | {"transaction_id": ""}])
    house.land("catalog/stores.csv", [{"store_id": "PAR", "store_name": "Paris"}])
    latin = house.land("catalog/products.csv", [{"sku": "S1", "product_name": "Étoile"}])
    latin.write_bytes(latin.read_bytes().decode().encode("latin-1"))
    house.first = house.rendezvous("build", "--exclude-resource-type", "unit_test", "test", check=False)
    return house


@pytest.mark.parametrize(
    ("path", "words"),
    [
        (web("20240504"), "truncated: the gzip stream ends after byte"),
        (web("20240505"), "zero bytes"),
        ("ga360/maison_fr/ga_sessions_20240503_copy.json.gz", f"duplicate delivery of {web('20240503')}"),
        ("catalog/products.csv", "line 2, byte 158: not UTF-8, probably Latin-1"),
        (web("20240502"), "line 3: not valid JSON at character"),
    ],
)
def test_the_console_names_file_line_and_cause(broken: House, path: str, words: str) -> None:
    assert broken.first.returncode == 0, broken.first.stdout[-3000:] + broken.first.stderr[-2000:]
    assert f"{path}: {words}" in broken.first.stderr


def test_refused_files_and_malformed_lines_are_in_quarantine(broken: House) -> None:
    refused = {row[0] for row in broken.query("select file from quarantine.refused_files")}
    assert refused == {
        web("20240504"), web("20240505"), "catalog/products.csv", "ga360/maison_fr/ga_sessions_20240503_copy.json.gz"
    }  # fmt: skip
    rows = broken.query("select file, line from quarantine.rejected_rows where line is not null")
    assert (web("20240502"), 3) in rows


def test_web_rows_in_are_rows_staged_plus_rows_quarantined(broken: House) -> None:
    staged = broken.query("select count(*) from staging.stg_ga360__sessions")
    rejected = broken.query("select count(*) from quarantine.rejected_rows where source_system = 'ga360'")
    # By day: 5 good and 1 malformed line; 1 good and 1 without a readable start; none; 3 good, 2 not, and a hit …
    assert (staged, rejected) == ([(5 + 1 + 3 + 1 + 1,)], [(1 + 1 + 3 + 2 + 1,)])


def test_a_wrong_type_in_a_web_export_is_named_with_file_line_and_cause(broken: House) -> None:
    rejected = broken.query(r"""
        select regexp_extract(file, '(\d+)[.]', 1), table_name, line, split_part(reason, ':', 1)
        from quarantine.rejected_rows where source_system = 'ga360' order by all
    """)
    assert rejected == [
        ("20240502", "ga_sessions", 3, "malformed_line"),
        ("20240503", "ga_sessions", 2, "visit_start_time_absurd"),
        ("20240507", "ga_sessions", 2, "visitor_id_missing"),
        ("20240507", "ga_sessions", 5, "duplicate_session_part"),
        ("20240507", "hits", 3, "hit_time_unreadable"),
        ("20240508", "ga_sessions", 2, "malformed_line"),
        ("20240508", "ga_sessions", 4, "visit_id_unreadable"),
        ("20240509", "ga_sessions", 2, "visit_start_time_absurd"),
    ]
    unreadable = broken.query(
        "select file, line, table_name, column_name, reason from quarantine.unreadable_fields"
        " where source_system = 'ga360' order by all"
    )
    assert unreadable == [(web("20240507"), 4, *field) for field in [
        ("customDimensions", "consent_analytics", "unknown_value"),
        ("ga_sessions", "privacy_info.analytics_storage", "unknown_value"),
        ("ga_sessions", "visitNumber", "not_a_possible_number"),
        ("hits", "action_code", "unknown_value"),
        ("hits", "checkout_step", "not_a_possible_number"),
        ("hits", "currency_code", "unknown_currency"),
        ("hits", "is_interaction", "not_true_or_false"),
        ("hits", "is_promotion_click", "not_true_or_false"),
        ("hits", "transaction_revenue", "not_a_possible_number"),
        ("products", "is_impression", "not_true_or_false"),
        *[("products", "unit_price", "not_a_possible_number")] * 2,
    ]] + [(web("20240508"), 3, "ga_sessions", "date", "not_the_day_of_its_file")]  # fmt: skip
    assert f"{web('20240507')}:2: visitor_id_missing" in broken.first.stdout


def test_an_answer_to_the_banner_in_a_word_nobody_knows_is_a_no(broken: House) -> None:
    assert broken.query(
        "select visit_number, consent_analytics, consent_ads from staging.stg_ga360__sessions"
        " where consent_analytics <> 'unknown'"
    ) == [(None, "denied", "unknown")]


def test_a_part_in_the_exports_of_two_days_has_the_slots_of_its_hits_once(broken: House) -> None:
    assert broken.query(
        "select report_date::varchar, raw_value from staging.stg_ga360__custom_dimensions where slot_scope = 'hit'"
    ) == [("2024-05-07", "a")]
    both = broken.query("select session_part_key from staging.stg_ga360__sessions group by all having count(*) > 1")
    assert both, "the third visit stands in the exports of 2 and 7 May"


def test_till_rows_in_are_rows_staged_plus_rows_quarantined(broken: House) -> None:
    [(staged,)] = broken.query("select count(*) from staging.stg_pos__transactions")
    rejected = broken.query("select line from quarantine.rejected_rows where table_name = 'transactions' order by line")
    assert staged + len(rejected) == 7
    assert (8,) in rejected, "the row without a key, by the line it stands on"


def test_an_unknown_currency_gives_no_amount_in_euro(broken: House) -> None:
    lost = broken.query("select count(*) from marts.touchpoints where currency_code = 'ZZZ' and amount_eur is not null")
    assert lost == [(0,)]


def test_plain_dbt_build_sees_the_same_files(broken: House) -> None:
    before = broken.contents()
    broken.build_tables()
    assert broken.contents() == before


def test_the_summary_lists_what_was_left_out(broken: House) -> None:
    # Those of test_web_rows_in… but for the malformed two, and two of the till: without an instant, without a key.
    assert "4 files refused, 2 malformed lines, 8 other rows quarantined, 14 unreadable fields" in broken.first.stdout
    assert "pos/transactions.csv:6: currency_code: unknown_currency" in broken.first.stdout
    assert "malformed_line:" not in broken.first.stdout and "ZZZ" not in broken.first.stdout


def test_plain_dbt_build_without_the_checks_fails_and_names_file_and_line(house: House) -> None:
    path = house.land("catalog/stores.csv", [{"store_id": "PAR"}])
    path.write_text(path.read_text() + "too,short\n")
    select = ["-s", "+base_catalog__stores", "--exclude-resource-type", "test", "unit_test"]
    done = house.dbt("build", *select, check=False)
    assert done.returncode != 0
    assert "catalog/stores.csv" in done.stdout and "Line: 3" in done.stdout
    good = house.rendezvous("build", *select)
    assert good.returncode == 0
    assert house.query("select count(*) from staging.base_catalog__stores") == [(1,)]


def test_a_day_that_was_refused_is_built_once_it_is_delivered_well(house: House) -> None:
    path = house.land_json(web("20240502"), [session(n) for n in range(3)])
    whole = path.read_bytes()
    path.write_bytes(whole[:-9])
    select = ["-s", "+base_ga360__sessions", "--exclude-resource-type", "unit_test", "test"]
    house.rendezvous("build", *select)
    assert house.query("select count(*) from staging.base_ga360__sessions") == [(0,)]
    path.write_bytes(whole)
    house.rendezvous("build", *select)
    assert house.query("select count(*) from staging.base_ga360__sessions") == [(3,)]
