"""Purpose limitation is read off the manifest: the project keeps it, and each way of breaking it is found."""

from __future__ import annotations

import copy
import json
import sys

import pytest

from conftest import PROJECT, parsed_manifest

sys.path.insert(0, str(PROJECT / "scripts"))
import purposes  # noqa: E402

MART = "model.rendezvous.appointment_profiles"
BRIDGE = "model.rendezvous.int_identity__session_owners"


@pytest.fixture(scope="module")
def manifest() -> dict:
    return json.loads((parsed_manifest().parent / "manifest.json").read_text(encoding="utf-8"))


def test_every_mart_reads_only_people_allowed_for_its_purposes(manifest: dict) -> None:
    assert purposes.findings(manifest) == []


def test_a_shortcut_from_browsing_to_a_mart_is_found_with_its_path(manifest: dict) -> None:
    broken = copy.deepcopy(manifest)
    broken["parent_map"]["model.rendezvous.int_appointments__items"].append(BRIDGE)
    found = [line for line in purposes.findings(broken) if "int_identity__session_owners" in line]
    assert any(line.startswith("appointment_profile_items:") for line in found)


def test_a_mart_without_the_purpose_it_reads_for_is_found(manifest: dict) -> None:
    broken = copy.deepcopy(manifest)
    broken["nodes"][MART]["config"]["meta"]["purposes"] = ["analytics"]
    assert any(line.startswith("appointment_profiles: reads browsing") for line in purposes.findings(broken))


def test_a_mart_that_names_no_purpose_is_found(manifest: dict) -> None:
    broken = copy.deepcopy(manifest)
    del broken["nodes"][MART]["config"]["meta"]["purposes"]
    assert "appointment_profiles: no meta.purposes says for what it may be used" in purposes.findings(broken)


def test_who_was_on_a_device_is_read_by_identity_and_consent_alone(manifest: dict) -> None:
    broken = copy.deepcopy(manifest)
    broken["parent_map"]["model.rendezvous.int_interest__signals"].append(
        "model.rendezvous.int_identity__session_people"
    )
    reads = "int_interest__signals: reads int_identity__session_people"
    assert any(line.startswith(reads) for line in purposes.findings(broken))
