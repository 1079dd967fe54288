"""scripts/mutations.py breaks rules and names tests that are there. Whether they fail: `make mutations`."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(PROJECT / "scripts"))
import mutations  # noqa: E402


@pytest.fixture(scope="module")
def unit_tests() -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in (PROJECT / "models").rglob("*.yml"))


@pytest.mark.parametrize("mutation", mutations.MUTATIONS, ids=lambda each: each.breaks)
def test_a_mutation_has_its_place_and_its_test(mutation: mutations.Mutation, unit_tests: str) -> None:
    text = (PROJECT / mutation.file).read_text(encoding="utf-8")
    assert text.count(mutation.old) == 1
    assert mutation.old != mutation.new
    if "::" in mutation.test:
        file, name = mutation.test.split("::")
        assert f"def {name}(" in (PROJECT / "tests" / "python" / file).read_text(encoding="utf-8")
    else:
        assert f"- name: {mutation.test}\n" in unit_tests


def test_a_mutation_that_has_lost_its_place_is_not_taken_for_noticed(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("a a")
    noticed, _, told = mutations.try_one(tmp_path, mutations.Mutation("x", "file", "a", "b", "some_test"))
    assert not noticed and "2 times, not once" in told


def test_every_break_is_its_own() -> None:
    assert len({each.breaks for each in mutations.MUTATIONS}) == len(mutations.MUTATIONS) >= 12
