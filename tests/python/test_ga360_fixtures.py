"""The ten GA360 fixtures of the export reference, landed as files and built by dbt once; one test for each."""

from __future__ import annotations

import json
import re
from copy import deepcopy
from datetime import UTC, datetime, timedelta

import duckdb
import pytest

from conftest import House
from rendezvous import landing

MODELS = ("+path:models/staging/ga360", "+path:models/intermediate/web")


def hit(number: int, millis: int = 0, **fields) -> dict:
    """A hit as BigQuery exports it: INT64 as text, NULL fields left out."""
    return {
        "hitNumber": str(number),
        "time": str(millis),
        "type": "PAGE",
        "isInteraction": True,
        "page": {"pagePath": f"/page/{number}", "hostname": "shop.example"},
        "eCommerceAction": {"action_type": "0"},
    } | fields


def session(visitor: str, start: int, hits: list[dict] | None, **fields) -> dict:
    """A session row; `date` is filled when it is landed."""
    return {
        "fullVisitorId": visitor,
        "visitId": str(start),
        "visitNumber": "1",
        "visitStartTime": str(start),
        "totals": {"visits": "1"},
        "trafficSource": {"source": "google", "medium": "organic"},
        "device": {"browser": "Chrome", "deviceCategory": "desktop"},
        "clientId": f"{visitor[:8]}.1",
        "hits": hits,
    } | fields


def days_after(start: str, count: int = 1) -> int:
    """Epoch seconds of noon of a day, UTC."""
    return int((datetime.fromisoformat(start).replace(tzinfo=UTC) + timedelta(hours=12 * count)).timestamp())


NOON_0801 = days_after("2017-08-01")
NOON_0802 = days_after("2017-08-02")
NOON_0803 = days_after("2017-08-03")


def land(house: House, kind: str, day: str, rows: list[dict], web_property: str = "shop") -> None:
    """Writes one export of one day."""
    shown = [{"date": day} | deepcopy(row) for row in rows]
    house.land_json(f"ga360/{web_property}/{kind}_{day}.json", shown)


def land_all(house: House) -> None:
    """Every fixture on a day of its own, so that none disturbs another."""
    # 1: three snapshots of one visit; the last two have the same instant.
    snapshots = [
        session("1000000000000000001", NOON_0801, [hit(n, n * 1000) for n in range(1, count + 1)])
        | {"exportTimeUsec": str(micros), "exportKey": key, "visitKey": "v1"}
        for micros, key, count in ((10, "a", 2), (20, "b", 5), (20, "c", 5))
    ]
    land(house, "ga_realtime_sessions", "20170801", snapshots, "streamed")
    # 2: a day with a daily and an intraday export, and one with an intraday export alone.
    land(house, "ga_sessions", "20170801",
         [session(f"2{n:018d}", NOON_0801, [hit(1)]) for n in range(100)])
    land(house, "ga_sessions_intraday", "20170801",
         [session(f"2{n:018d}", NOON_0801, [hit(1), hit(2)]) for n in range(80)])
    land(house, "ga_sessions_intraday", "20170802",
         [session(f"2{n:018d}", NOON_0802, [hit(1), hit(2, 90_000)]) for n in range(7)])
    # 3: a visit cut in two by midnight in Los Angeles.
    visitor = "9923547270709055056"
    land(house, "ga_sessions", "20170405",
         [session(visitor, 1491461180, [hit(n, n * 100) for n in range(1, 8)],
                  totals={"visits": "1", "newVisits": "1"})])
    land(house, "ga_sessions", "20170406",
         [session(visitor, 1491462010, [hit(8), hit(9, 500)], visitId="1491461180",
                  totals={"visits": "1", "newVisits": "1"})])
    # 4 and 5: no interaction; ids that are no integers.
    land(house, "ga_sessions", "20170803", [
        session("0288478011259077136", NOON_0803, [hit(1, isInteraction=False)], totals={}),
        session("9785196377896690172", NOON_0803, [hit(1)]),
    ])
    # 6: the echo of an order, and its return in another session.
    product = {"productSKU": "S1", "productQuantity": "10", "productRevenue": "132900000",
               "productPrice": "13290000"}
    bare = {"productSKU": "S1"}
    order = {"transactionId": "ORD201608051608", "transactionRevenue": "132900000",
             "currencyCode": "USD"}
    land(house, "ga_sessions", "20170804", [
        session("6000000000000000001", days_after("2017-08-04"), [
            hit(18, 0, eCommerceAction={"action_type": "6"}, transaction=order, product=[product]),
            hit(19, 40, eCommerceAction={"action_type": "6"},
                transaction={"transactionId": "ORD201608051608", "currencyCode": "USD"},
                product=[bare]),
            hit(20, 900, eCommerceAction={"action_type": "7"},
                transaction={"transactionId": "ORD201608051608"},
                refund={"refundAmount": "132900000"}),
        ]),
        session("6000000000000000001", days_after("2017-08-04") + 9000,
                [hit(1, 0, eCommerceAction={"action_type": "6"}, transaction=order)]),
    ])
    # 7: impressions beside the product that is added; a banner.
    land(house, "ga_sessions", "20170805", [
        session("7000000000000000001", days_after("2017-08-05"), [
            hit(1, eCommerceAction={"action_type": "3"}, product=[
                {"productSKU": "A", "isImpression": True, "productVariant": " MD"},
                {"productSKU": "B", "productBrand": "(not set)"},
                {"productSKU": "C", "isImpression": True},
            ]),
            hit(2, 5, promotion=[{"promoId": "P"}], promotionActionInfo={"promoIsView": True}),
        ])
    ])
    # 8: a shard without clientId and coupons.
    old = session("8000000000000000001", days_after("2017-08-06"),
                  [hit(1, eCommerceAction={"action_type": "2"}, product=[{"productSKU": "X"}])])
    del old["clientId"]
    land(house, "ga_sessions", "20170806", [old])
    # 9: repeated indexes, an array that is NULL and one that is empty.
    land(house, "ga_sessions", "20170807", [
        session("9000000000000000001", days_after("2017-08-07"),
                [hit(1, customDimensions=None), hit(2, 1, customDimensions=[])],
                customDimensions=[{"index": "3", "value": ""}, {"index": 3, "value": "abc"}])
    ], "maison_fr")
    # 10: personal data in every label.
    land(house, "ga_sessions", "20170808", [
        session("1100000000000000001", days_after("2017-08-08"), [
            hit(1, page={"pagePath": "/thanks?email=Jo%40x.com&mode=1#f", "hostname": "shop.example",
                         "pageTitle": "Welcome jo@x.com"},
                referer="https://mail.example/?to=jo%2540x.com",
                type="EVENT",
                eventInfo={"eventCategory": "form", "eventAction": "sent to jo@x.com",
                           "eventLabel": "call +33 1 99 00 12 34 now"}),
            hit(2, 1, page={"pagePath": "/account/jo%2540x.com/S-2024-0510?sku=0042&email=a@b.c",
                            "hostname": "shop.example", "pageTitle": "(not set)"},
                product=[{"productSKU": "S", "v2ProductName": "Engraved jo@x.com"}]),
        ], trafficSource={"source": "crm", "medium": "email", "campaign": "for jo@x.com"})
    ])
    # Bad rows: each is accounted for with its reason.
    good = session("1200000000000000001", days_after("2017-08-09"), [
        hit(1), hit(1, 7), {"hitNumber": "two", "time": "0"}, {"hitNumber": "3", "time": "soon"}, hit(4),
    ])
    land(house, "ga_sessions", "20170809", [
        good, good,
        good | {"fullVisitorId": None},
        good | {"visitId": "x"},
        good | {"visitStartTime": None},
        good | {"visitStartTime": "1501934400000"},
        good | {"visitStartTime": str(days_after("2017-08-15"))},
        session("1200000000000000002", days_after("2017-08-09"), None),
    ])


@pytest.fixture(scope="module")
def built(shared_house: House) -> House:
    land_all(shared_house)
    shared_house.build("-s", *MODELS, "--indirect-selection", "cautious")
    return shared_house


def hits_on(house: House, day: str, columns: str, order: str = "hit_seq") -> list[tuple]:
    return house.query(
        f"select {columns} from intermediate.int_web__hits where report_date = date '{day}' order by {order}"
    )


def test_1_the_last_snapshot_of_a_streamed_visit_stands_alone(built: House) -> None:
    rows = built.query(
        "select source_table_kind, is_provisional, hit_seq, epoch_us(export_at), epoch_us(arrived_at)"
        " from intermediate.int_web__hits where property = 'streamed' order by hit_seq"
    )
    assert rows == [("streaming", True, n, 20, 20) for n in range(1, 6)]
    keys = built.query(
        "select export_at is not null, count(*) from staging.base_ga360__sessions"
        " where property = 'streamed' and rejected_because = 'superseded_snapshot' group by 1"
    )
    assert keys == [(True, 2)]


def test_2_a_day_is_daily_or_else_provisional(built: House) -> None:
    assert built.query(
        "select report_date::varchar, source_table_kind, is_provisional, count(*) from staging.stg_ga360__sessions"
        " where report_date in (date '2017-08-01', date '2017-08-02') and property = 'shop'"
        " group by all order by 1"
    ) == [("2017-08-01", "daily", False, 100), ("2017-08-02", "intraday", True, 7)]
    assert built.query(
        "select landed_row_count, kept_row_count, other_export_row_count from staging.base_ga360__row_accounts"
        " where property = 'shop' and report_date = date '2017-08-01' order by 1"
    ) == [(80, 0, 80), (100, 100, 0)]


def test_2_an_intraday_row_has_arrived_with_its_last_hit_and_a_daily_one_when_its_day_is_over(built: House) -> None:
    assert built.query(
        "select distinct epoch(arrived_at)::bigint from staging.stg_ga360__sessions"
        " where source_table_kind = 'intraday'"
    ) == [(NOON_0802 + 90,)]
    assert built.query(
        "select distinct arrived_at::varchar from staging.stg_ga360__sessions"
        " where report_date = date '2017-08-07' and property = 'maison_fr'"
    ) == [("2017-08-07 22:00:00",)]


def test_3_midnight_cuts_parts_but_not_the_session(built: House) -> None:
    where = "visitor_id = '9923547270709055056'"
    assert built.query(
        "select count(distinct session_key), count(distinct session_part_key), count(distinct hit_key),"
        f" count(distinct visitor_key) filter (visit_number = 1) from intermediate.int_web__hits where {where}"
    ) == [(1, 2, 9, 1)]
    assert built.query(
        f"select epoch(hit_at)::bigint from intermediate.int_web__hits where {where} and hit_seq = 8"
    ) == [(1491462010,)]
    assert built.query(
        "select hit_count, report_date::varchar from intermediate.int_web__sessions where visitor_key in"
        f" (select visitor_key from intermediate.int_web__hits where {where})"
    ) == [(9, "2017-04-05")]


def test_4_a_visit_without_interaction_is_kept_and_not_counted(built: House) -> None:
    assert built.query(
        "select counts_as_session, is_interaction from intermediate.int_web__hits"
        " where visitor_id = '0288478011259077136'"
    ) == [(False, False)]


def test_5_visitor_ids_are_text_to_the_last_zero(built: House) -> None:
    assert hits_on(built, "2017-08-03", "visitor_id", "visitor_id") == [
        ("0288478011259077136",), ("9785196377896690172",)
    ]


def test_6_one_order_however_often_its_page_is_loaded(built: House) -> None:
    assert hits_on(
        built, "2017-08-04", "hit_seq, is_duplicate_transaction, transaction_revenue::varchar", "hit_at"
    ) == [
        (18, False, "132.900000000"), (19, True, None), (20, False, None), (1, True, "132.900000000"),
    ]
    assert built.query(
        "select transaction_id, revenue::varchar, currency_code from intermediate.int_web__transactions"
    ) == [("ORD201608051608", "132.900000000", "USD")]
    assert built.query(
        "select quantity, count(*) from intermediate.int_web__hit_products where report_date = date '2017-08-04'"
        " group by 1 order by 1 nulls last"
    ) == [(10, 1), (None, 1)]


def test_6_a_refund_keeps_its_amount_and_is_no_purchase(built: House) -> None:
    assert built.query(
        "select ecommerce_action, refund_amount::varchar from intermediate.int_web__hits where refund_amount > 0"
    ) == [("refund", "132.900000000")]
    assert built.query(
        "select action, signal_count from intermediate.int_web__product_signals where product_id = 'S1'"
    ) == [("purchase", 1)]


def test_7_impressions_and_what_was_added_part_ways(built: House) -> None:
    assert built.query(
        "select product_role, product_seq, product_id, ecommerce_action, variant, brand, promo_id"
        " from intermediate.int_web__hit_products where report_date = date '2017-08-05' order by 1, 2"
    ) == [
        ("action", 1, "B", "add", None, None, None),
        ("impression", 1, "A", "list_view", "MD", None, None),
        ("impression", 2, "C", "list_view", None, None, None),
        ("promotion", 1, None, "promo_view", None, None, "P"),
    ]
    assert hits_on(built, "2017-08-05", "ecommerce_action") == [("add",), ("promo_view",)]


def test_8_a_column_a_day_lacks_reads_null(built: House) -> None:
    assert hits_on(built, "2017-08-06", "client_id") == [(None,)]
    assert built.query(
        "select coupon_code from intermediate.int_web__hit_products where product_id = 'X'"
    ) == [(None,)]


def test_9_repeated_and_absent_slots_neither_lose_hits_nor_values(built: House) -> None:
    assert built.query(
        "select identifier_type, identifier_system, identifier_value, status, key_scope"
        " from intermediate.int_web__reconciliation_keys where property = 'maison_fr'"
    ) == [("crm_customer", "crm_eu", "abc", "ok", "session")]
    assert hits_on(built, "2017-08-07", "hit_seq") == [(1,), (2,)]


@pytest.mark.parametrize(
    ("slot", "value", "signals"), [("9", "1", True), ("9", "0", False), ("9", "no", False), ("8", "1", False)]
)
def test_an_opt_out_signal_counts_only_where_its_slot_says_yes(
    built: House, slot: str, value: str, signals: bool
) -> None:
    with duckdb.connect(str(built.database)) as connection:
        connection.execute("begin")
        connection.execute(
            "insert into reference.web_key_slots (property, source_system, slot_scope, slot_index, meaning)"
            " values ('shop', 'ga360', 'session', ?, 'opt_out_signal')", [slot],
        )  # fmt: skip
        connection.execute(
            "update staging.base_ga360__sessions set custom_dimensions = [{'index': '9', 'value': ?}]", [value]
        )
        found = connection.execute(
            "select distinct has_opt_out_signal from staging.stg_ga360__sessions where property = 'shop'"
        ).fetchall()
        connection.execute("rollback")
    assert found == [(signals,)]


def test_10_no_label_carries_an_address_or_a_number(built: House) -> None:
    assert hits_on(built, "2017-08-08", "page_path, page_title, referrer_host, event_action, event_label") == [
        ("/thanks", "Welcome [removed]", "mail.example", "sent to [removed]", "call [removed] now"),
        ("/account/[removed]/S-2024-0510?sku=0042", None, None, None, None),
    ]
    leaks = []
    for table in ("int_web__hits", "int_web__hit_products", "int_web__sessions", "int_web__transactions"):
        for (column,) in built.query(
            "select column_name from information_schema.columns where table_schema = 'intermediate'"
            f" and table_name = '{table}' and data_type = 'VARCHAR'"
        ):
            found = built.query(
                f"select count(*) from intermediate.{table} where regexp_matches({column}, '@|%(25)*40')"
            )
            leaks += [(table, column)] if found != [(0,)] else []
    assert leaks == []
    assert built.query(
        "select scrubbed_hit_count, scrubbed_field_count from intermediate.int_web__scrub_counts"
        " where report_date = date '2017-08-08'"
    ) == [(2, 4)]


def test_bad_rows_are_named_with_their_reason(built: House) -> None:
    assert built.query(
        "select table_name, _file, rejected_because, count(*) from staging.base_ga360__quarantined"
        " where rejected_because is not null group by all order by 1, 3"
    ) == [
        ("ga_sessions", "ga360/shop/ga_sessions_20170809.json", reason, 1)
        for reason in (
            "duplicate_session_part", "visit_id_unreadable", "visit_start_time_absurd",
            "visit_start_time_in_future", "visit_start_time_missing", "visitor_id_missing",
        )
    ] + [
        ("hits", "ga360/shop/ga_sessions_20170809.json", reason, 1)
        for reason in ("duplicate_hit_number", "hit_number_unreadable", "hit_time_unreadable")
    ]
    assert hits_on(built, "2017-08-09", "hit_seq, epoch_ms(hit_at) % 1000") == [(1, 0), (4, 0)]


def test_rows_landed_are_rows_accounted_for(built: House) -> None:
    landed = {
        path.relative_to(built.raw).as_posix(): [json.loads(line) for line in path.read_text().splitlines()]
        for path in built.raw.glob("ga360/*/*.json")
    }
    accounted = dict(built.query("select _file, count(*) from staging.base_ga360__sessions group by 1"))
    assert accounted == {name: len(rows) for name, rows in landed.items()}
    assert built.query(
        "select count(*) from staging.base_ga360__row_accounts where landed_row_count <> kept_row_count"
        " + superseded_row_count + other_export_row_count + rejected_row_count"
        " or landed_hit_count <> kept_hit_count + rejected_hit_count"
    ) == [(0,)]


def test_a_predicate_on_property_or_day_opens_only_those_files(built: House) -> None:
    connection = duckdb.connect()
    landing.open_landing(connection, landing.read_folder(built.raw))
    plan = connection.execute(
        "explain analyze select count(visitId) from landing_ga360.ga_sessions"
        " where table_date in (date '2017-08-03', date '2017-08-04') and property = 'shop'"
    ).fetchall()[0][1]
    assert re.search(r"Scanning Files: 2/\d+", plan)
