"""No personal data reaches a table that people read: lineage of the whole compiled project, and planted leaks."""

from __future__ import annotations

import json
import re
from pathlib import Path

import duckdb
import pytest
import yaml

from conftest import PROJECT, House
from rendezvous import HouseError, landing
from rendezvous.contract import TABLES
from rendezvous.personal import Model, Project, leaks, project_lineage, unscrubbed

OPEN = ("marts", "bi")
# Text of a web export that reaches a mart without being scrubbed, each with the reason why it may.
ALLOWED_WEB_TEXT = {
    "currency_code": "compared with the list of currencies; anything else becomes NULL",
    "evidence_key": "surrogate key over identifiers",
    "review_key": "surrogate key over ids of client records",
    "journey_key": "surrogate key over identifiers",
    "purchase_touchpoint_key": "surrogate key over identifiers",
    "touchpoint_key": "surrogate key over identifiers",
    "source_id": "number of the session, or of the order, scrubbed of e-mails",
    "identifier_system": "the property",
    "left_system": "the property",
    "reason": "a date, written out",
    **{f"theme_{place}_reason": "a date, written out" for place in (1, 2, 3)},
}
# Models that compare contacts, each with the reason; what comes out of them are keys and weights.
COMPARERS = {
    "intermediate.int_identity__match_scores": "pairs of client records, found by equal contacts in the vault",
}
# Names that sound like a person's and are not.
IMPERSONAL = {
    "product_name", "store_name", "email_status", "purchase_name", "timezone", "receipt_email", "is_email",
}  # fmt: skip
CUSTOMERS = {"landing_crm.customers": ["customer_id", "email", "last_name", "birth_date", "city"]}


def contacts() -> frozenset[str]:
    declared = yaml.safe_load((PROJECT / "dbt_project.yml").read_text(encoding="utf-8"))["vars"]["personal_columns"]
    return frozenset(declared["contact"])


def pseudonyms() -> frozenset[str]:
    declared = yaml.safe_load((PROJECT / "dbt_project.yml").read_text(encoding="utf-8"))["vars"]["personal_columns"]
    return frozenset(declared["pseudonym"])


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The project compiled for a house without a file, and followed."""
    folder = tmp_path_factory.mktemp("lineage")
    house = House(folder)
    house.dbt("compile", "--select", "resource_type:model")
    manifest = json.loads(next(folder.rglob("manifest.json")).read_text(encoding="utf-8"))
    return project_lineage(list(models_of(manifest, next(folder.rglob("compiled")))), sources_of(house, manifest))


def models_of(manifest: dict, folder: Path) -> list[Model]:
    """The compiled models that have a table or view, each after those it reads."""
    nodes = {key: node for key, node in manifest["nodes"].items() if node["resource_type"] == "model"}
    ordered: dict[str, None] = {}

    def place(key: str) -> None:
        if key in nodes and key not in ordered:
            for parent in nodes[key]["depends_on"]["nodes"]:
                place(parent)
            ordered[key] = None

    for key in sorted(nodes):
        place(key)
    return [
        Model(
            node["schema"],
            node["name"],
            (folder / manifest["metadata"]["project_name"] / node["original_file_path"]).read_text(encoding="utf-8"),
            ("node_key", "component_key") if node["config"]["materialized"] == "connected_components" else (),
        )
        for node in (nodes[key] for key in ordered)
        if node["config"]["materialized"] != "ephemeral"
    ]


def sources_of(house: House, manifest: dict) -> dict[str, list[str]]:
    """The columns of the landing tables, of the reference seeds and of what the run itself keeps."""
    with duckdb.connect() as connection:
        landing.open_landing(connection, landing.read_folder(house.raw))
        rows = connection.execute(
            "select table_schema || '.' || table_name, list(column_name) from information_schema.columns group by 1"
        ).fetchall()
    sources = dict(rows)
    for node in manifest["nodes"].values():
        if node["resource_type"] == "seed":
            with open(PROJECT / node["original_file_path"], encoding="utf-8") as stream:
                sources[f"{node['schema']}.{node['name']}"] = stream.readline().strip().split(",")
    return sources | {"staging.days_to_build": ["report_date", "is_whole_build"]}


def test_no_contact_leaves_staging_and_the_vault_in_clear(compiled: Project) -> None:
    found = [each for each in leaks(compiled, contacts()) if each.partition(" ")[0] not in COMPARERS]
    assert "\n".join(found) == ""


def test_what_compares_contacts_is_listed_and_hands_none_on(compiled: Project) -> None:
    found = [each for each in leaks(compiled, contacts()) if each.partition(" ")[0] in COMPARERS]
    assert {each.partition(" ")[0] for each in found} == COMPARERS.keys()
    assert [each for each in found if "chooses or orders" not in each] == []


def test_the_lineage_reaches_from_the_marts_to_the_landing(compiled: Project) -> None:
    """Were the lineage lost on the way, every check on it would pass."""
    assert ("landing_crm.customers", "home_store_id") in compiled.origins("marts.customers", "home_store_id")
    assert ("landing_crm.customers", "first_name") in compiled.origins("vault.customer_contacts", "first_name")
    assert compiled.origins("marts.customer_identifiers", "identifier_value")
    assert {table.partition(".")[0] for table in compiled.tables} >= {"staging", "intermediate", "vault", "marts", "bi"}


def test_text_of_a_web_export_reaches_a_mart_scrubbed_or_as_an_identifier(compiled: Project) -> None:
    found = {name: read for name, read in unscrubbed(compiled, OPEN).items()}
    allowed = pseudonyms() | ALLOWED_WEB_TEXT.keys()
    assert {name: read for name, read in found.items() if name.rpartition(".")[2] not in allowed} == {}


def test_every_personal_column_of_the_landing_contract_is_declared() -> None:
    """By its name, at least: a new feed with a person's name in it has to be declared before it can be staged."""
    sounds = re.compile(r"mail|phone|(first|last|display|native)_name|^name|address|birth|postal|district|passport")
    found = {
        column
        for tables in TABLES.values()
        for columns in tables.values()
        for column in columns
        if sounds.search(column)
    }
    assert found - contacts() - IMPERSONAL == set()


@pytest.mark.parametrize(
    "sql",
    [
        "select customer_id, email as contact from landing_crm.customers",
        "with c as (select * from landing_crm.customers) select upper(trim(email)) as contact from c",
        "select 'mail: ' || coalesce(last_name, email, 'none') as contact from landing_crm.customers",
        "select sha256(email) as contact from landing_crm.customers",
        "select first_value(email) over (partition by city order by customer_id) as contact from landing_crm.customers",
        "select max(birth_date) as contact from landing_crm.customers group by city",
        "select case when city = 'x' then email else 'none' end as contact from landing_crm.customers",
        "select city as contact from landing_crm.customers union all select email from landing_crm.customers",
        "select s.v.email as contact from (select struct_pack(email := email) as v from landing_crm.customers) as s",
        "select (select max(email) from landing_crm.customers) as contact",
        "select u.contact from landing_crm.customers as c cross join unnest([c.email]) as u(contact)",
        "select split_part(email, '@', 1) as contact from landing_crm.customers",
        "select cast(birth_date as date) as contact from landing_crm.customers",
    ],
)
def test_a_planted_leak_is_found(sql: str) -> None:
    planted = project_lineage(
        [Model("staging", "stg", "select * from landing_crm.customers"),
         Model("marts", "mart", sql.replace("landing_crm.customers", "staging.stg"))],
        CUSTOMERS,
    )  # fmt: skip
    leak = "marts.mart.contact holds landing_crm.customers."
    assert any(found.startswith(leak) for found in leaks(planted, contacts()))


@pytest.mark.parametrize(
    "sql",
    [
        "select customer_id from landing_crm.customers where email like '%vip%'",
        "select a.city from landing_crm.customers as a inner join landing_crm.customers as b on a.email = b.email",
        "select customer_id from landing_crm.customers qualify row_number() over (order by last_name) = 1",
        "select city, count(*) as n from landing_crm.customers group by city, birth_date",
    ],
)
def test_rows_chosen_by_a_contact_are_found(sql: str) -> None:
    planted = project_lineage([Model("marts", "mart", sql)], CUSTOMERS)
    assert any("chooses or orders its rows by" in found for found in leaks(planted, contacts()))


@pytest.mark.parametrize(
    "column",
    [
        "sha256(getvariable('rendezvous').outer_pads['v1_EU']"
        " || unhex(sha256(getvariable('rendezvous').inner_pads['v1_EU'] || encode(email))))",
        "count(email)",
        "email is null",
        "case when email like '%@%' then 'ok' else 'bad' end",
        "cast(email as bigint)",
    ],
)
def test_what_makes_a_contact_harmless_is_no_leak(column: str) -> None:
    sql = f"select {column} as contact from landing_crm.customers"
    assert list(leaks(project_lineage([Model("marts", "mart", sql)], CUSTOMERS), contacts())) == []


@pytest.mark.parametrize("sql", ["select from where", "select nobody.email from landing_crm.customers"])
def test_sql_that_cannot_be_followed_fails_by_name(sql: str) -> None:
    with pytest.raises(HouseError, match=r"marts\.mart"):
        project_lineage([Model("marts", "mart", sql)], CUSTOMERS)
