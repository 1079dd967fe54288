"""What people ask of a house in BigQuery, on a local server that speaks its protocol: a planted person is exported,
objects, is erased (the first attempt breaks off) and stays so; neighbours lose nothing; what is too old is purged.

Every statement that was sent is given to Google's analyzer, with the tables it names."""

from __future__ import annotations

import csv
import json
import os
import re
import sys
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import click
import pytest
from google.cloud import bigquery

from bigquery.emulated import client_of, emulator
from conftest import House
from privacy_scene import (
    APPOINTMENT,
    DEVICE,
    EMAIL,
    HOUSEHOLD,
    NEIGHBOUR,
    ORDER,
    OWN_APPOINTMENT,
    PHONE,
    RECEIPT_NUMBER,
    RECORD,
    SHARED_PHONE,
    TELLTALES,
    plant,
)  # fmt: skip
from rendezvous import HouseError, keys
from rendezvous.bigquery import vault, warehouse
from rendezvous.bigquery.warehouse import Warehouse
from rendezvous.cli import rendezvous
from rendezvous.privacy import do_export_consents, in_bigquery
from scenes import look, session

sys.path.insert(0, str(Path(__file__).parent / "bigquery"))
from googlesql import GoogleSql, array_of, struct_of, table_message, type_named  # noqa: E402

MODELS = ["+customer_identifiers", "+int_identity__session_owners", "+customer_contacts", "+privacy_request_subjects",
          "+stg_consent__consent_events", "+stg_newsletter__events", "retention_policies",
          "web_properties"]  # fmt: skip
SHARD = "landing_ga360_maison_fr.ga_sessions_20240524"
LONG_GONE, OLD_DAY = "CANGONE81", "2020-01-02"
# Marts that are not built here, to save minutes: what counts is their columns and what the manifest says of them.
_KEY = (
    "select customer_key from marts.customer_identifiers where identifier_type = 'crm_customer'"
    " and identifier_value"
)
BY_HAND = {
    "marts.touchpoints": f"""
        select 'T1' as touchpoint_key, ({_KEY} = '{RECORD}') as customer_key, '{RECEIPT_NUMBER}' as source_id,
            numeric '990' as amount
        union all select 'T2', ({_KEY} = '{RECORD}'), '{ORDER}', null
        union all select 'T3', ({_KEY} = '{NEIGHBOUR}'), 'NEIGHRECEIPT1', null""",
    "marts.appointment_profiles": f"""
        select '{APPOINTMENT}' as appointment_id, ({_KEY} = '{RECORD}') as customer_key
        union all select '{OWN_APPOINTMENT}', ({_KEY} = '{NEIGHBOUR}')""",
    "marts.consent_propagation": f"""
        select ({_KEY} = '{RECORD}') as customer_key, said.*, 'house' as recipient, true as is_open,
            timestamp '2024-05-20 08:00:00' as changed_at, 'C1' as consent_event_id
        from (
            select 'email_marketing' as purpose, 'email' as channel, 'crm_eu' as source_system,
                'crm_customer' as identifier_type, '{RECORD}' as identifier_value, 'refused' as status
            union all select 'profiling', 'any', 'crm_eu', 'crm_customer', '{RECORD}', 'granted'
            union all select 'clienteling', 'any', 'crm_eu', 'crm_customer', '{RECORD}', 'granted'
            union all select 'email_marketing', 'email', 'crm_eu', 'email', 'v1_EU:never-sent-by-it', 'refused'
            union all select 'email_marketing', 'email', 'preference_centre', 'email', subject_key, 'refused'
                from staging.stg_consent__consent_events where consent_event_id = 'can-c2'
        ) as said""",
    "marts.consent_states": f"""
        select ({_KEY} = '{RECORD}') as customer_key, ruled.*, 'house' as recipient, true as is_allowed,
            cast(null as string) as contact_window, timestamp '2024-06-03 08:00:00' as notice_due_at,
            cast(null as timestamp) as ask_again_from
        from (
            select 'email_marketing' as purpose, cast(null as timestamp) as reconfirm_due_at
            union all select 'profiling', timestamp '2024-05-30 10:00:00'
            union all select 'clienteling', timestamp '2024-05-30 10:00:01'
        ) as ruled""",
    "marts.appointment_profile_items": f"select '{APPOINTMENT}' as appointment_id, 'CANSKU' as sku",
    "intermediate.int_consent__events": f"""
        select ({_KEY} = '{RECORD}') as customer_key, 'adnetwork' as recipient, false as is_denial""",
    "intermediate.int_privacy__retention_due": f"""
        select customer_key, customer_key = ({_KEY} = '{LONG_GONE}') as is_due from marts.customer_identifiers""",
}


@dataclass
class Scene:
    """A house on an emulator, its statements, and what was in its tables at each stage."""

    house: House
    client: bigquery.Client
    sent: list[str] = field(default_factory=list)
    before: dict[str, list[dict]] = field(default_factory=dict)
    now: dict[str, list[dict]] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)

    def rows(self, table: str) -> list[dict]:
        return [dict(row) for row in self.client.list_rows(self.client.get_table(f"{self.client.project}.{table}"))]

    def names(self) -> list[str]:
        """Every table, shards and the vault included."""
        return [f"{dataset.dataset_id}.{item.table_id}" for dataset in self.client.list_datasets()
                for item in self.client.list_tables(dataset.dataset_id) if item.table_type == "TABLE"]  # fmt: skip

    def contents(self) -> dict[str, list[dict]]:
        """The rows of every table."""
        return {name: self.rows(name) for name in self.names()}

    def ask(self, *arguments: str) -> None:
        """A command of `rendezvous privacy` on the emulator, in this process, so that its statements are seen."""
        os.environ.update(self.house.environ())
        rendezvous(["privacy", *arguments, "--target", "emulator"], standalone_mode=False)

    def dbt(self, *arguments: str) -> None:
        self.house.dbt(*arguments, "--target", "emulator", "--no-use-colors")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory):
    """The house with the person in it, loaded and built on the emulator."""
    folder = tmp_path_factory.mktemp("privacy")
    house = House(folder / "house", as_of="2024-05-30T10:00:00Z")
    keys.create(house.key.with_suffix(".suppression.key"))
    plant(house)
    asked = {"subject_type": "email", "subject_id": EMAIL, "received_at": "2024-05-26T00:00:00Z",
             "identity_verified_at": "2024-05-27T00:00:00Z", "status": "received"}  # fmt: skip
    house.land("privacy/requests_more.csv", [asked | {"request_id": "CAN-2", "kind": "access"},
                                             asked | {"request_id": "CAN-3", "kind": "objection"}])  # fmt: skip
    gone = {"source_system": "crm_eu", "customer_id": LONG_GONE, "country_code": "FR"}
    then = "2001-01-01T00:00:00Z"
    house.land("crm/customers_gone.csv", [gone | {"created_at": then, "updated_at": then}])
    house.land_json("ga360/maison_fr/ga_sessions_20200102.json", [session("5150", f"{OLD_DAY} 09:00", [look("P1")])])
    environment = dict(os.environ)
    with emulator(folder / "emulator") as address, pytest.MonkeyPatch.context() as patch:
        house.environment["RENDEZVOUS_EMULATOR"] = address
        scene = Scene(house, client_of(address))
        scene.refused = refusals(scene)
        house.rendezvous("load", "--target", "emulator")
        house.rendezvous("keys", "install", "--target", "emulator")
        scene.dbt("build", "--exclude-resource-type", "test", "unit_test", "-s", *MODELS)
        for name, query in BY_HAND.items():
            scene.client.query_and_wait(f"create table {name} as {query}")
        run = Warehouse.run

        def run_and_keep(self, googlesql: str, values=()):
            scene.sent.append(googlesql.replace(self.person, "vault.person"))
            return run(self, googlesql, values)

        patch.setattr(Warehouse, "run", run_and_keep)
        yield scene
    os.environ.clear()
    os.environ.update(environment)


def refusals(scene: Scene) -> list[str]:
    """What the command says of a project without a key, and of one with the demo key; that one is taken away again."""
    said = []
    for prepare in (lambda: None, lambda: vault.install(scene.client, keys.demo_ring())):
        prepare()
        with pytest.raises(HouseError) as refused:
            scene.ask("erase", "--all-due")
        said.append(str(refused.value))
    scene.client.delete_dataset("vault", delete_contents=True)
    return said


@pytest.fixture(scope="module")
def told(built: Scene) -> dict[str, list[list[str]]]:
    """What two systems learn of consents, before anything else happens."""
    files = {system: built.house.folder / f"{system}.csv" for system in ("crm_eu", "preference_centre")}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RENDEZVOUS_AS_OF", "2024-05-30T10:00:00Z")
        for system, path in files.items():
            built.ask("export-consents", "--system", system, "--out", str(path))
    return {system: list(csv.reader(path.open())) for system, path in files.items()}


@pytest.fixture(scope="module")
def exported(built: Scene, told: dict) -> dict:
    """What an access export of the person holds, by table."""
    built.ask("export", "--request", "CAN-2")
    return json.loads((built.house.folder / "rendezvous.privacy" / "access-CAN-2.json").read_text())["tables"]


@pytest.fixture(scope="module")
def objected(built: Scene, exported: dict) -> Scene:
    """After the person's objection."""
    built.ask("object", "--request", "CAN-3")
    built.before = built.contents()
    return built


@pytest.fixture(scope="module")
def broken_off(objected: Scene) -> Scene:
    """After an erasure that the network broke off amid the deletes."""
    whole, count = Warehouse.run, 0

    def breaks(self, googlesql: str, values=()):
        nonlocal count
        count += googlesql.lower().startswith("delete from staging.base_")
        if count > 5:
            raise HouseError("the connection broke")
        return whole(self, googlesql, values)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Warehouse, "run", breaks)
        with pytest.raises(HouseError, match="the connection broke"):
            objected.ask("erase", "--request", "CAN-1")
    return objected


@pytest.fixture(scope="module")
def erased(broken_off: Scene) -> Scene:
    """After the same command again."""
    assert RECORD in repr(broken_off.rows("marts.customer_identifiers"))
    broken_off.ask("erase", "--request", "CAN-1")
    broken_off.now = broken_off.contents()
    return broken_off


def sightings(tables: dict[str, list[dict]], telltales: list[str]) -> list[str]:
    """Where a telltale of the planted person stands: any value of any column, at any depth."""
    texts = {name: repr(rows).lower() for name, rows in tables.items()}
    return [f"{name}: {telltale}" for name, text in texts.items() for telltale in telltales if telltale.lower() in text]


def test_a_project_without_a_key_or_with_the_demo_key_is_refused(built: Scene) -> None:
    assert ["no dataset vault" in built.refused[0], "public demo key" in built.refused[1]] == [True, True]


def test_an_export_holds_every_table_with_the_person(exported: dict) -> None:
    found = {"staging.base_crm__customers", "landing_crm.customers", "marts.touchpoints", "vault.customer_contacts"}
    assert found <= exported.keys()
    assert exported["landing_crm.customers"][0]["phone"] == PHONE


def test_an_objection_is_landed_and_takes_the_profile(exported: dict, objected: Scene) -> None:
    denied = [row for row in objected.before["landing_consent.consent_events"] if "objections" in row["_file"]]
    assert {(row["subject_id"], row["status"]) for row in denied} == {(RECORD, "refused")}
    shown = {row["appointment_id"] for row in objected.before["marts.appointment_profiles"]}
    assert OWN_APPOINTMENT in shown and APPOINTMENT not in shown


def test_a_system_learns_what_stands_under_its_own_names(told: dict[str, list[list[str]]]) -> None:
    """As from DuckDB: a yes that has run out stays here, and so does an address the system never named."""
    rest = ["house", "refused", "2024-05-20 08:00:00", "C1", "", "2024-06-03 08:00:00", ""]
    header, *of_crm = told["crm_eu"]
    assert header == list(do_export_consents.COLUMNS)
    assert of_crm == [
        ["crm_customer", RECORD, "clienteling", "any", "house", "granted", *rest[2:]],
        ["crm_customer", RECORD, "email_marketing", "email", *rest],
    ]
    assert told["preference_centre"][1:] == [["email", EMAIL, "email_marketing", "email", *rest]]


def test_no_consents_go_out_after_a_word_has_landed(
    built: Scene, told: dict, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The emulator leaves a table's time where it was when rows are added; BigQuery does not."""
    as_told = Warehouse.changed_at
    monkeypatch.setattr(Warehouse, "changed_at", lambda project, name: (
        datetime.now(UTC) if name == "landing_consent.consent_events" else as_told(project, name)))  # fmt: skip
    with pytest.raises(HouseError, match="landing_consent.consent_events: landed after the last build"):
        built.ask("export-consents", "--system", "crm_eu")


def test_no_consents_go_out_while_a_file_lies_unread(built: Scene, told: dict) -> None:
    unread = built.house.raw / "consent" / "consent_events_late.csv"
    unread.write_text("consent_event_id\n")
    try:
        with pytest.raises(HouseError, match="consent_events_late.csv: landed .* Run `rendezvous load"):
            built.ask("export-consents", "--system", "crm_eu")
    finally:
        unread.unlink()


def test_who_read_profiles_is_asked_of_the_history_of_jobs(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    read, said = datetime(2026, 5, 4, 9, 30, tzinfo=UTC), []
    columns = {"creation_time": type_named("TIMESTAMP"), "user_email": type_named("STRING"),
               "statement_type": type_named("STRING"), "job_type": type_named("STRING"),
               "job_id": type_named("STRING"), "referenced_tables": array_of(struct_of(
                   [(name, type_named("STRING")) for name in ("project_id", "dataset_id", "table_id")]))}  # fmt: skip

    class Client:
        project, location = "house", "EU"

    def run(self, googlesql: str, values=()):
        said.append(googlesql)
        return warehouse.Answer([(read, "advisor@maison.example", "SELECT", "job_1"),
                                 (read, "build@maison.example", "CREATE_TABLE_AS_SELECT", "job_2")])  # fmt: skip

    monkeypatch.setattr(warehouse.connection, "connect", lambda target: Client())
    monkeypatch.setattr(Warehouse, "run", run)
    asked = ["privacy", "accesses", "--target", "bigquery"]
    rendezvous([*asked, "--reader", "advisor@maison.example"], standalone_mode=False)
    assert capsys.readouterr().out.splitlines() == [
        "2026-05-04T09:30:00+00:00  advisor@maison.example  -  SELECT  job_1", "1 reading.",
    ]  # fmt: skip
    catalog = {("INFORMATION_SCHEMA", "JOBS"): table_message("JOBS", list(columns.items()))}
    assert "`region-eu`.INFORMATION_SCHEMA.JOBS" in said[0]
    list(GoogleSql().analyze(said[0].replace("`region-eu`.", ""), catalog, "house", []))
    with pytest.raises(click.UsageError, match="names no appointment"):
        rendezvous([*asked, "--appointment", "A1"], standalone_mode=False)


def test_a_planted_person_is_found_nowhere_afterwards(erased: Scene) -> None:
    assert len(sightings(erased.before, TELLTALES)) > 100
    assert sightings(erased.now, TELLTALES) == []
    assert [name for name in erased.now if "privacy_person" in name] == []


def test_neighbours_keep_their_rows(erased: Scene) -> None:
    now = erased.now
    kept = {row["customer_id"] for row in erased.before["landing_crm.customers"]} - {RECORD}
    assert {row["customer_id"] for row in now["landing_crm.customers"]} == kept
    assert {row["email"] for row in now["landing_newsletter.events"]} == {HOUSEHOLD}
    assert [(row["email"], row["phone"]) for row in now["landing_service.cases"]] == [(None, SHARED_PHONE)]
    assert {row["appointment_id"] for row in now["marts.appointment_profiles"]} == {OWN_APPOINTMENT}


def test_a_session_of_another_keeps_its_hits_and_loses_the_persons_ids(erased: Scene) -> None:
    """Compared value by value, through all that is nested."""
    now = {row["visitId"]: row for row in erased.now[SHARD]}
    before = {row["visitId"]: row for row in erased.before[SHARD] if row["visitId"] in now}
    assert len(now) == len(before) == 2 and DEVICE not in {row["fullVisitorId"] for row in now.values()}
    emptied = [pair for visit in now for pair in differences(before[visit], now[visit])]
    assert [(old in TELLTALES, new) for old, new in emptied] == [(True, None)]


def differences(old: object, new: object) -> list[tuple]:
    """The values in which two nested values differ."""
    if isinstance(old, dict) and isinstance(new, dict) and old.keys() == new.keys():
        return [pair for key in old for pair in differences(old[key], new[key])]
    if isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        return [pair for left, right in zip(old, new, strict=True) for pair in differences(left, right)]
    return [] if old == new else [(old, new)]


def test_what_the_books_need_stays_without_the_person(erased: Scene) -> None:
    (sale,) = [row for row in erased.now["landing_pos.transactions"] if row["transaction_id"] == RECEIPT_NUMBER]
    assert [sale[name] for name in ("customer_id", "loyalty_id", "phone", "receipt_email")] == [None] * 4
    (order,) = [row for row in erased.now["staging.base_ecommerce__orders"] if row["order_id"] == ORDER]
    assert order["email"] is None and order["gross_amount"] == 120
    bought = {row["source_id"]: row for row in erased.now["marts.touchpoints"]}
    assert bought.keys() == {RECEIPT_NUMBER, "NEIGHRECEIPT1"}
    assert bought[RECEIPT_NUMBER]["customer_key"] is None and bought[RECEIPT_NUMBER]["amount"] == 990


def test_the_certificate_counts_and_tells_the_horizon(erased: Scene) -> None:
    path = erased.house.folder / "rendezvous.privacy" / "erasure-CAN-1.json"
    assert not [telltale for telltale in TELLTALES if telltale.lower() in path.read_text().lower()]
    content = json.loads(path.read_text())
    now, by_table = erased.now, {row["table"]: row for row in content["tables"]}
    assert by_table["marts.customer_identifiers"]["removed"] > 0
    for name, row in by_table.items():
        assert row["rows_after"] == row["rows_before"] - row["removed"] == len(now[name]), name
    told = {each["name"]: each["records"] for each in content["recipients"]}
    assert told["adnetwork"] == 0 < min(told["crm_eu"], told["newsletter"]), told
    horizon = content["horizon"]
    # The emulator says, as BigQuery of a new dataset, seven days.
    assert "168 hours of time travel and 7 days of fail-safe" in horizon["why"]
    assert horizon["readable_again_until"] > content["done_at"][:10]
    assert [row["request_id"] for row in erased.now["vault.privacy_log"]] == ["CAN-2", "CAN-3", "CAN-1"]


def test_the_horizon_is_that_of_the_longest_dataset() -> None:
    class Client:
        project = "house"

        def get_dataset(self, name: str):
            dataset = bigquery.Dataset(name)
            dataset._properties["maxTimeTravelHours"] = {"house.staging": "48", "house.exports": "72"}.get(name)
            return dataset

    project = Warehouse(Client())
    assert project.time_travel_hours(["staging"]) == 48
    assert project.time_travel_hours(["staging", "exports"]) == 72
    assert project.time_travel_hours(["staging", "unsaid"]) == warehouse.DEFAULT_TIME_TRAVEL_HOURS


@pytest.fixture(scope="module")
def landed_again(erased: Scene) -> Scene:
    """The old files, loaded and staged once more; the vault has lost its tombstones to a restored backup."""
    erased.client.query_and_wait("delete from vault.tombstones where true")
    plant(erased.house)
    # The files as they were are known and not loaded again; under another name they are.
    for name in ("crm/customers{}.csv", "newsletter/events{}.csv", "pos/transactions{}.csv.gz"):
        (erased.house.raw / name.format("_canary")).rename(erased.house.raw / name.format("_backup"))
    done = erased.house.rendezvous("load", "--target", "emulator")
    assert "tombstones were missing in the vault" in done.stderr
    erased.dbt("run", "-s", "base_crm__customers", "base_newsletter__events", "base_pos__transactions")
    return erased


def test_old_files_bring_nobody_back(landed_again: Scene) -> None:
    staged = {name: landed_again.rows(name) for name in landed_again.names() if name.startswith("staging.")}
    assert RECORD in repr(landed_again.rows("landing_crm.customers"))
    assert sightings(staged, TELLTALES) == []
    first = [row for row in staged["staging.base_crm__customers"] if row["_line"] == 2]
    refused = {row["_file"]: row["rejected_because"] for row in first}
    assert refused["crm/customers_backup.csv"] == "erased"


def test_what_is_kept_too_long_is_purged(landed_again: Scene) -> None:
    old = "landing_ga360_maison_fr.ga_sessions_20200102"
    assert old in landed_again.names() and LONG_GONE in repr(landed_again.rows("landing_crm.customers"))
    assert OLD_DAY in {str(row["report_date"]) for row in landed_again.rows("staging.base_ga360__sessions")}
    landed_again.ask("purge")
    assert old not in landed_again.names() and SHARD in landed_again.names()
    assert OLD_DAY not in {str(row["report_date"]) for row in landed_again.rows("staging.base_ga360__sessions")}
    for name in ("landing_crm.customers", "staging.base_crm__customers", "marts.customer_identifiers"):
        assert LONG_GONE not in repr(landed_again.rows(name))


def test_no_statement_is_refused_and_none_holds_a_value_of_the_person(landed_again: Scene) -> None:
    """Google's analyzer takes each; job histories keep each, so none may name anybody."""
    assert len(landed_again.sent) > 300
    refused, analyzer, catalog = [], GoogleSql(), {("vault", "person"): _table("person", ["kind", "value"])}
    for dataset in landed_again.client.list_datasets():
        for item in landed_again.client.list_tables(dataset.dataset_id):
            table = landed_again.client.get_table(item.reference)
            columns = [(each.name, _type(each)) for each in table.schema]
            catalog[dataset.dataset_id, item.table_id] = table_message(item.table_id, columns)
            if shard := warehouse.SHARD.fullmatch(item.table_id):
                wildcard = f"{shard['prefix']}20*"
                catalog[dataset.dataset_id, wildcard] = table_message(
                    wildcard, [*columns, ("_table_suffix", type_named("STRING"))]
                )
    for sql in dict.fromkeys(landed_again.sent):
        if re.search(r"privacy_log (\(|VALUES)|ga_sessions_20200102|vault\.person \(", sql):
            continue
        try:
            list(analyzer.analyze(re.sub(r"@p\d+", "lower('x')", sql), catalog, landed_again.client.project, []))
        except Exception as error:
            refused.append(f"{error}\n{sql}")
    assert refused == [], refused[0]
    assert [sql for sql in landed_again.sent for text in TELLTALES if text.lower() in sql.lower()] == []


def test_a_guarded_table_is_read_with_its_days(erased: Scene) -> None:
    """The table asks for its partition in BigQuery, which would refuse the statement; the emulator would not."""
    touching = [sql for sql in erased.sent if "staging.base_ga360__exported_sessions" in sql]
    assert touching
    assert [sql for sql in touching if not re.search(r"report_date (>=|in|IN) ", sql)] == []


@pytest.mark.parametrize(
    ("told", "guard"),
    [
        ({"requirePartitionFilter": True, "timePartitioning": {"field": "day"}}, "day >= date '0001-01-01'"),
        ({"timePartitioning": {"field": "day", "requirePartitionFilter": True}}, "day >= date '0001-01-01'"),
        ({"requirePartitionFilter": True, "timePartitioning": {"type": "DAY"}}, "_partitiondate >= date '0001-01-01'"),
        ({"timePartitioning": {"field": "day"}}, "true"),
        ({}, "true"),
    ],
)
def test_a_guard_is_found_on_the_table_and_on_its_partitioning(told: dict, guard: str) -> None:
    name = {"projectId": "p", "datasetId": "d", "tableId": "t"}
    assert in_bigquery._guard(bigquery.Table.from_api_repr({"tableReference": name, **told})) == guard


def test_statements_change_meaning_for_nobody() -> None:
    """What is compared is normalised alike on both engines: the translation keeps every part."""
    from rendezvous.bigquery.translation import to_googlesql
    from rendezvous.privacy import matching

    said = to_googlesql(f"select {matching.normal_email('email')} from t where a = $2 and b = $1", "vault.p")
    assert "NFC" in said and "@p2" in said and r"\\x{200B}" in said
    assert to_googlesql("delete from person where true", "vault.p") == "DELETE FROM vault.p WHERE TRUE"


def _table(name: str, columns: list[str]):
    return table_message(name, [(column, type_named("STRING")) for column in columns])


def _type(each: bigquery.SchemaField):
    inner = struct_of([(sub.name, _type(sub)) for sub in each.fields]) if each.fields else type_named(each.field_type)
    return array_of(inner) if each.mode == "REPEATED" else inner
