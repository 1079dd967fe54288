"""`rendezvous load` and `rendezvous keys install`: what they leave in the warehouse, and what they say when refused."""

from __future__ import annotations

from datetime import date

import pytest
from google.api_core import exceptions

from bigquery.emulated import client_of, emulator
from conftest import House
from rendezvous import HouseError, arrivals, jurisdictions, keys, landing
from rendezvous.bigquery import errors, schemas, vault
from rendezvous.bigquery.loading import Loader

SESSION = {
    "fullVisitorId": "0012", "visitId": "1709370000", "visitNumber": "many", "visitStartTime": 1709370000,
    "totals": {"visits": 1},
    "hits": [{"hitNumber": 1, "time": 0, "isInteraction": True, "page": {"pagePath": "/été"},
              "product": [{"productSKU": "W1"}, {"productSKU": "W2"}]}],
}


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory):
    with emulator(tmp_path_factory.mktemp("emulator")) as address:
        yield address


@pytest.fixture
def client(address: str):
    """The emulator, emptied."""
    client = client_of(address)
    for dataset in client.list_datasets():
        client.delete_dataset(dataset.dataset_id, delete_contents=True, not_found_ok=True)
    return client


def loader_of(client, house: House) -> Loader:
    found = landing.read_folder(house.raw)
    return Loader(client, found, arrivals.check_landing(house.database, found, 0.1))


def load(client, house: House) -> list[str]:
    loader = loader_of(client, house)
    units = loader.plan()
    loader.prepare()
    loader.load(units)
    loader.write_arrivals()
    return [unit.destination for unit in units]


def rows(client, table: str) -> list[dict]:
    return [dict(row) for row in client.list_rows(client.get_table(f"{client.project}.{table}"))]


def customers(*ids: str) -> list[dict]:
    return [{"source_system": "crm_eu", "customer_id": customer, "first_name": "Zoé"} for customer in ids]


def test_a_file_is_loaded_once_and_a_changed_one_replaces_its_rows(client, house: House) -> None:
    house.land("crm/customers_1.csv", customers("C1", "C2"))
    house.land("crm/customers_2.csv", customers("C3"))
    assert load(client, house) == ["landing_crm.customers"]
    assert load(client, house) == []
    house.land("crm/customers_1.csv", customers("C1", "C4", "C5"))
    assert load(client, house) == ["landing_crm.customers"]
    found = sorted((row["customer_id"], row["_file"], row["_line"]) for row in rows(client, "landing_crm.customers"))
    assert found == [("C1", "crm/customers_1.csv", 2), ("C3", "crm/customers_2.csv", 2),
                     ("C4", "crm/customers_1.csv", 3), ("C5", "crm/customers_1.csv", 4)]


def test_every_table_of_the_contract_is_there_even_without_a_file(client, house: House) -> None:
    load(client, house)
    assert rows(client, "landing_stock.levels") == []
    assert rows(client, "landing.refused_files") == []


def test_a_shard_has_the_official_types_and_keeps_its_nesting(client, house: House) -> None:
    house.land_json("ga360/maison_fr/ga_sessions_20240302.json.gz", [SESSION])
    assert load(client, house) == ["landing_ga360_maison_fr.ga_sessions_20240302"]
    (row,) = rows(client, "landing_ga360_maison_fr.ga_sessions_20240302")
    assert (row["fullVisitorId"], row["visitId"], row["visitNumber"]) == ("0012", 1709370000, None)
    (hit,) = row["hits"]
    assert (hit["hitNumber"], hit["isInteraction"], hit["page"]["pagePath"]) == (1, True, "/été")
    assert [product["productSKU"] for product in hit["product"]] == ["W1", "W2"]
    assert hit["eventInfo"] is None


def test_an_interrupted_load_leaves_whole_tables_and_goes_on(client, house: House, monkeypatch) -> None:
    house.land("crm/customers.csv", customers("C1"))
    house.land("loyalty/members.csv", [{"loyalty_id": "L1"}, {"loyalty_id": "L2"}])
    for day in ("02", "03"):
        house.land_json(f"ga360/maison_fr/ga_sessions_202403{day}.json", [SESSION | {"visitNumber": day}])
    whole = Loader._load_stream

    def dies_at_members(self, stream, destination, *rest):
        if destination.startswith("landing_loyalty"):
            raise exceptions.ServiceUnavailable("the connection broke")
        return whole(self, stream, destination, *rest)

    monkeypatch.setattr(Loader, "_load_stream", dies_at_members)
    with pytest.raises(HouseError, match=r"landing_loyalty\.members from loyalty/members\.csv.*load` again"):
        load(client, house)
    assert rows(client, "landing_loyalty.members") == []
    done = {row["path"] for row in rows(client, "landing.load_ledger")}
    assert done == {"crm/customers.csv", "ga360/maison_fr/ga_sessions_20240302.json",
                    "ga360/maison_fr/ga_sessions_20240303.json"}
    monkeypatch.setattr(Loader, "_load_stream", whole)
    assert load(client, house) == ["landing_loyalty.members"]
    assert len(rows(client, "landing_loyalty.members")) == 2
    assert len(rows(client, "landing_crm.customers")) == 1


def test_rows_and_ledger_are_written_together_or_not_at_all(client, house: House, monkeypatch) -> None:
    """The staged rows are there, the transaction is not: the table holds what it held."""
    house.land("crm/customers.csv", customers("C1"))
    load(client, house)
    house.land("crm/customers.csv", customers("C8", "C9"))
    loader = loader_of(client, house)
    units = loader.plan()
    monkeypatch.setattr(client, "query_and_wait", _refuse)
    with pytest.raises(HouseError, match="permission refused"):
        loader.load(units)
    monkeypatch.undo()
    assert [row["customer_id"] for row in rows(client, "landing_crm.customers")] == ["C1"]
    assert load(client, house) == ["landing_crm.customers"]
    assert sorted(row["customer_id"] for row in rows(client, "landing_crm.customers")) == ["C8", "C9"]


def _refuse(*_, **__):
    raise exceptions.Forbidden("Access Denied: Table landing_crm.customers")


def test_a_property_without_a_dataset_is_refused_before_anything_is_loaded(client, house: House) -> None:
    house.land_json("ga360/maison_it/ga_sessions_20240302.json", [SESSION])
    with pytest.raises(HouseError, match="ga360_properties names no dataset for the property 'maison_it'"):
        load(client, house)


def test_the_command_tells_what_it_would_do_and_does_nothing(client, address: str, house: House) -> None:
    house.environment["RENDEZVOUS_EMULATOR"] = address
    house.land("crm/customers.csv", customers("C1"))
    said = house.rendezvous("load", "--target", "emulator", "--dry-run").stdout
    assert "1 of 1 file to load into 1 table or shard" in said and "landing_crm.customers" in said
    assert [dataset.dataset_id for dataset in client.list_datasets()] == []


def test_one_key_per_vault(client, address: str, house: House) -> None:
    assert vault.install(client, keys.demo_ring())
    house.environment["RENDEZVOUS_EMULATOR"] = address
    house.land("crm/customers.csv", customers("C1"))
    refused = house.rendezvous("load", "--target", "emulator", check=False)
    assert refused.returncode == 2 and "public demo key" in refused.stderr
    assert "Installed" in house.rendezvous("keys", "install", "--target", "emulator").stdout
    assert "There already" in house.rendezvous("keys", "install", "--target", "emulator").stdout
    with pytest.raises(HouseError, match="Wrong key"):
        vault.install(client, keys.demo_ring())
    assert inner_pads(client) == {key.name: keys.pads(key.secret)[0] for key in keys.read_ring(house.key)}


def inner_pads(client) -> dict[str, bytes]:
    return {row["name"]: bytes.fromhex(row["inner_pad_hex"]) for row in rows(client, "vault.hmac_pads")}


def test_pads_of_another_key_than_the_vault_remembers_are_put_right(client, house: House) -> None:
    ring = keys.read_ring(house.key)
    vault.install(client, ring)
    other = keys.pads(bytes(32))[0]
    client.query_and_wait(f"update vault.hmac_pads set inner_pad_hex = '{other.hex()}' where name = 'v1_CN'")
    assert inner_pads(client)["v1_CN"] == other
    assert vault.install(client, ring)
    assert inner_pads(client)["v1_CN"] == keys.pads(ring["CN"].secret)[0]
    assert not vault.install(client, ring)


def key_of_china(client) -> tuple[str, date]:
    (row,) = (row for row in rows(client, "vault.key_origins") if row["origin"] == "crm_cn")
    return row["name"], row["changes_on"]


def test_the_vault_is_told_anew_whose_rows_a_key_hashes(client, house: House, monkeypatch) -> None:
    """Before a basis begins and after, and when the lists change; all days of web exports are then built again."""
    ring = keys.read_ring(house.key)
    monkeypatch.setenv("RENDEZVOUS_AS_OF", "2023-05-31T23:59:59Z")
    assert vault.install(client, ring)
    assert key_of_china(client) == ("v1_CN", date(2023, 6, 1))
    client.query_and_wait("create schema if not exists staging")
    client.query_and_wait("create or replace table staging.days_done as select 'd' as version")
    monkeypatch.setenv("RENDEZVOUS_AS_OF", "2023-06-01T00:00:00Z")
    assert vault.install(client, ring)
    assert key_of_china(client) == ("v1_EU", date.max)
    assert rows(client, "staging.days_done") == []
    assert not vault.install(client, ring)
    monkeypatch.setattr(jurisdictions, "version", lambda: "other lists")
    assert vault.install(client, ring)


def test_the_demo_key_is_installed_beside_the_demo_house_alone(client, address: str, house: House, monkeypatch) -> None:
    """A loaded file that was not shipped, or a shard that nobody loaded, refuses it."""
    house.environment["RENDEZVOUS_EMULATOR"] = address
    house.land("crm/customers.csv", customers("C1"))
    vault.refuse_unless_demo(client)
    load(client, house)
    refused = house.rendezvous("keys", "install", "--demo", "--target", "emulator", check=False)
    assert refused.returncode == 2 and "crm/customers.csv, which is not of the demo house" in refused.stderr
    assert vault.installed_fingerprints(client) == {}
    monkeypatch.setattr(keys, "demo_files", lambda: loader_of(client, house).loaded())
    vault.refuse_unless_demo(client)
    client.query_and_wait("create table landing_ga360_maison_fr.ga_sessions_20240101 as select 1 as x")
    with pytest.raises(HouseError, match=r"maison_fr\.ga_sessions_20240101, which is not of the demo house"):
        vault.refuse_unless_demo(client)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (exceptions.NotFound("Not found: Dataset house:landing"), "Create what is missing"),
        (exceptions.Forbidden("Access Denied: Project house"), r"permission refused.*roles/bigquery\.jobUser"),
        (exceptions.InternalServerError("x", errors=[{"reason": "bytesBilledLimitExceeded"}]), "_BQ_MAX_BYTES"),
        (exceptions.BadRequest("Provided Schema does not match Table"), "another schema"),
        (exceptions.BadRequest("DELETE would affect rows in the streaming buffer"), "last 90 minutes.* again later"),
        (exceptions.RetryError("Timeout of 600.0s exceeded", None), "the job died"),
    ],
)
def test_what_bigquery_refuses_is_said_with_its_cure(error: Exception, said: str) -> None:
    with pytest.raises(HouseError, match=f"loading a table: .*{said}.*run `rendezvous load` again"), \
            errors.explained("loading a table"):
        raise error


def test_the_schema_of_a_shard_is_the_official_one() -> None:
    fields = {field.name: field for field in schemas.ga360_schema("ga_sessions")}
    assert len(fields) == 17
    assert fields["hits"].mode == "REPEATED" and len(fields["hits"].fields) == 33
    assert "exportKey" not in fields
    assert schemas.ga360_schema("ga_realtime_sessions")[-1].name == "visitKey"


def test_an_emulator_elsewhere_is_refused(house: House) -> None:
    house.environment["RENDEZVOUS_EMULATOR"] = "bigquery.example.com:443"
    refused = house.rendezvous("load", "--target", "emulator", check=False)
    assert refused.returncode == 2 and "only ever reached on this machine" in refused.stderr
