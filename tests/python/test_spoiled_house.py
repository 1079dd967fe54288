"""A house whose every file is spoiled: it builds, all its tests hold, and no row is lost or invented.

`make deliveries` spoils files of larger houses between one delivery and the next.
"""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from conftest import house_of
from spoil import assert_it_was_spoiled, spoil_house


@pytest.mark.parametrize("seed", range(3))
def test_a_house_of_spoiled_files_builds_and_every_test_holds(tmp_path: Path, simulated: Path, seed: int) -> None:
    house = house_of(tmp_path / "house", simulated)
    spoil_house(house.raw, random.Random(seed))
    done = house.rendezvous("build", "--exclude-resource-type", "unit_test", check=False)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    assert "Traceback" not in done.stdout + done.stderr
    assert_it_was_spoiled(house)
