"""The variables of dbt_project.yml that say which dataset holds what; the one place where they are written."""

from __future__ import annotations

import yaml

from rendezvous import PROJECT, HouseError


def business_dataset(system: str) -> str:
    """The dataset of a business system, as models/staging/_landing__sources.yml names it."""
    return f"{_vars()['landing_schema_prefix']}{system}"


def property_datasets() -> dict[str, str]:
    """Web property to the dataset of its GA360 exports. Raises HouseError for a list that cannot be read."""
    try:
        return {entry["property"]: entry["dataset"] for entry in _vars()["ga360_properties"]}
    except (KeyError, TypeError):
        raise HouseError(
            "dbt_project.yml: vars: ga360_properties: each entry has a property and a dataset, such as "
            "{property: maison_fr, dataset: landing_ga360_maison_fr}."
        ) from None


def resident_jurisdictions() -> list[str]:
    """Countries whose residents' clear data stay in a project of their own."""
    return list(_vars()["resident_jurisdictions"])


def residence_columns() -> dict[str, str]:
    """Landed table (`system.table`) to the column that says in which country a row's person lives."""
    return dict(_vars()["residence_columns"])


def _vars() -> dict:
    return yaml.safe_load((PROJECT / "dbt_project.yml").read_text(encoding="utf-8"))["vars"]
