"""The dataset bi by the project's own SQL over random houses: no cell is small, and none can be had by subtraction."""

from __future__ import annotations

import random
import re
from itertools import combinations
from pathlib import Path

import duckdb
import pytest

from conftest import House

LEAST = 10
HOUSES = 20
CELLS = {
    "bi_touchpoints": ("month", "channel", "touchpoint_type", "store_id"),
    "bi_journeys": ("month", "purchase_channel", "first_channel", "way"),
}
GIVEN = {
    "bi_touchpoints": '"rendezvous"."marts"."touchpoints"',
    "bi_journeys": '"rendezvous"."marts"."customer_journeys"',
}


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The views as dbt sends them, on a table `given`."""
    house = House(tmp_path_factory.mktemp("bi"))
    house.dbt("compile", "-s", *CELLS)
    folder = house.folder / "target" / "compiled"
    read = {name: Path(next(folder.rglob(f"{name}.sql"))).read_text(encoding="utf-8") for name in CELLS}
    assert all(table in read[name] for name, table in GIVEN.items())
    return {name: sql.replace(GIVEN[name], "given") for name, sql in read.items()}


def random_house(connection: duckdb.DuckDBPyConnection, seed: int) -> None:
    """People with favourite channels, so that some cells are large and many are small."""
    draw = random.Random(seed)
    rows = []
    for person in range(draw.randint(20, 300)):
        for _ in range(draw.randint(1, 4)):
            channel = draw.choices(["web", "boutique", "service"], [6, 3, 1])[0]
            kind = f"{channel}_{draw.choices(['a', 'b'], [5, 1])[0]}"
            store = draw.choice(["PAR01", "LON01", None]) if channel == "boutique" else None
            bought = draw.choice([channel, None])
            rows.append((f"p{person}", draw.randint(0, 60), channel, kind, store, bought, draw.random() < 0.1))
    columns = ", ".join(f"unnest(${number}) as c{number}" for number in range(1, 8))
    connection.execute(
        f"create or replace table drawn as select {columns}",
        [list(column) for column in zip(*rows, strict=True)],
    )
    connection.execute("""
        create or replace table given as
        select c1 as customer_key, timestamp '2024-03-01' + to_days(c2::int) as occurred_at, c3 as channel,
            c4 as touchpoint_type, c5 as store_id, 100::decimal(38, 9) as amount_eur,
            case when c6 is not null then timestamp '2024-03-01' + to_days(c2::int) end as ended_at,
            c6 as purchase_channel, c3 as first_channel, c7 as is_ropo, false as is_reverse_ropo,
            3 as touchpoint_count, 1 as web_visit_count, 2.5 as length_days, 100::decimal(38, 9) as net_amount_eur
        from drawn
    """)


def hidden_parts(connection: duckdb.DuckDBPyConnection, sql: str, cell: tuple[str, ...]) -> list[tuple]:
    """Totals over some of the dimensions, published in part, of which the rest is of few people."""
    each = sql[: sql.rindex("cells as (")].rstrip().rstrip(",")
    source = re.findall(r"^with (\w+) as \($", each, re.M)[0]
    connection.execute(f"create or replace table people as {each} select * from {source}")
    connection.execute(f"create or replace table published as {sql}")
    same = " and ".join(f"people.{name} is not distinct from published.{name}" for name in cell)
    connection.execute(
        "create or replace table told as select people.*, published.person_count is not null as is_told"
        f" from people left join published on {same}"
    )
    found = []
    for size in range(len(cell)):
        for kept in combinations(cell, size):
            names = ", ".join(kept)
            grouped = f"group by {names}" if kept else ""
            found += connection.execute(
                "select count(distinct case when not is_told then customer_key end) as hidden, bool_or(is_told) as told"
                f" from told {grouped} having told and hidden between 1 and {LEAST - 1}"
            ).fetchall()
    return found


@pytest.mark.parametrize("view", CELLS)
def test_no_cell_is_small_and_none_can_be_had_by_subtraction(compiled: dict[str, str], view: str) -> None:
    told = 0
    with duckdb.connect() as connection:
        for seed in range(HOUSES):
            random_house(connection, seed)
            assert hidden_parts(connection, compiled[view], CELLS[view]) == [], f"house {seed}"
            least, cells = connection.execute("select min(person_count), count(*) from published").fetchone()
            assert cells == 0 or least >= LEAST
            told += cells
    assert told > HOUSES, "hardly anything was published, so hardly anything was tested"


@pytest.mark.parametrize("view", CELLS)
def test_small_cells_left_out_alone_could_be_had_by_subtraction(compiled: dict[str, str], view: str) -> None:
    """The check above can fail: without what is withheld beside small cells, it does."""
    sql = compiled[view]
    start = sql.index("not person_count < ")
    careless = sql[:start] + "not person_count < 10\n" + sql[sql.index("\n)\n", start) :]
    careless = careless.replace("qualify", "where")
    with duckdb.connect() as connection:
        random_house(connection, 1)
        assert hidden_parts(connection, careless, CELLS[view]) != []
