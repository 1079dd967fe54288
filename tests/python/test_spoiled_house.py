"""A house whose every file is spoiled: it builds, all its tests hold, and no row is lost or invented.

`make deliveries` spoils files of larger houses between one delivery and the next.
"""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from conftest import house_of
from spoil import spoil


@pytest.mark.parametrize("seed", range(3))
def test_a_house_of_spoiled_files_builds_and_every_test_holds(tmp_path: Path, simulated: Path, seed: int) -> None:
    house = house_of(tmp_path / "house", simulated)
    draw = random.Random(seed)
    for path in sorted(path for path in house.raw.glob("*/**/*.*") if path.is_file() and "truth" not in path.parts):
        spoil(path, draw, count=draw.choice([1, 5, 20]))
    done = house.rendezvous("build", "--exclude-resource-type", "unit_test", check=False)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    assert "Traceback" not in done.stdout + done.stderr
