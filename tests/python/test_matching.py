"""Duplicates across CRMs: the project's own SQL on invented records, its scores beside Splink's, weights retrained."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from conftest import PROJECT
from rendezvous import match_records, matching


@pytest.fixture(scope="module")
def found(for_duckdb: matching.Matching) -> matching.Matching:
    return for_duckdb


@pytest.fixture(scope="module")
def house(found: matching.Matching, tmp_path_factory: pytest.TempPathFactory) -> duckdb.DuckDBPyConnection:
    path = tmp_path_factory.mktemp("records") / "records.csv"
    match_records.write(path, 3_000, seed=5)
    connection = matching.house(match_records.select(path), setup=f"create table truth as {match_records.select(path)}")
    matching.run(connection, found)
    return connection


TRUTH = """
    select scores.*, one.person = other.person as is_one_person
    from intermediate.int_identity__match_scores as scores
    inner join vault.match_evidence as l on scores.left_node_key = l.node_key
    inner join vault.match_evidence as r on scores.right_node_key = r.node_key
    inner join truth as one on l.customer_id = one.customer_id
    inner join truth as other on r.customer_id = other.customer_id
"""


def test_probable_pairs_are_one_person_and_most_are_found(house: duckdb.DuckDBPyConnection) -> None:
    pairs = house.execute(
        "select count(*) from truth as one inner join truth as other"
        " on one.person = other.person and one.customer_id < other.customer_id"
    ).fetchone()[0]
    joined, wrong = house.execute(
        f"select count(*), count(*) filter (not is_one_person) from ({TRUTH}) inner join"
        " intermediate.int_identity__match_links using (left_node_key, right_node_key)"
    ).fetchone()
    assert wrong == 0
    likely, unlikely = house.execute(
        f"select count(*) filter (is_one_person), count(*) filter (not is_one_person) from ({TRUTH}) where"
        " probability >= 0.5 and not is_contradicted"
    ).fetchone()
    assert joined > 0.1 * pairs, (joined, pairs)
    assert likely > 0.8 * pairs and unlikely < 0.05 * pairs, (likely, unlikely, pairs)


def test_an_own_scorer_gives_the_same_weight(found: matching.Matching, house: duckdb.DuckDBPyConnection) -> None:
    """Splink is given the same levels, m and u: every weight is the same to nine digits."""
    pytest.importorskip("splink", reason="Splink is not installed: pip install -r requirements-train.txt")
    table = matching.splink_scores(house, found)
    compared, farthest = house.execute(
        f"select count(*), max(abs(ours.match_weight - theirs.match_weight)) from ({TRUTH}) as ours"
        f" inner join {table} as theirs on ours.left_node_key = least(theirs.node_key_l, theirs.node_key_r)"
        " and ours.right_node_key = greatest(theirs.node_key_l, theirs.node_key_r)"
    ).fetchone()
    assert compared == house.execute("select count(*) from intermediate.int_identity__match_scores").fetchone()[0]
    assert farthest < 1e-9


def test_every_level_has_a_weight(found: matching.Matching) -> None:
    """A level without m and u would weigh NULL, and NULL would swallow the pair."""
    weights = matching.weights_in(PROJECT / "seeds" / "reference" / "match_weights.csv")
    assert set(weights) == {(one.name, level) for one in found.comparisons for level in one.levels}
    assert all(0 < m < 1 and 0 < u < 1 for m, u in weights.values())


def test_stewards_decisions_move_the_weights(tmp_path: Path) -> None:
    decisions, out = tmp_path / "decided.csv", tmp_path / "weights.csv"
    decisions.write_text(
        "comparison,level,decision,pair_count\nphone,exact,same,900\nphone,differ,same,100\n", encoding="utf-8"
    )
    retrain(decisions, out)
    before = matching.weights_in(PROJECT / "seeds" / "reference" / "match_weights.csv")
    after = matching.weights_in(out)
    expected = (900 + 200 * before["phone", "exact"][0]) / 1200
    assert after["phone", "exact"][0] == pytest.approx(expected, rel=1e-5)
    assert after["phone", "exact"][1] == before["phone", "exact"][1]
    assert after["email", "exact"] == before["email", "exact"]


def test_an_unknown_level_of_a_decision_is_refused_by_its_line(tmp_path: Path) -> None:
    decisions = tmp_path / "decided.csv"
    decisions.write_text("comparison,level,decision,pair_count\nphone,perhaps,same,9\n", encoding="utf-8")
    with pytest.raises(subprocess.CalledProcessError) as failed:
        retrain(decisions, tmp_path / "weights.csv")
    assert "decided.csv:2: " in failed.value.stderr


def retrain(decisions: Path, out: Path) -> None:
    command = [sys.executable, "scripts/train_match_weights.py", "--decisions", str(decisions), "--out", str(out)]
    subprocess.run(command, cwd=PROJECT, check=True, capture_output=True, text=True)
