"""Purpose limitation, proved from dbt's manifest. Usage: python scripts/purposes.py [manifest.json]

Sessions become a person's in one model, int_identity__session_owners. A mart names the purposes it serves
(`meta.purposes`), and every path from that model to it must pass int_consent__allowed_<purpose>. What stands beside the
people of a session or device may be read where people are made out, and nowhere else.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

BRIDGE = "int_identity__session_owners"
ALLOWED = "int_consent__allowed_"
# Who was on a session or device: for identity and consent alone.
CLOSED = {"int_identity__session_people", "int_identity__device_owners", "int_identity__device_proofs"}
MAY_READ_CLOSED = (
    "int_identity__", "int_consent__", "customer_identifiers", "customer_evidence", "customer_cohesion",
    "identity_quality",
)  # fmt: skip
MARTS = ("marts", "bi")


def findings(manifest: dict) -> list[str]:
    """Every model that breaks purpose limitation, in words; empty when none does."""
    return sorted([*_marts(manifest), *_readers_of_the_closed(manifest)])


def _marts(manifest: dict) -> Iterator[str]:
    for node in _models(manifest):
        if node["fqn"][1] not in MARTS:
            continue
        purposes = node["config"]["meta"].get("purposes")
        if purposes is None:
            yield f"{node['name']}: no meta.purposes says for what it may be used"
            continue
        path = _path_to_bridge(manifest, node, {ALLOWED + purpose for purpose in purposes})
        if path:
            yield f"{node['name']}: reads browsing of people not asked for {purposes or 'it'}: {' <- '.join(path)}"


def _path_to_bridge(manifest: dict, mart: dict, allowed: set[str]) -> list[str]:
    """One way from a mart up to the bridge that crosses no allowed model; empty when there is none."""
    waiting = [(mart["unique_id"], [mart["name"]])]
    seen = set()
    while waiting:
        unique_id, path = waiting.pop()
        for parent in manifest["parent_map"].get(unique_id, []):
            name = parent.rsplit(".", 1)[-1]
            if not parent.startswith("model.") or parent in seen or name in allowed:
                continue
            if name == BRIDGE:
                return [*path, name]
            seen.add(parent)
            waiting.append((parent, [*path, name]))
    return []


def _readers_of_the_closed(manifest: dict) -> Iterator[str]:
    for node in _models(manifest):
        read = {parent.rsplit(".", 1)[-1] for parent in manifest["parent_map"].get(node["unique_id"], [])} & CLOSED
        if read and not node["name"].startswith(MAY_READ_CLOSED):
            yield f"{node['name']}: reads {', '.join(sorted(read))}, which identity and consent alone may read"


def _models(manifest: dict) -> Iterator[dict]:
    return (node for node in manifest["nodes"].values() if node["resource_type"] == "model")


def main() -> int:
    """Prints the findings; exit code 1 if there is one."""
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parents[1] / "target" / "manifest.json"
    found = findings(json.loads(path.read_text(encoding="utf-8")))
    print("\n".join(found) or "purposes: no findings")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
