"""Who reads what: declared roles and BigQuery's grants say the same; DuckDB's file is private."""

from __future__ import annotations

import re
import stat
from pathlib import Path

import yaml

from conftest import House

PROJECT = Path(__file__).resolve().parents[2]
DECLARED = yaml.safe_load((PROJECT / "dbt_project.yml").read_text(encoding="utf-8"))
ROLES: dict[str, dict] = DECLARED["vars"]["roles"]
SCHEMAS = {"landing", "reference", "staging", "intermediate", "vault", "quarantine", "marts", "bi"}


def granted(folder: dict) -> set[str]:
    """The environment variables whose members a folder of models is opened to."""
    return set(re.findall(r"env_var\('(\w+)'", str(folder.get("+grants", ""))))


def test_every_role_is_declared_with_its_own_members() -> None:
    assert set(ROLES) == {"build", "bi", "advisor", "steward", "privacy_officer"}
    assert len({role["members"] for role in ROLES.values()}) == len(ROLES)
    assert set(ROLES["build"]["reads"]) == SCHEMAS


def test_grants_say_what_the_roles_say() -> None:
    models = DECLARED["models"]["rendezvous"]
    readers = {name: role for name, role in ROLES.items() if name != "build"}
    for schema, folder in models.items():
        if schema.startswith("+"):
            continue
        of_schema = {role["members"] for role in readers.values() if schema in role["reads"]}
        assert granted(folder) == of_schema, schema
        for name, part in folder.items():
            if isinstance(part, dict) and "+grants" in part and not name.startswith("+"):
                of_part = {role["members"] for role in readers.values() if f"{schema}.{name}" in role["reads"]}
                assert granted(part) == of_schema | of_part, f"{schema}.{name}"
    read = {place for role in readers.values() for place in role["reads"]}
    assert all(granted(models[place.split(".")[0]].get(place.split(".")[-1]) or models[place]) for place in read)


def test_a_closed_schema_is_granted_explicitly() -> None:
    """Without +grants dbt takes nothing away, so what was granted by hand would stay."""
    for schema in ("vault", "quarantine", "marts", "bi"):
        assert "+grants" in DECLARED["models"]["rendezvous"][schema]


def test_a_database_is_made_for_its_owner_alone(house: House) -> None:
    house.dbt("seed", "-s", "profile_reasons")
    assert stat.S_IMODE(house.database.stat().st_mode) == 0o600
