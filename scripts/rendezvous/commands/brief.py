"""`rendezvous brief`: one appointment profile, read from the marts and printed for an advisor."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click
import duckdb

from rendezvous import HouseError, access_log
from rendezvous.database import connect as open_database
from rendezvous.landing import PROJECT
from rendezvous.privacy import recheck

PROFILE = """
select profiles.*, customers.client_tier, customers.home_store_id
from marts.appointment_profiles as profiles
left join marts.customers as customers
    on profiles.customer_key = customers.customer_key
"""
ITEMS = """
select rank, sku, product_name, material, colour, size, score, reason, is_available_in_store
from marts.appointment_profile_items
where appointment_id = ?
order by rank
"""
# Every other status withholds: no client, a weak identity, a minor, no consent for clienteling.
OPEN = ("full", "no_interest_seen")
Row = dict[str, object]


@click.command()
@click.argument("appointment_id", required=False)
@click.option("--next", "is_next", is_flag=True, help="The appointment that begins first.")
@click.option("--store", help="With --next: only this boutique.")
def command(appointment_id: str | None, is_next: bool, store: str | None) -> None:
    """Prints what an advisor should know before one appointment."""
    if bool(appointment_id) == is_next:
        raise click.UsageError("Name one appointment, or ask for the --next one.")
    if store and not is_next:
        raise click.UsageError("--store goes with --next.")
    click.echo(read_brief(database(), appointment_id, store))


def database() -> Path:
    """The file that dbt wrote: RENDEZVOUS_DUCKDB, relative to the project, or rendezvous.duckdb."""
    given = os.environ.get("RENDEZVOUS_DUCKDB", "") or "rendezvous.duckdb"
    return PROJECT / Path(given).expanduser()


def read_brief(path: Path, appointment_id: str | None, store: str | None = None) -> str:
    """The brief of an appointment, or of the next one (in a boutique) when none is named.

    Consent is asked again at this moment, and the reading is logged. Raises HouseError when nothing is built there, no
    live appointment answers, or a withdrawal may have landed that the database has not read.
    """
    if not path.is_file():
        raise HouseError(f"{path} does not exist: run `rendezvous build` first.")
    try:
        with open_database(path, read_only=True) as connection:
            profile = _profile(connection, appointment_id, store)
            _check_consent(connection, profile)
            items = _rows(connection, ITEMS, [profile["appointment_id"]])
    except duckdb.CatalogException as error:
        raise HouseError(f"{path} holds no profiles yet: run `rendezvous build` first.") from error
    except duckdb.IOException as error:
        raise HouseError(f"{path} cannot be opened; a build may be running. Try again.") from error
    access_log.record(path, str(profile["appointment_id"]), "withheld" if profile["withheld_because"] else "shown")
    return "\n".join(_lines(profile, items))


def _check_consent(connection: duckdb.DuckDBPyConnection, profile: Row) -> None:
    """Withholds from a profile that was open at the build what may no longer be told."""
    if profile["withheld_because"]:
        return
    recheck.refuse_if_landed(connection)
    profile["withheld_because"] = recheck.why_not(connection, str(profile["customer_key"]), "clienteling")


def _profile(
    connection: duckdb.DuckDBPyConnection, appointment_id: str | None, store: str | None
) -> Row:
    if appointment_id:
        found = _rows(connection, f"{PROFILE} where appointment_id = ?", [appointment_id])
        if not found:
            raise HouseError(
                f"{appointment_id}: no live appointment of that id (unknown, past, or cancelled)."
            )
        return found[0]
    found = _rows(
        connection,
        f"{PROFILE} where profiles.store_id = coalesce(?, profiles.store_id)"
        " or (profiles.store_id is null and ? is null)"
        " order by profiles.starts_at, profiles.appointment_id limit 1",
        [store, store],
    )
    if not found:
        raise HouseError(f"No live appointment{f' in {store}' if store else ''}.")
    return found[0]


def _rows(connection: duckdb.DuckDBPyConnection, sql: str, values: list[object]) -> list[Row]:
    cursor = connection.execute(sql, values)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _lines(profile: Row, items: list[Row]) -> list[str]:
    lines = [
        f"{profile['appointment_id']}  {profile['store_id'] or 'no boutique named'},"
        f" {_local(profile)} ({profile['status']})",
        _joined(
            _said("motive", profile["motive"]),
            _said("party of", profile["party_size"]),
            _said("language", profile["language"]),
            _said("booked via", profile["booked_via"]),
            _said("advisor", profile["advisor_id"]),
        ),
        "",
        f"Client     {_client(profile)}",
        f"Consent    {_consent(profile)}",
        f"Data       {_age(profile)}",
        f"Purchases  {_purchases(profile)}",
    ]
    if profile["withheld_because"]:
        lines += ["", f"Withheld   {profile['withheld_because']}"]
        return lines
    lines.append(f"Web        {_web(profile)}")
    themes = [n for n in (1, 2, 3) if profile[f"theme_{n}"]]
    if themes:
        lines += ["", "Themes"]
        lines += [f"  {n}  {profile[f'theme_{n}']}: {profile[f'theme_{n}_reason']}" for n in themes]
    if items:
        lines += ["", "Pieces to lay out"]
        lines += [_item(item) for item in items]
    if not themes and not items:
        lines += ["", "Nothing seen on the site that would help to prepare."]
    return lines


def _item(item: Row) -> str:
    made = _joined(item["material"], item["colour"], item["size"], between=", ")
    where = "here" if item["is_available_in_store"] else "not here"
    return (
        f"  {item['rank']:>2}  {item['sku']}  {item['product_name'] or ''}"
        f"{f' ({made})' if made else ''}\n"
        f"      {where}, score {item['score']:.2f}: {item['reason']}"
    )


def _client(profile: Row) -> str:
    key = profile["customer_key"]
    strength, basis = profile["identity_strength"], str(profile["identity_basis"])
    if key is None:
        return f"unknown ({basis.replace('_', ' ')})"
    if profile["profile_status"] == "minor":
        return "a minor: the booking alone"
    known = f"{str(key)[:12]}  identity {strength}, by {basis.replace('_', ' ')}"
    if not _is_open(profile):
        return known
    return _joined(known, _said("tier", profile["client_tier"]), _said("home boutique", profile["home_store_id"]))


def _is_open(profile: Row) -> bool:
    """Whether more may be told than the booking and own purchases: nothing was withheld at the build, nor is it now."""
    return profile["profile_status"] in OPEN and not profile["withheld_because"]


def _consent(profile: Row) -> str:
    since = profile["consent_effective_at"]
    if since is None:
        return f"clienteling {profile['clienteling_consent']}: nothing on record"
    source = f" ({profile['consent_source']})" if profile["consent_source"] else ""
    return f"clienteling {profile['clienteling_consent']} since {_date(since)}{source}"


def _age(profile: Row) -> str:
    data, starts = profile["data_as_of"], profile["starts_at"]
    if data is None:
        return "no web data"
    hours = int((starts - data).total_seconds() // 3600)
    age = f"{hours // 24} days" if hours >= 48 else f"{hours} hours"
    # It tells of the client's own visits; that the data have an age tells of nobody.
    provisional = "; partly provisional" if profile["is_provisional"] and _is_open(profile) else ""
    return f"web as of {_date(data)} {data:%H:%M} UTC, {age} before the visit{provisional}"


def _purchases(profile: Row) -> str:
    count = profile["purchase_count"]
    if count is None:
        return "withheld"
    if not count:
        return "none"
    return _joined(
        f"{count}",
        f"last {_date(profile['last_purchase_at'])}",
        _kept(profile["net_purchase_band"]),
        _said("mostly", profile["top_category"]),
    )


def _kept(band: object) -> str | None:
    return "all brought back" if band == "none" else _said("net EUR", band)


def _web(profile: Row) -> str:
    last = profile["last_web_visit_at"]
    if last is None:
        return "no visit seen"
    return f"{profile['web_visit_count_90d']} visits in 90 days, last {_date(last)}"


def _local(profile: Row) -> str:
    starts = profile["starts_at"]
    try:
        zone = ZoneInfo(str(profile["timezone"]))
    except (ZoneInfoNotFoundError, ValueError):
        zone = None
    if zone is None:
        return f"{_date(starts)} {starts:%H:%M} UTC"
    local = starts.replace(tzinfo=UTC).astimezone(zone)
    return f"{local:%A} {_date(local)} {local:%H:%M} ({zone.key})"


def _date(moment: object) -> str:
    assert isinstance(moment, datetime)
    return f"{moment.day} {moment:%B %Y}"


def _said(label: str, value: object) -> str | None:
    return None if value in (None, "") else f"{label} {value}"


def _joined(*parts: object, between: str = " · ") -> str:
    return between.join(str(part) for part in parts if part not in (None, ""))
