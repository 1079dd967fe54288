"""Clear data that must stay in their country do not leave it by `rendezvous load`: one such row refuses the load.

Staging refuses such rows as well (macros held_in_its_country, ga360_exports), but only once they lie in the project.
"""

from __future__ import annotations

import csv
import os

import duckdb

from rendezvous import PROJECT, HouseError, landing
from rendezvous.arrivals import Ledger
from rendezvous.bigquery import project_vars


def refuse_held(found: landing.Landing, ledger: Ledger) -> None:
    """Raises HouseError when a landed row says that its person lives where data do not leave for this project, or when
    a web export is of a site for such a country."""
    countries = project_vars.resident_jurisdictions()
    here = os.environ.get("RENDEZVOUS_JURISDICTION", "")
    if here and here not in countries:
        raise HouseError(
            f"RENDEZVOUS_JURISDICTION is '{here}', and dbt_project.yml's resident_jurisdictions does not name it."
            " Nothing was loaded."
        )
    if not countries:
        return
    _refuse_sites(found, countries, here)
    with duckdb.connect() as connection:
        landing.open_landing(connection, ledger.accepted(found), ledger.replacements)
        for table, column in project_vars.residence_columns().items():
            _refuse_held_in(connection, table, column, countries, here)


def _refuse_sites(found: landing.Landing, countries: list[str], here: str) -> None:
    sites = PROJECT / "seeds" / "reference" / "web_properties.csv"
    with open(sites, encoding="utf-8", newline="") as stream:
        of_site = {row["property"]: row["country_code"].strip().upper() for row in csv.DictReader(stream)}
    for file in found.files:
        country = of_site.get(file.web_property or "", "")
        if country and (country != here if here else country in countries):
            raise HouseError(
                f"{file.relative}: {file.web_property} is a site for {country} (seeds/reference/web_properties.csv),"
                f" and {_meant_for(here)} Land its exports for the project of their country. Nothing was loaded."
            )


def _meant_for(here: str) -> str:
    whose = f"people who live in {here}" if here else "people who live in no country that keeps its data"
    return f"this project is for {whose} (RENDEZVOUS_JURISDICTION, resident_jurisdictions)."


def _refuse_held_in(connection: duckdb.DuckDBPyConnection, table: str, column: str, countries: list[str],
                    here: str) -> None:  # fmt: skip
    code = f"upper(trim({column}))"
    held = f"{code} <> $1" if here else f"list_contains($1, {code})"
    row = connection.execute(
        f"select _file, _line, {code} from landing_{table} where {code} <> '' and {held} order by _file, _line limit 1",
        [here or countries],
    ).fetchone()
    if row:
        file, line, country = row
        raise HouseError(
            f"{file}: line {line}: its person lives in {country}, and {_meant_for(here)}"
            " Land such rows for the project of their country. Nothing was loaded."
        )
