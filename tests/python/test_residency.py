"""Clear data that must stay in their country: `rendezvous load` refuses before anything leaves the machine. What
staging does with rows that got in, unit tests of base_crm__customers and base_pos__transactions say."""

from __future__ import annotations

import pytest
import yaml

from conftest import PROJECT, House
from rendezvous import HouseError, arrivals, landing
from rendezvous.bigquery import project_vars, residency
from rendezvous.contract import TABLES

VISIT = {"fullVisitorId": "123", "clientId": "1.2", "visitId": "1714550000", "visitStartTime": "1714550000",
         "hits": [{"hitNumber": "1", "time": "0", "type": "PAGE"}]}  # fmt: skip


def check(house: House) -> None:
    found = landing.read_folder(house.raw)
    residency.refuse_held(found, arrivals.check_landing(house.database, found, 0.1))


@pytest.fixture
def mixed(house: House, monkeypatch: pytest.MonkeyPatch) -> House:
    """Clients of two countries, and one who has told none, where China keeps its data."""
    monkeypatch.setattr(project_vars, "resident_jurisdictions", lambda: ["CN"])
    monkeypatch.delenv("RENDEZVOUS_JURISDICTION", raising=False)
    house.land("crm/customers_1.csv", [{"source_system": "crm", "customer_id": "1", "country_code": "FR"},
                                       {"source_system": "crm", "customer_id": "2"}])  # fmt: skip
    house.land("crm/customers_2.csv", [
        {"source_system": "crm", "customer_id": "3", "country_code": "IT"},
        {"source_system": "crm", "customer_id": "4", "country_code": " cn "},
    ])  # fmt: skip
    return house


def test_a_row_of_a_country_that_keeps_its_data_stops_the_load(mixed: House) -> None:
    with pytest.raises(HouseError, match=r"crm/customers_2\.csv: line 3: .* lives in CN.*Nothing was loaded"):
        check(mixed)


def test_the_project_of_that_country_takes_nobody_elses(mixed: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RENDEZVOUS_JURISDICTION", "CN")
    with pytest.raises(HouseError, match=r"customers_1\.csv: line 2: .* lives in FR, and this project is for .* CN"):
        check(mixed)
    (mixed.raw / "crm" / "customers_1.csv").unlink()
    mixed.land("crm/customers_2.csv", [{"source_system": "crm", "customer_id": "4", "country_code": "cn"},
                                       {"source_system": "crm", "customer_id": "5"}])  # fmt: skip
    check(mixed)


def test_the_exports_of_a_site_for_such_a_country_stop_the_load(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(project_vars, "resident_jurisdictions", lambda: ["CN"])
    house.land_json("ga360/maison_cn/ga_sessions_20240501.json.gz", [VISIT])
    with pytest.raises(HouseError, match=r"maison_cn/ga_sessions_20240501\.json\.gz: maison_cn is a site for CN"):
        check(house)
    monkeypatch.setenv("RENDEZVOUS_JURISDICTION", "CN")
    check(house)
    house.land_json("ga360/maison_fr/ga_sessions_20240501.json.gz", [VISIT])
    with pytest.raises(HouseError, match=r"maison_fr is a site for FR .* this project is for people who live in CN"):
        check(house)


def test_a_visit_of_a_site_for_such_a_country_is_refused_and_leaves_no_id(house: House) -> None:
    for site in ("maison_cn", "maison_fr"):
        house.land_json(f"ga360/{site}/ga_sessions_20240501.json.gz", [VISIT])
    staging = ["run", "-s", "base_ga360__export_choices", "base_ga360__exported_sessions", "base_ga360__sessions"]
    house.dbt("seed", "-s", "web_properties", "time_zones", "iso_currencies")
    house.dbt(*staging, "--vars", "resident_jurisdictions: [CN]")
    assert house.query("""
        select sessions.property, sessions.visitor_id, sessions.client_id, len(exported.hits), rejected_because
        from staging.base_ga360__sessions as sessions
        inner join staging.base_ga360__exported_sessions as exported using (row_id)
        order by 1
    """) == [("maison_cn", None, None, None, "held_in_its_country"), ("maison_fr", "123", "1.2", 1, None)]  # fmt: skip


def test_a_project_for_a_country_that_is_not_declared_is_refused(mixed: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RENDEZVOUS_JURISDICTION", "KR")
    with pytest.raises(HouseError, match="resident_jurisdictions does not name it"):
        check(mixed)


def test_the_load_asks(mixed: House) -> None:
    """The command itself: before it talks to anybody. The emulator's address is one where nobody listens."""
    mixed.environment |= {"RENDEZVOUS_JURISDICTION": "KR", "RENDEZVOUS_EMULATOR": "127.0.0.1:9"}
    refused = mixed.rendezvous("load", "--target", "emulator", "--dry-run", check=False)
    assert refused.returncode == 2 and "resident_jurisdictions does not name it" in refused.stderr


def test_no_country_keeps_its_data_unless_the_house_says_so(house: House) -> None:
    house.land("crm/customers.csv", [{"source_system": "crm", "customer_id": "1", "country_code": "CN"}])
    assert project_vars.resident_jurisdictions() == []
    check(house)


def test_every_landed_country_of_a_person_is_declared() -> None:
    """A new column of the contract with a country must be thought of here."""
    landed = {f"{system}.{table}": column for system, tables in TABLES.items() for table, columns in tables.items()
              for column in columns if "country" in column}  # fmt: skip
    no_person = {"catalog.stores"} & landed.keys()
    assert {name: column for name, column in landed.items() if name not in no_person} == declared()


def declared() -> dict[str, str]:
    return yaml.safe_load((PROJECT / "dbt_project.yml").read_text(encoding="utf-8"))["vars"]["residence_columns"]
