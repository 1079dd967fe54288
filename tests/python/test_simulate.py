"""The generator keeps its promises: same bytes, true manifest, contract columns, planted traps."""

from __future__ import annotations

import csv
import datetime as dt
import gzip
import hashlib
import json
import tracemalloc
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from rendezvous import PROJECT, HouseError
from rendezvous.commands.simulate import command
from rendezvous.contract import TABLES
from rendezvous.simulate import Plan, add_day, business, engine, hashing, people, restate, simulate
from rendezvous.simulate.business import reference_rows
from rendezvous.simulate.house import PROPERTIES
from rendezvous.simulate.people import Person

DEMO = PROJECT / "seeds" / "demo" / "landing"
SMALL = Plan(customers=160, days=12, seed=3)
TRAPS = {
    "boutique_tablet", "bot", "cancellation", "consent_conflict", "consent_withdrawn", "cookie_lost",
    "daily_and_intraday", "daily_and_streaming", "duplicate_record", "gift", "gmail_variant", "guest_checkout",
    "homonym", "household_device", "household_email", "id_collision", "key_base64", "key_legacy_md5",
    "key_placeholder", "key_raw_email", "key_truncated", "key_upper_case", "late_login", "midnight_split",
    "no_interaction", "no_show", "out_of_order_events", "pii_in_url", "placeholder_email", "privacy_access",
    "privacy_erasure", "reschedule", "return", "scraper", "second_device", "shared_device", "shipped_elsewhere",
    "staff_email", "steward_different", "steward_same", "tablet_account", "test_traffic", "typo_domain",
    "unlisted_kiosk", "unseen_by_analytics",
}  # fmt: skip


def read_table(path: Path) -> list[dict[str, str]]:
    """Rows of a csv or csv.gz file."""
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def read_sessions(folder: Path, pattern: str) -> Iterable[tuple[str, dict]]:
    """(property, session) of every web export whose name matches; the demo house is parsed once."""
    return demo_sessions(pattern) if folder == DEMO else parse_sessions(folder, pattern)


@cache
def demo_sessions(pattern: str) -> list[tuple[str, dict]]:
    """The same for the demo house, kept."""
    return list(parse_sessions(DEMO, pattern))


def parse_sessions(folder: Path, pattern: str) -> Iterator[tuple[str, dict]]:
    """The same, read from disk."""
    for path in sorted((folder / "ga360").glob(f"*/{pattern}")):
        with gzip.open(path, "rt", encoding="utf-8") as file:
            for line in file:
                yield path.parent.name, json.loads(line)


def digests(folder: Path) -> dict[str, str]:
    """SHA-256 of every file, by relative path."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def contents(folder: Path) -> dict[str, str]:
    """SHA-256 of the unpacked content of every file but the manifest, by relative path."""
    return {
        name: hashlib.sha256(
            gzip.decompress((folder / name).read_bytes()) if name.endswith(".gz") else (folder / name).read_bytes()
        ).hexdigest()
        for name in digests(folder)
        if name != "manifest.csv"
    }


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("house") / "landing"
    simulate(SMALL, folder, processes=0)
    return folder


def test_the_same_seed_gives_the_same_bytes_whatever_the_number_of_processes(house: Path, tmp_path: Path) -> None:
    simulate(SMALL, tmp_path / "again", processes=2)
    assert digests(tmp_path / "again") == digests(house)


def test_another_seed_gives_another_house(house: Path, tmp_path: Path) -> None:
    simulate(Plan(160, 2, seed=4), tmp_path / "other", processes=0)
    assert digests(tmp_path / "other")["crm/customers.csv.gz"] != digests(house)["crm/customers.csv.gz"]


def test_a_slice_boundary_changes_nothing(house: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "SLICE", 64)
    simulate(SMALL, tmp_path / "sliced", processes=0)
    whole, sliced = (
        sorted(json.dumps(session) for _, session in read_sessions(folder, "*.json.gz"))
        for folder in (house, tmp_path / "sliced")
    )
    assert whole == sliced


def test_the_days_drawn_together_change_nothing(
    house: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for span in (1, 5):
        monkeypatch.setattr(engine, "SPAN", span)
        simulate(SMALL, tmp_path / str(span), processes=0)
        assert digests(tmp_path / str(span)) == digests(house)


def test_rows_that_were_set_aside_on_disk_come_back_in_order(
    house: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "HELD", 0)
    monkeypatch.setattr(engine, "WINDOW", 32)
    simulate(SMALL, tmp_path / "spooled", processes=0)
    assert contents(tmp_path / "spooled") == contents(house)


def test_the_manifest_is_true(house: Path) -> None:
    entries = {row["path"]: row for row in read_table(house / "manifest.csv")}
    hashes = digests(house)
    landed = {name for name in hashes if name != "manifest.csv" and not name.startswith("truth/")}
    assert set(entries) == landed
    for name, row in entries.items():
        path = house / name
        assert int(row["bytes"]) == path.stat().st_size
        assert row["sha256"] == hashes[name]
        lines = gzip.decompress(path.read_bytes()).splitlines() if ".json" in name else read_table(path)
        assert int(row["row_count"]) == len(lines), name


def test_every_table_has_the_columns_of_the_contract_in_their_order(house: Path) -> None:
    for system, tables in TABLES.items():
        for table, columns in tables.items():
            found = list((house / system).glob(f"{table}.csv*"))
            assert len(found) == 1, f"{system}.{table}"
            opener = gzip.open if found[0].suffix == ".gz" else open
            with opener(found[0], "rt", encoding="utf-8") as file:
                assert file.readline().strip().split(",") == columns


def test_every_asked_customer_has_a_record(house: Path) -> None:
    ids = {row["person_id"] for row in read_table(house / "truth/people.csv") if row["record_kind"] == "crm_customer"}
    assert len(ids) == SMALL.customers


@pytest.mark.parametrize("folder", ["house", "demo"])
def test_the_truth_knows_every_record_and_every_owned_device(folder: str, house: Path) -> None:
    where = house if folder == "house" else DEMO
    rows = [tuple(row.values()) for row in read_table(where / "truth/people.csv")]
    assert len(rows) == len(set(rows)), "a record stands twice in the truth"
    truth = {row[:3] for row in rows}
    for row in read_table(where / "crm/customers.csv.gz"):
        assert ("crm_customer", row["source_system"], row["customer_id"]) in truth
    for row in read_table(where / "ecommerce/orders.csv.gz"):
        assert ("ecommerce_order", row["source_system"], row["order_id"]) in truth
    nobody = {
        (row["record_system"], row["record_id"])
        for row in read_table(where / "truth/planted.csv")
        if row["trap"] in ("bot", "scraper", "test_traffic", "boutique_tablet", "unlisted_kiosk")
    }
    for web, session in read_sessions(where, "*.json.gz"):
        visitor = session["fullVisitorId"]
        owned = ("web_visitor", web, visitor) in truth
        assert owned != ((web, visitor) in nobody), (web, visitor)


def test_every_trap_is_planted_in_the_demo_house_and_points_at_a_record() -> None:
    planted = read_table(DEMO / "truth/planted.csv")
    assert {row["trap"] for row in planted} >= TRAPS
    customers = {(r["source_system"], r["customer_id"]) for r in read_table(DEMO / "crm/customers.csv.gz")}
    tills = {row["transaction_id"] for row in read_table(DEMO / "pos/transactions.csv.gz")}
    for row in planted:
        if row["record_kind"] == "crm_customer":
            assert (row["record_system"], row["record_id"]) in customers
        if row["record_kind"] == "pos_transaction":
            assert row["record_id"] in tills


def test_the_demo_house_is_what_the_generator_writes(tmp_path: Path) -> None:
    simulate(Plan(customers=1200, days=90), tmp_path / "demo", processes=2)
    # Content, not bytes: another build of zlib packs the same text otherwise.
    assert contents(tmp_path / "demo") == contents(DEMO)


def test_the_demo_house_has_the_asked_size() -> None:
    assert sum(path.stat().st_size for path in DEMO.rglob("*") if path.is_file()) < 12_000_000
    sessions = sum(1 for _ in read_sessions(DEMO, "ga_sessions_2*"))
    assert 11_000 < sessions < 14_000
    events = read_table(DEMO / "appointments/appointment_events.csv.gz")
    later = {row["appointment_id"] for row in events if row["starts_at"] > "2024-05-30T10:00:00Z"}
    assert 55 < len({row["appointment_id"] for row in events}) < 80
    assert len(later) >= 15
    accounts = [r for r in read_table(DEMO / "truth/planted.csv") if r["trap"] == "tablet_account"]
    assert len(accounts) > 150


def test_shared_devices_have_a_row_of_truth_per_owner() -> None:
    owners: dict[tuple[str, str], set[str]] = {}
    for row in read_table(DEMO / "truth/people.csv"):
        if row["record_kind"] == "web_visitor":
            owners.setdefault((row["record_system"], row["record_id"]), set()).add(row["person_id"])
    assert sum(len(people) == 2 for people in owners.values()) >= 5
    assert max(len(people) for people in owners.values()) == 2


def test_the_last_days_stand_in_the_form_they_have_before_the_daily_import() -> None:
    forms = {path.parent.name + "/" + path.name[:-8] for path in (DEMO / "ga360").rglob("*.json.gz")}
    for day in ("20240529", "20240530"):
        assert f"maison_fr/ga_sessions_intraday_{day}" in forms
        assert f"maison_fr/ga_sessions_{day}" not in forms
        assert f"maison_uk/ga_realtime_sessions_{day}" in forms
        assert f"maison_uk/ga_sessions_{day}" not in forms
    assert {"maison_fr/ga_sessions_20240528", "maison_fr/ga_sessions_intraday_20240528"} <= forms
    assert {"maison_uk/ga_sessions_20240521", "maison_uk/ga_realtime_sessions_20240521"} <= forms


def test_streaming_writes_growing_snapshots_of_a_session() -> None:
    snapshots: dict[str, list[tuple[int, str, int]]] = {}
    for _, session in read_sessions(DEMO, "ga_realtime_sessions_*"):
        row = (int(session["exportTimeUsec"]), session["exportKey"], len(session["hits"]))
        snapshots.setdefault(session["visitKey"], []).append(row)
        assert int(session["exportTimeUsec"]) <= 1717063200 * 1_000_000
    several = [rows for rows in snapshots.values() if len(rows) > 1]
    assert several
    assert all([r[2] for r in sorted(rows)] == sorted(r[2] for r in rows) for rows in several)
    assert any(rows[-1][0] == rows[-2][0] for rows in several), "no tie of export times"


@pytest.mark.parametrize("folder", ["house", "demo"])
def test_web_sessions_are_whole(folder: str, house: Path) -> None:
    parts = set()
    for web, session in read_sessions(house if folder == "house" else DEMO, "ga_sessions_2*"):
        hits, zone = session["hits"], next(p.zone for p in PROPERTIES if p.name == web)
        started = int(session["visitStartTime"])
        assert int(session["totals"]["hits"]) == len(hits)
        assert hits[0]["time"] == "0"
        numbers = [int(hit["hitNumber"]) for hit in hits]
        assert numbers == sorted(set(numbers))
        assert dt.datetime.fromtimestamp(started, zone).strftime("%Y%m%d") == session["date"]
        last = dt.datetime.fromtimestamp(started + int(hits[-1]["time"]) // 1000, zone)
        assert last.strftime("%Y%m%d") == session["date"]
        assert (last.hour, last.minute) == (int(hits[-1]["hour"]), int(hits[-1]["minute"]))
        part = (web, session["fullVisitorId"], session["visitId"], session["visitStartTime"])
        assert part not in parts
        parts.add(part)


def test_a_session_over_midnight_is_two_parts_of_one_visit() -> None:
    halves: dict[tuple[str, str, str], list[dict]] = {}
    for web, session in read_sessions(DEMO, "ga_sessions_2*"):
        halves.setdefault((web, session["fullVisitorId"], session["visitId"]), []).append(session)
    split = [sorted(rows, key=lambda row: row["date"]) for rows in halves.values() if len(rows) == 2]
    assert split
    for first, second in split:
        assert first["visitId"] == first["visitStartTime"] != second["visitStartTime"]
        assert int(second["hits"][0]["hitNumber"]) == int(first["hits"][-1]["hitNumber"]) + 1


def test_an_order_is_echoed_by_a_second_hit_without_amounts_and_stands_in_the_shop() -> None:
    orders = {row["order_id"]: row for row in read_table(DEMO / "ecommerce/orders.csv.gz")}
    echoed = 0
    for _, session in read_sessions(DEMO, "ga_sessions_2*"):
        sales = [h["transaction"] for h in session["hits"] if (h.get("transaction") or {}).get("transactionId")]
        if not sales:
            continue
        full = [sale for sale in sales if "transactionRevenue" in sale]
        if len(full) == 1:
            order = orders[full[0]["transactionId"]]
            assert int(full[0]["transactionRevenue"]) == round(float(order["gross_amount"]) * 1_000_000)
            echoed += len(sales) == 2
    assert echoed > 50


def test_the_home_page_shows_banners_and_few_are_clicked() -> None:
    """As in real exports: a PAGE hit views all banners, an EVENT hit clicks one of them."""
    viewed = clicked = 0
    for _, session in read_sessions(DEMO, "ga_sessions_2*"):
        for hit in session["hits"]:
            if "promotion" not in hit:
                continue
            is_click = hit["promotionActionInfo"] == {"promoIsClick": True}
            assert is_click or hit["promotionActionInfo"] == {"promoIsView": True}
            assert hit["type"] == ("EVENT" if is_click else "PAGE")
            assert len(hit["promotion"]) == (1 if is_click else 3)
            viewed, clicked = viewed + (not is_click), clicked + is_click
    assert viewed > 2 * clicked > 100


def test_identifiers_survive_only_as_text() -> None:
    visitors = {session["fullVisitorId"] for _, session in read_sessions(DEMO, "ga_sessions_2*")}
    assert {len(visitor) for visitor in visitors} == {16, 19, 20}
    assert any(visitor.startswith("0") for visitor in visitors)
    assert any(int(visitor) > 2**63 for visitor in visitors)


def test_old_shards_lack_the_client_id_and_some_rows_spell_nulls_out() -> None:
    old = [session for _, session in read_sessions(DEMO, "ga_sessions_20240302*")]
    new = [session for _, session in read_sessions(DEMO, "ga_sessions_20240520*")]
    assert old and not any("clientId" in session for session in old)
    assert new and all("clientId" in session for session in new)
    assert any("visitorId" in session for session in new)


def test_people_are_plainly_fictional() -> None:
    allowed = ("example.com", "example.org", "example.net", ".example", "exmaple.com", ".exampel", "none.com", "na.com")
    for row in read_table(DEMO / "crm/customers.csv.gz"):
        email = row["email"].strip().lower()
        if email.endswith(("gmail.com", "gmial.com")):
            assert email.startswith("fictional")
        elif email:
            assert email.endswith(allowed), email


@pytest.mark.parametrize("hour", [0, 10])
def test_nothing_is_later_than_as_of(hour: int, tmp_path: Path) -> None:
    plan = Plan(900, 8, seed=3, end=dt.datetime(2024, 5, 30, hour, tzinfo=dt.UTC))
    simulate(plan, tmp_path / "house", processes=0)
    limit = plan.as_of.isoformat().replace("+00:00", "Z")
    for path in (tmp_path / "house").rglob("*.csv*"):
        if path.parent.name == "truth":
            continue
        for row in read_table(path):
            for column, value in row.items():
                if column.endswith("_at") and column not in ("starts_at", "ends_at"):
                    assert value <= limit, (path, row)


def test_one_more_day_keeps_final_history_byte_for_byte(tmp_path: Path) -> None:
    plan = Plan(120, 10, seed=5)
    simulate(plan, tmp_path / "house", processes=0)
    before = digests(tmp_path / "house")
    later, _ = add_day(plan, tmp_path / "house", processes=0)
    after = digests(tmp_path / "house")
    assert later.as_of - plan.as_of == dt.timedelta(days=1)
    for day in range(plan.days - 3):
        for web in PROPERTIES:
            name = f"ga360/{web.name}/ga_sessions_{plan.date(day):%Y%m%d}.json.gz"
            assert after[name] == before[name]
    assert f"ga360/maison_cn/ga_sessions_{plan.date(9):%Y%m%d}.json.gz" in set(after) - set(before)


def test_a_restated_day_changes_that_file_its_manifest_entry_and_the_truth_only(tmp_path: Path) -> None:
    out = tmp_path / "house"
    simulate(Plan(300, 6, seed=5), out, processes=0)
    before, day = digests(out), dt.date(2024, 5, 26)
    left = restate(out, day)
    after = digests(out)
    name = "ga360/maison_fr/ga_sessions_20240526.json.gz"
    assert {n for n in after if after[n] != before[n]} == {name, "manifest.csv", "truth/planted.csv"}
    entry = next(row for row in read_table(out / "manifest.csv") if row["path"] == name)
    assert (int(entry["row_count"]), entry["sha256"]) == (left, after[name])
    with pytest.raises(FileNotFoundError):
        restate(out, dt.date(2023, 1, 1))


def test_a_restated_day_is_in_the_truth_once_and_nothing_else_of_it_changes(tmp_path: Path) -> None:
    out = tmp_path / "house"
    simulate(Plan(300, 6, seed=5), out, processes=0)
    before = read_table(out / "truth/planted.csv")
    landed = len(gzip.decompress((out / "ga360/maison_fr/ga_sessions_20240526.json.gz").read_bytes()).splitlines())
    left = restate(out, dt.date(2024, 5, 26))
    assert restate(out, dt.date(2024, 5, 26)) == left
    *others, last = read_table(out / "truth/planted.csv")
    assert others == before
    assert tuple(last.values())[:4] == ("restated_day", "web_day", "maison_fr", "2024-05-26")
    assert last["note"].startswith(f"{landed - left} sessions left out, ")


@pytest.mark.parametrize("name", ["manifest.csv", "truth/planted.csv"])
def test_a_day_that_cannot_be_recorded_as_restated_keeps_its_file(tmp_path: Path, name: str) -> None:
    out = tmp_path / "house"
    simulate(Plan(300, 6, seed=5), out, processes=0)
    (out / name).unlink()
    before = digests(out)
    done = CliRunner().invoke(command, ["--out", str(out), "--restate", "2024-05-26"])
    assert isinstance(done.exception, HouseError)
    assert f"2024-05-26 cannot be restated: {out / name} does not exist" in str(done.exception)
    assert digests(out) == before


def test_memory_does_not_grow_with_the_number_of_customers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "SLICE", 64)
    monkeypatch.setattr(engine, "WINDOW", 64)
    monkeypatch.setattr(engine, "HELD", 64)

    def peak(customers: int) -> int:
        tracemalloc.start()
        simulate(Plan(customers, 1, seed=1), tmp_path / str(customers), processes=0)
        top = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return top

    peak(50)  # the catalogue and its fragments are built once
    assert peak(1500) < 1.05 * peak(150)


def test_scalar_array_and_windowed_draws_agree() -> None:
    index = np.arange(40, 60)
    array = hashing.mix(9, "stream", index).tolist()
    hashing.open_window(9, (45, 58, 47))
    assert [hashing.mix(9, "stream", int(i)) for i in index] == array
    hashing.open_window(0, ())
    assert [hashing.mix(9, "stream", int(i)) for i in index] == array
    assert hashing.unit(9, "u", index, 3).tolist() == [hashing.unit(9, "u", int(i), 3) for i in index]
    assert 0 <= min(hashing.pick(9, "p", 7, index)) <= max(hashing.pick(9, "p", 7, index)) < 7


WINDOWED = {
    name: trait
    for module in (people, business)
    for name, trait in vars(module).items()
    if getattr(trait, "__code__", None) is people.market_of.__code__
}


@pytest.mark.parametrize("trait", WINDOWED.values(), ids=WINDOWED)
def test_traits_are_the_same_one_by_one_for_many_and_in_the_window(trait: Callable[[Plan, object], object]) -> None:
    plan = Plan(150, 20, seed=9)
    everyone = np.arange(100, 190)
    many = trait(plan, everyone).tolist()
    hashing.open_window(0, ())
    assert [np.asarray(trait(plan, who)).tolist() for who in everyone.tolist()] == many
    hashing.open_window(9, everyone.tolist()[::-1])
    assert [trait(plan, who) for who in everyone.tolist()] == many
    other = Plan(120, 30, seed=9)
    assert [trait(other, who) for who in everyone.tolist()] == trait(other, everyone).tolist()
    hashing.open_window(0, ())


def test_couples_share_an_address_and_nothing_else() -> None:
    plan = Plan(1200, 90)
    pairs = [r["record_id"] for r in read_table(DEMO / "truth/planted.csv") if r["trap"] == "household_email"]
    who = [i for i in range(1, 1200, 2) if Person(plan, i).email_kind == "shared"]
    assert len(who) == len(pairs)
    for index in who:
        one, other = Person(plan, index), Person(plan, index ^ 1)
        assert one.email == other.mailbox and one.last_name == other.last_name
        assert one.person_id != other.person_id


def test_the_reference_seeds_describe_these_properties() -> None:
    for name, rows in reference_rows().items():
        with open(PROJECT / "seeds" / "reference" / f"{name}.csv", encoding="utf-8", newline="") as file:
            written = [tuple(row) for row in csv.reader(file)]
        # Another house's rows may stand beside those of the demo house.
        assert {tuple(str(value) for value in row) for row in rows} <= set(written)


def test_the_command_writes_a_house_and_refuses_a_folder_that_is_none(tmp_path: Path) -> None:
    out = tmp_path / "house"
    arguments = ["--customers", "20", "--days", "2", "--out", str(out), "--processes", "0"]
    done = CliRunner().invoke(command, arguments)
    assert done.exit_code == 0, done.output
    assert "hits/s" in done.output and "2024-05-30T10:00:00Z" in done.output
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "keep.txt").write_text("mine")
    refused = CliRunner().invoke(command, ["--days", "1", "--out", str(tmp_path / "mine")])
    assert refused.exit_code != 0
    assert (tmp_path / "mine" / "keep.txt").read_text() == "mine"
    assert CliRunner().invoke(command, ["--out", str(out), "--end", "2024-05-30"]).exit_code == 2


def test_a_plan_refuses_what_means_nothing() -> None:
    for wrong in ((0, 1), (1, 0), (1, 1001)):
        with pytest.raises(ValueError):
            Plan(*wrong)
    with pytest.raises(ValueError):
        Plan(1, 1, end=dt.datetime(2024, 1, 1))
