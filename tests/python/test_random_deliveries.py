"""Random houses, randomly delivered: files come late, are restated, spoiled or vanish, people are erased. After each
change `rendezvous build` builds and tests what can have changed; it ends where a full refresh of the same files does.

A house takes two minutes, so none is drawn unless it is asked for: `make deliveries SEEDS="1 2 3"`.
"""

from __future__ import annotations

import gzip
import json
import os
import random
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import House
from spoil import spoil
from test_incremental import differences

SEEDS = os.environ.get("RENDEZVOUS_SEEDS", "").split()
pytestmark = pytest.mark.skipif(not SEEDS, reason='no house asked for: make deliveries SEEDS="1 2 3"')
STEPS = 3
CONSENTS = """
    select identifier_system, identifier_value, purpose, channel, recipient, status, is_allowed, consent_event_id
    from marts.consent_states inner join marts.customer_identifiers using (customer_key)
    where identifier_type = 'crm_customer' order by all
"""
REQUESTED = {"kind": "erasure", "subject_type": "crm_customer", "status": "verified"}


class Deliveries:
    """A landing folder that fills at random from a simulated house; `held` is what has not come yet."""

    def __init__(self, folder: Path, draw: random.Random) -> None:
        self.draw, self.source = draw, folder / "source"
        sizes = {"customers": draw.choice([150, 300, 500]), "days": draw.choice([10, 20, 30])}
        sizes["seed"] = draw.randrange(10**6)
        options = [part for name, value in sizes.items() for part in (f"--{name}", str(value))]
        rendezvous = str(Path(sys.executable).with_name("rendezvous"))
        subprocess.run([rendezvous, "simulate", *options, "--out", str(self.source)], check=True, capture_output=True)
        (self.source / "manifest.csv").unlink()
        last = max(path.name.split("_")[-1][:8] for path in self.source.glob("ga360/*/*"))
        self.house = House(folder / "house", as_of=f"{last[:4]}-{last[4:6]}-{last[6:]}T12:00:00Z")
        shutil.copytree(self.source / "truth", self.house.raw / "truth")
        files = sorted(path.relative_to(self.source) for path in self.source.rglob("*") if path.is_file())
        self.held = [path for path in files if path.parts[0] != "truth"]
        # What was decided without a whole system has to be decided again; mostly the one that says who is who.
        late = draw.choice(["crm", "crm", draw.choice(self.held).parts[0]])
        self.bring(0.8, without=late)

    def bring(self, share: float, without: str = "") -> None:
        """Lands about that share of the files that have not come yet, none of the system `without`."""
        came = [path for path in self.held if path.parts[0] != without and self.draw.random() < share]
        self.held = [path for path in self.held if path not in came]
        for path in came:
            (self.house.raw / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(self.source / path, self.house.raw / path)

    def restate(self) -> None:
        """Some files come again, with records missing, told twice, of another visitor or unusable; a day may vanish."""
        landed = sorted(path for path in self.house.raw.rglob("*.gz") if "truth" not in path.parts)
        for path in self.draw.sample(landed, self.draw.randrange(6)):
            lines = gzip.decompress(path.read_bytes()).splitlines(keepends=True)
            if "ga360" in path.parts:
                lines = [*self._other_sessions(lines[:1]), *self._left(lines, 0.9)]
            else:
                lines = [*lines[:1], *self._left(lines[1:], 0.97)]
            path.write_bytes(gzip.compress(b"".join(lines)))
        if self.draw.random() < 0.5:
            self.draw.choice([path for path in landed if "ga360" in path.parts]).unlink()

    def spoil(self) -> None:
        """Some files come again with cells, fields, rows or columns that mean nothing."""
        landed = sorted(path for path in self.house.raw.glob("*/**/*.*") if "truth" not in path.parts)
        for path in self.draw.sample(landed, self.draw.randrange(6)):
            spoil(path, self.draw, count=self.draw.choice([1, 5, 20]))

    def _left(self, lines: list[bytes], share: float) -> list[bytes]:
        return [line for line in lines if self.draw.random() < share]

    def _other_sessions(self, lines: list[bytes]) -> list[bytes]:
        change = self.draw.choice([{}, {"fullVisitorId": str(10**18 + self.draw.randrange(10**6))}, {"visitId": "-"}])
        return [json.dumps(json.loads(line) | change).encode() + b"\n" for line in lines]

    def ask_to_erase(self, count: int) -> list[str]:
        """Lands as many verified requests, each of another client record; returns their numbers."""
        # A number that two CRMs gave out names two people, and such a request is refused.
        customers = "select customer_id from staging.stg_crm__customers"
        ids = self.house.query(f"{customers} group by customer_id having count(*) = 1 order by customer_id")
        asked_at = {"received_at": "2024-01-01T09:00:00Z", "identity_verified_at": "2024-01-01T10:00:00Z"}
        rows = [
            REQUESTED | asked_at | {"request_id": f"E{number}", "subject_id": subject}
            for number, (subject,) in enumerate(self.draw.sample(ids, count))
        ]
        self.house.land("privacy/requests_random.csv", rows)
        return [row["request_id"] for row in rows]


def anew(house: House) -> House:
    """The same files in a house that never saw any others."""
    other = House(house.folder.with_name("anew"), as_of=house.as_of)
    shutil.copytree(house.raw, other.raw, dirs_exist_ok=True)
    shutil.copy2(house.key, other.key)
    other.rendezvous("build", "--exclude-resource-type", "test", "unit_test")
    return other


@pytest.mark.parametrize("seed", SEEDS)
def test_builds_of_what_changed_end_where_a_full_refresh_does(tmp_path: Path, seed: str) -> None:
    deliveries = Deliveries(tmp_path, random.Random(seed))
    house = deliveries.house
    house.rendezvous("build")
    for _ in range(STEPS):
        deliveries.bring(0.5)
        deliveries.restate()
        deliveries.spoil()
        assert "Building everything" not in house.rendezvous("build").stderr
    deliveries.bring(1)
    house.rendezvous("build")
    assert house.query(CONSENTS) == anew(house).query(CONSENTS), "an older key changes nothing else"
    house.rendezvous("keys", "suppression")
    requests = deliveries.ask_to_erase(3)
    house.rendezvous("build")
    # A later request may be of a person whom an earlier one has erased, and then names nobody (4).
    erased = [house.rendezvous("privacy", "erase", "--request", each, check=False) for each in requests]
    assert erased[0].returncode == 0 and {each.returncode for each in erased} <= {0, 4}, erased
    house.rendezvous("build")
    changed = house.contents()
    house.dbt("build", "--full-refresh", "--exclude-resource-type", "test", "unit_test")
    assert differences(changed, house.contents()) == {}
