"""What dbt would send to BigQuery, all of it, type-checked by Google's own analyzer (tests/python/bigquery).

Needs dbt-bigquery and zetasql (requirements-dev.txt); no account, no network.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from rendezvous.sql_reads import Warehouse, unbounded_reads

PROJECT = Path(__file__).resolve().parents[2]
ANALYZE = Path(__file__).parent / "bigquery" / "analyze.py"


def analyse(project: Path, folder: Path, *options: str) -> dict:
    """What analyze.py found in a project."""
    done = subprocess.run(
        [sys.executable, str(ANALYZE), str(project), str(folder), *options],
        capture_output=True, text=True, timeout=900, env=os.environ | {"NO_COLOR": "1"},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return json.loads((folder / "found.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> dict:
    """The project as it stands: a first build with its tests, then a later day."""
    return analyse(PROJECT, tmp_path_factory.mktemp("house"))


def test_the_sql_of_a_unit_test_is_analysed_with_its_next_statement_or_alone() -> None:
    """dbt sends it twice and the analyzer is spared the first time; sent once alone, it must not go unchecked."""
    sys.path.insert(0, str(ANALYZE.parent))
    from analyzer_client import AnalyzerClient
    from googlesql import RefusedError

    client, node = AnalyzerClient(), "unit_test.house.people"
    client.declare("marts", "create table people (id int64)")
    client.tested[node] = ("marts", "people")
    learnt = "create or replace table `marts`.`people__learnt` as (select * from ({}) as __dbt_sbq where false)"
    good, bad = "select id from `marts`.`people`", "select surname from `marts`.`people`"
    client.analyze(learnt.format(good), node)
    client.analyze(f"select count(*) as rows_found from ({good})", node)
    assert [sent.kind for sent in client.sent] == ["create_table_as_select", "query"]
    client.analyze(learnt.format(bad), node)
    with pytest.raises(RefusedError, match="surname"):
        client.analyze("select 1 as one", node)
    assert [refusal.sql for refusal in client.refused] == [bad]


def test_no_statement_is_refused(house: dict) -> None:
    assert house["errors"] == [], "\n".join(house["errors"])
    assert house["failed"] == []


def test_no_node_is_unchecked(house: dict) -> None:
    """Every model, seed, data test, unit test and analysis had a statement analysed."""
    assert house["unchecked"] == []
    assert house["nodes"] == house["manifest"]
    for kind in ("model", "seed", "test", "unit_test", "analysis"):
        assert house["nodes"][kind] > 0, kind


def test_every_kind_of_statement_is_there(house: dict) -> None:
    """A kind that disappears was no longer looked at: views and tables, incremental merges, the ledger of the run."""
    kinds = "create_table_as_select create_view merge drop query insert update create_schema alter_table_set_options"
    for kind in kinds.split():
        assert house["statements"].get(kind, 0) > 0, kind
    assert len(house["incremental"]) == house["by_day_models"] > 0


def test_components_are_brought_up_to_date_by_changing_rows(house: dict) -> None:
    """In one transaction: what left and what came, of the five tables that are kept; nothing is updated."""
    models = house["components"]["begin"]
    assert models > 0
    assert "update" not in house["components"]
    assert house["components"]["delete"] == house["components"]["insert"] == 5 * models
    assert house["components"]["commit"] == models


# name: (how its failure reads, the SQL), one per kind of mistake
MISTAKES = {
    "misspelt_column": ("Unrecognized name: customer_nr", "select customer_nr from {{ source('crm', 'customers') }}"),
    "unknown_function": ("Function not found: array_has", "select array_has([1, 2], 1) as found"),
    "function_of_the_analyzer_only": ("Function not found: array_max", "select array_max([1, 2]) as found"),
    "lambda": ("Function not found", "select array_filter([1, 2], x -> x > 1) as found"),
    "filter_clause": ("Syntax error", "select count(*) filter (where true) as found"),
    "chained_call": ("not supported", "select ('a').upper() as found"),
    "array_equality": ("Equality is not defined", "select [1] = [2] as found"),
    "type_of_another_engine": ("Type not found: varchar", "select cast(1 as varchar) as found"),
    "order_of_arguments": ("date part name", "select date_diff('day', date '2024-01-01', date '2024-01-02') as days"),
    "order_of_other_arguments": ("date part name", "select date_trunc('month', date '2024-01-02') as month"),
    "wrong_type": ("No matching signature", "select customer_id + 1 as n from {{ source('crm', 'customers') }}"),
    "type_of_the_model_before": ("No matching signature", "select text + 1 as n from {{ ref('fine') }}"),
    "unknown_option": ("Unknown option", "{{ config(post_hook='alter table {{ this }} set options (keeps = 3)') }}"
                       "select 1 as n"),
    "line_of_the_mistake": ("line_of_the_mistake.sql:3: Unrecognized name: nmae", "select\n    1 as n,\n    nmae"),
}  # fmt: skip


UNIT_TEST = """
unit_tests:
  - name: misspelt_in_a_unit_test
    model: of_fine
    given: [{input: ref('fine'), format: sql, rows: "select txet as text from (select 'a' as text)"}]
    expect: {rows: [{text: a}]}
"""


def test_what_a_later_day_reads_is_bounded(house: dict) -> None:
    """Every read of a partitioned table by an incremental statement carries a bound of constants."""
    warehouse = Warehouse("bigquery", house["columns"], house["views"], house["partitioned"])
    found: dict[str, set[str]] = {}
    for model, scripts in house["incremental"].items():
        for sql in scripts:
            assert "'0001-01-01'" not in sql  # "any day" is no bound on a later day
            for read in unbounded_reads(sql, warehouse):
                found.setdefault(model, set()).add(read)
    assert found == {}


def test_a_guarded_table_is_never_read_without_its_days(house: dict) -> None:
    """BigQuery would refuse it: full builds and tests say at least that any day will do."""
    warehouse = Warehouse("bigquery", house["columns"], house["views"], house["partitioned"])
    assert list(house["guarded"]) == ["base_ga360__exported_sessions"]
    for name, scripts in house["guarded"].items():
        assert len(scripts) > 5
        found = [read for sql in scripts for read in unbounded_reads(sql, warehouse) if f".{name}:" in read]
        assert found == []


def test_the_controls_are_sent_and_analysed(house: dict) -> None:
    """Row policies, grants, expirations and the window of time travel, in a deployment in which all are set."""
    for kind in ("create_row_access_policy", "grant", "alter_schema", "alter_table_set_options"):
        assert house["statements"].get(kind, 0) > 0, kind
    assert house["tagged"]["vault.customer_contacts"] == [
        "email", "first_name", "first_name_native", "last_name", "last_name_native", "phone"
    ]  # fmt: skip


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> dict:
    """The same analysis of a project in which every model but one is wrong."""
    folder = tmp_path_factory.mktemp("planted")
    project = folder / "project"
    shutil.copytree(PROJECT / "macros", project / "macros")
    shutil.copy(PROJECT / "dbt_project.yml", project)
    (project / "seeds" / "reference").mkdir(parents=True)
    for name in ("key_jurisdictions", "transfer_bases"):  # a run starts by comparing them with the vault
        shutil.copy(PROJECT / "seeds" / "reference" / f"{name}.csv", project / "seeds" / "reference")
    models = project / "models"
    models.mkdir()
    shutil.copy(PROJECT / "models" / "staging" / "_landing__sources.yml", models)
    (models / "fine.sql").write_text("select 'a' as text, customer_id from {{ source('crm', 'customers') }}")
    (models / "as_fine.sql").write_text("select customer_id as text from `house.landing_crm.customers`")
    (models / "of_fine.sql").write_text("select text from {{ ref('fine') }}")
    (models / "of_fine.yml").write_text(UNIT_TEST)
    for name, (_, sql) in MISTAKES.items():
        (models / f"{name}.sql").write_text(sql)
    tests = project / "tests"
    tests.mkdir()
    (tests / "misspelt_in_a_test.sql").write_text("select * from {{ ref('as_fine') }} where txet is null")
    return analyse(project, folder, "--first-build-only")


@pytest.mark.parametrize("name", [*MISTAKES])
def test_a_planted_mistake_is_found(planted: dict, name: str) -> None:
    words, _ = MISTAKES[name]
    found = [error for error in planted["errors"] if error.startswith(f"models/{name}.sql:")]
    assert len(found) == 1, planted["errors"]
    assert words in found[0]
    assert name in planted["failed"]


def test_a_mistake_in_a_test_is_found(planted: dict) -> None:
    assert any(error.startswith("tests/misspelt_in_a_test.sql:") and "txet" in error for error in planted["errors"])


def test_a_mistake_in_a_unit_test_is_found(planted: dict) -> None:
    """In the statement that compares its rows; of the one before it only what stands around the SQL is analysed."""
    assert any(error.startswith("models/of_fine.yml:") and "txet" in error for error in planted["errors"])
    assert "misspelt_in_a_unit_test" in planted["failed"]


def test_what_is_right_is_not_refused(planted: dict) -> None:
    assert not {"fine", "as_fine", "of_fine"} & {*planted["failed"]}
    assert len(planted["errors"]) == len(MISTAKES) + 2


REMADE = """
from googlesql import GoogleSql, RefusedError, table_message, type_named
google, text, number = GoogleSql(), type_named("STRING"), type_named("INT64")
def columns(kind, name="a"):
    tables = {("marts", "clients"): table_message("clients", [(name, kind)])}
    return next(google.analyze("select a from marts.clients", tables)).columns
assert columns(text) == [("a", text)]
assert columns(number) == [("a", number)], "a table made anew is another one"
assert columns(text) == [("a", text)]
try:
    columns(text, "b")
except RefusedError as error:
    assert "Unrecognized name: a" in str(error), error
else:
    raise AssertionError("a column that is gone was found")
"""


def test_a_table_that_is_made_anew_is_read_as_it_is_now() -> None:
    """Catalogs are kept from statement to statement; none may outlive a table in it."""
    done = subprocess.run(
        [sys.executable, "-c", REMADE], cwd=ANALYZE.parent, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr[-3000:]
