"""What a build found, in one screen: who was reconciled, what came of it, what was left out and why.

Reads the database, and of the landing folder whether it holds any file of the contract. A part whose tables are not
built is said to be missing, never guessed; where the landing folder holds a truth (test data), the identity is
measured against it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import click
import duckdb

from rendezvous import HouseError, counted
from rendezvous.arrivals import LEFT_OUT
from rendezvous.database import connect as open_database
from rendezvous.landing import read_folder, sql_text

_FIRST = 10
_WAITING = {"overdue": "overdue", "due_soon": "due soon", "open": "with time left"}


@dataclass
class _Found:
    """A query runner over one database, and the landing folder it was built from."""

    connection: duckdb.DuckDBPyConnection
    folder: Path

    def row(self, sql: str) -> tuple:
        return self.rows(sql)[0]

    def rows(self, sql: str) -> list[tuple]:
        return self.connection.execute(sql).fetchall()


def print_summary(database: Path, folder: Path) -> None:
    """Prints the summary of the last build. Raises HouseError if there is no database."""
    for line in summary(database, folder):
        click.echo(line)


def summary(database: Path, folder: Path) -> list[str]:
    """The lines of the summary."""
    if not database.is_file():
        raise HouseError(f"{database} does not exist: run `rendezvous build` first.")
    lines = ["", click.style("rendezvous: what this build found", bold=True)]
    with open_database(database, read_only=True) as connection:
        found = _Found(connection, folder)
        for label, part in _PARTS.items():
            try:
                lines += _labelled(label, part(found))
            except (duckdb.CatalogException, duckdb.BinderException):
                lines += _labelled(label, ["not built"])
    return lines


def _labelled(label: str, texts: list[str]) -> list[str]:
    return [f"  {label if number == 0 else '':<14} {text}" for number, text in enumerate(texts)]


def _share(part: int | None, whole: int | None) -> str:
    part, whole = part or 0, whole or 0
    return f"{part:,} of {whole:,} ({part / whole:.1%})" if whole else f"{part:,} of 0"


def _landed(found: _Found) -> list[str]:
    """Whether there was nothing to build from, as where RENDEZVOUS_RAW names the wrong folder."""
    return list(filter(None, [read_folder(found.folder).emptiness()]))


def _run(found: _Found) -> list[str]:
    as_of, status = found.row(
        "select as_of, status from staging.run_ledger where command in ('build', 'run') order by rowid desc limit 1"
    )
    days, first, last, waiting = found.row("""
        select count(distinct table_date), min(table_date), max(table_date),
            count(distinct table_date) filter (where version = 'open')
        from staging.days_done
    """)
    built = found.row("select count(*) from staging.days_to_build")[0]
    span = f", {first} to {last}" if days else ""
    texts = [
        f"{as_of[:19]} UTC ({status})",
        f"{counted(days - waiting, 'day')} of web exports{span}; {built} built in this run",
    ]
    if waiting:
        texts.append(f"{counted(waiting, 'day is', 'days are')} still to be built: the next run takes up what waits")
    return texts + _later(found, as_of)


def _later(found: _Found, as_of: str) -> list[str]:
    """Visits of exports that are dated later than the instant of the build: staged, and in no mart."""
    visits, first, last = found.row(f"""
        select count(*), min(report_date), max(report_date)
        from staging.stg_ga360__sessions where arrived_at > timestamp '{as_of}'
    """)
    if not visits:
        return []
    return [f"dated later, so in no mart yet: {visits:,} of the sessions, {first} to {last}; is a file misnamed?"]


def _clients(found: _Found) -> list[str]:
    clients, reconciled = found.row("""
        select count(*), count(*) filter (where customers.customer_key in (
            select customer_key from marts.customer_identifiers
            where identifier_type in ('web_visitor', 'app_instance')
        ))
        from marts.customers as customers
        where customers.is_client
    """)
    return [f"{_share(reconciled, clients)} met on a device of their own"]


def _devices(found: _Found) -> list[str]:
    """Beyond the life of its cookie, a browser seen again without a yes is another one."""
    owned, devices, too_old = found.row("""
        select
            (select count(*) from marts.customer_identifiers where identifier_type = 'web_visitor'),
            count(distinct case when outlived.session_key is null then visitor_key else session_key end),
            count(outlived.session_key)
        from intermediate.int_web__sessions as sessions
        left join intermediate.int_web__outlived_cookies as outlived using (session_key)
        where not is_excluded
    """)
    texts = [f"{_share(owned, devices)} belong to one person"]
    if too_old:
        visits = counted(too_old, "visit")
        texts.append(f"{visits} without a yes came with a cookie that is too old: the site must let it go")
    return texts


def _nobodys(found: _Found) -> list[str]:
    """What links nobody: how much for which reason, and by name what goes with too much to be one person's."""
    counts = found.rows("""
        select reason, count(*) from intermediate.int_identity__shared_identifiers
        group by reason order by count(*) desc, reason
    """)
    groups = found.row("""
        select count(distinct full_component_key) from intermediate.int_identity__capped_components
        where verdict <> 'whole'
    """)[0]
    named = found.rows(f"""
        select identifier_type, identifier_system, identifier_value, reasons
        from intermediate.int_identity__shared_identifiers
        where reasons not in ('spells_another', 'several_people', 'staff') order by reason, 1, 2, 3 limit {_FIRST}
    """)
    shown = ", ".join(f"{count:,} {reason}" for reason, count in counts)
    total = counted(sum(count for _, count in counts), "identifier links", "identifiers link")
    texts = [f"{total} nobody" + (f": {shown}" if shown else "")]
    if groups:
        are = counted(groups, "group of identifiers is", "groups of identifiers are")
        texts.append(f"{are} too large to be one person and not merged")
    texts += [f"  {' '.join(filter(None, (kind, system, value[:24])))}: {why}" for kind, system, value, why in named]
    return texts


def _compared(found: _Found) -> list[str]:
    """By what no records were compared because too many share it; the rules are named, never the values."""
    skipped = found.rows("""
        select block_rule, count(distinct block_value) from vault.match_blocks where is_skipped
        group by block_rule order by count(distinct block_value) desc, block_rule
    """)
    if not skipped:
        return []
    shown = ", ".join(f"{count:,} of {rule}" for rule, count in skipped)
    total = counted(sum(count for _, count in skipped), "value is", "values are")
    return [f"{total} on too many client records to compare by: {shown}"]


def _sessions(found: _Found) -> list[str]:
    return [_share(*found.row("""
        select count(owners.customer_key), count(*)
        from intermediate.int_web__sessions as sessions
        left join intermediate.int_identity__session_owners as owners
            on sessions.session_key = owners.session_key
        where not sessions.is_excluded
    """)) + " belong to one person"]  # fmt: skip


def _journeys(found: _Found) -> list[str]:
    journeys, still_open, bought, boutique, ropo, reverse = found.row("""
        select count(*), count(*) filter (where is_open), count(*) filter (where not is_open),
            count(*) filter (where purchase_channel = 'boutique'),
            count(*) filter (where is_ropo), count(*) filter (where is_reverse_ropo)
        from marts.customer_journeys
    """)
    return [
        f"{journeys:,}, of which {still_open:,} open and {bought:,} that ended in a purchase",
        f"of all purchases, researched online and bought in the boutique: {_share(ropo, bought)};"
        f" the reverse: {_share(reverse, bought)}",
        f"of boutique purchases alone, researched online: {_share(ropo, boutique)}",
    ]


def _profiles(found: _Found) -> list[str]:
    statuses = found.rows("""
        select profile_status, count(*) from marts.appointment_profiles
        group by profile_status order by count(*) desc, profile_status
    """)
    total = sum(count for _, count in statuses)
    shown = ", ".join(f"{count} {status}" for status, count in statuses)
    return [counted(total, "live appointment") + (f": {shown}" if shown else "")]


def _requests(found: _Found) -> list[str]:
    """What people asked and is not answered; by number what is due soon or overdue."""
    counts = dict(found.rows("""
        select deadlines.status, count(*) from vault.privacy_request_deadlines as deadlines
        where deadlines.request_id not in (select request_id from vault.privacy_log)
        group by deadlines.status
    """))  # fmt: skip
    named = found.rows(f"""
        select request_id, kind, jurisdiction, due_on, status from vault.privacy_request_deadlines
        where status in ('overdue', 'due_soon') and request_id not in (select request_id from vault.privacy_log)
        order by due_on nulls first, request_id limit {_FIRST}
    """)
    waiting = {word: counts.get(status, 0) for status, word in _WAITING.items()}
    texts = ["what people asked about their data: " + ", ".join(f"{count} {word}" for word, count in waiting.items())]
    texts += [
        f"  {request} {kind} ({law}): {_WAITING[status]}, {f'answer by {due:%Y-%m-%d}' if due else 'without a day'}"
        for request, kind, law, due, status in named
    ]
    return texts if any(waiting.values()) else ["nothing that people asked about their data waits for an answer"]


def _proofs(found: _Found) -> list[str]:
    people, grants = found.row("""
        select count(distinct events.customer_key), count(*)
        from intermediate.int_consent__events as events
        inner join intermediate.int_consent__jurisdictions as jurisdictions
            on events.customer_key = jurisdictions.customer_key
        inner join intermediate.int_consent__policies as policies
            on jurisdictions.jurisdiction = policies.jurisdiction and events.purpose = policies.purpose
        where policies.proof_required and not events.is_denial and not events.is_proven
    """)
    if not grants:
        return []
    told = f"{counted(grants, 'grant')} of {counted(people, 'person', 'people')}"
    return [f"{told} left aside: the law wants proof and there is none"]


def _without_rate(found: _Found) -> list[str]:
    """Amounts that are in no sum of EUR, because their currency or day has no rate."""
    # An unknown currency stands as it came, so what has no three letters is not quoted.
    amounts = found.rows("""
        select
            case when regexp_full_match(currency_code, '[A-Z]{3}') then currency_code else 'no currency' end,
            count(*), min(occurred_at)::date, max(occurred_at)::date
        from marts.touchpoints where amount is not null and amount_eur is null group by 1 order by 2 desc, 1
    """)
    return [f"{currency}: {counted(count, 'amount')} without a rate, so without EUR, {first} to {last}"
            for currency, count, first, last in amounts]  # fmt: skip


def _configured(found: _Found) -> list[str]:
    unknown = [name for (name,) in found.rows("""
        select distinct property from landing.export_days
        where property not in (select property from reference.web_properties)
        order by property
    """)]  # fmt: skip
    if not unknown:
        return ["every landed property is configured"]
    return [
        f"NOT in seeds/reference/web_properties.csv: {', '.join(unknown)}",
        "their sessions are built in UTC and without reconciliation keys",
    ]


def _left_out(found: _Found) -> list[str]:
    unread = found.rows("select path, reason from landing.refused_files order by path")
    files = [(path, reason) for path, reason in unread if reason != LEFT_OUT]
    strangers = [(path, reason) for path, reason in unread if reason == LEFT_OUT]
    lines = found.rows("select path, line, reason from landing.malformed_lines order by path, line")
    # A malformed line stands among the rejected rows, too: here it is counted and listed once.
    rows = found.rows(f"""
        select coalesce(file, table_name), line, reason, count(*) over ()
        from quarantine.rejected_rows where not starts_with(reason, 'malformed_line')
        order by file, line, reason limit {_FIRST}
    """)
    others = rows[0][-1] if rows else 0
    fields = found.row("select count(*) from quarantine.unreadable_fields")[0]
    listed = [f"{path}: {reason}" for path, reason in files + strangers]
    listed += [_placed(path, line, reason) for path, line, reason in lines]
    listed += [_placed(path, line, reason) for path, line, reason, _ in rows]
    more = len(unread) + len(lines) + others - min(len(listed), _FIRST)
    texts = [
        f"{counted(len(files), 'file')} refused, {counted(len(lines), 'malformed line')},"
        f" {counted(others, 'other row')} quarantined, {counted(fields, 'unreadable field')}"
    ]
    if strangers:
        texts.append(f"{counted(len(strangers), 'file')} left out: of no table of the landing contract")
    return [
        *texts,
        *(f"  {text}" for text in listed[:_FIRST]),
        *_unlisted(more, "landing.refused_files and quarantine.rejected_rows"),
        *_unreadable(found, fields),
    ]


def _unreadable(found: _Found, fields: int) -> list[str]:
    """Unreadable fields by file, column and reason: the first line of each, the most frequent one of every file before
    the second one of any. The text that stands there is never quoted."""
    groups = found.rows(f"""
        select coalesce(file, table_name) as place, min(line), column_name || ': ' || reason as what, count(*)
        from quarantine.unreadable_fields group by place, what
        order by row_number() over (partition by place order by count(*) desc, min(line), what), count(*) desc, place
        limit {_FIRST}
    """)
    texts = []
    for path, line, what, count in groups:
        more = f"; {count - 1:,} more like it" if count > 1 else ""
        texts.append(f"  {_placed(path, line, what)}{more}")
    return texts + _unlisted(fields - sum(count for *_, count in groups), "quarantine.unreadable_fields")


def _placed(path: str, line: int | None, what: str) -> str:
    return f"{path}:{line}: {what}" if line else f"{path}: {what}"


def _unlisted(more: int, tables: str) -> list[str]:
    return [f"  … and {more:,} more in {tables}"] if more > 0 else []


# The records of test data's truth that customer_identifiers lists. Cases and appointments belong to a customer, too,
# and identify nobody; of addresses, numbers and a marketplace's buyers the truth does not say whose they are.
_KINDS = (
    "crm_customer", "loyalty", "ecommerce_order", "pos_transaction", "marketplace_order", "app_instance", "web_visitor"
)  # fmt: skip


def _truth(found: _Found) -> list[str]:
    """Pairs of records are counted as n(n-1)/2 for each person and customer, never listed one by one."""
    people = found.folder / "truth" / "people.csv"
    if not people.is_file():
        return ["no truth/people.csv beside these files: nothing to measure against"]
    found.connection.execute(f"""
        create or replace temp table told as
        select record_kind as kind, record_system as system, record_id as id, person_id as person
        from read_csv({sql_text(people)}, header = true, all_varchar = true);

        create or replace temp table truth as
        select * from told where kind in {_KINDS};

        create or replace temp table placed as
        select truth.kind, truth.person, truth.people, identifiers.customer_key
        from (
            select kind, system, id, min(person) as person, count(distinct person) as people
            from truth group by kind, system, id
        ) as truth
        left join marts.customer_identifiers as identifiers
            on truth.kind = identifiers.identifier_type
            and truth.system = identifiers.identifier_system
            and truth.id = identifiers.identifier_value;

        -- A device of several people has no one owner, so it is in no pair; it is looked at below.
        create or replace temp table judged as
        select kind, person, customer_key from placed where people = 1
    """)
    precision, recall, _ = _pairs(found, "true")
    _, without_devices, judged = _pairs(found, "kind <> 'web_visitor'")
    return [
        f"precision {precision}, recall {recall} over pairs of records (recall {without_devices} without browsers)",
        f"{counted(judged, 'record')} judged; people joined by a boutique tablet or shared device: {_joined(found)}",
        *_in_no_pair(found),
        *_not_judged(found),
    ]


def _in_no_pair(found: _Found) -> list[str]:
    shared, owned = found.row("select count(*), count(customer_key) from placed where people > 1")
    given = f"; {owned:,} of them {'is' if owned == 1 else 'are'} given to one" if owned else ""
    return [f"in no pair: {shared:,} devices of several people, who have no one owner{given}"] if shared else []


def _not_judged(found: _Found) -> list[str]:
    """Kinds of records that only one side knows: they can be neither right nor wrong."""
    kinds = found.rows(f"""
        select string_agg(kind, ', ' order by kind), why from (
            select kind, 'no identifiers of customers' as why from told where kind not in {_KINDS}
            union
            select identifier_type, 'not in the truth' from marts.customer_identifiers
            where identifier_type not in {_KINDS}
        ) group by why order by why
    """)
    return [f"not judged: {'; '.join(f'{names} ({why})' for names, why in kinds)}"] if kinds else []


def _pairs(found: _Found, which: str) -> tuple[str, str, int]:
    pairs = "coalesce(sum(n * (n - 1) // 2), 0)"
    groups = f"select count(*) as n from judged where {which}"
    known = f"{groups} and customer_key is not null"
    right = found.row(f"select {pairs} from ({known} group by customer_key, person)")[0]
    claimed = found.row(f"select {pairs} from ({known} group by customer_key)")[0]
    true = found.row(f"select {pairs} from ({groups} group by person)")[0]
    judged = found.row("select count(*) from judged")[0]
    return (
        f"{right / claimed:.4f}" if claimed else "not defined (no pair)",
        f"{right / true:.4f}" if true else "not defined (no pair)",
        judged,
    )


def _joined(found: _Found) -> int:
    """People who share a customer with someone they shared a device with: owners of one browser, and accounts opened
    on the tablets of one region (the truth does not say on which)."""
    planted = found.folder / "truth" / "planted.csv"
    tablets = (
        f"""
        union
        select 'tablet ' || planted.record_system, truth.person
        from read_csv({sql_text(planted)}, header = true, all_varchar = true) as planted
        inner join truth
            on planted.record_kind = truth.kind
            and planted.record_system = truth.system
            and planted.record_id = truth.id
        where planted.trap = 'tablet_account'
        """
        if planted.is_file()
        else ""
    )
    return found.row(f"""
        with company as (
            select id as device, person from truth
            where kind = 'web_visitor'
                and (system, id) in (
                    select (system, id) from truth
                    where kind = 'web_visitor' group by system, id having count(distinct person) > 1
                )
            {tablets}
        ),
        joined as (
            select company.device, judged.customer_key, count(distinct judged.person) as people
            from judged
            inner join company on judged.person = company.person
            where judged.customer_key is not null
            group by company.device, judged.customer_key
        )
        select cast(coalesce(sum(people - 1), 0) as bigint) from joined
    """)[0]


_PARTS: dict[str, Callable[[_Found], list[str]]] = {
    "as of": _run,
    "landed": _landed,
    "clients": _clients,
    "devices": _devices,
    "nobody's": _nobodys,
    "compared": _compared,
    "sessions": _sessions,
    "journeys": _journeys,
    "profiles": _profiles,
    "requests": _requests,
    "proofs": _proofs,
    "rates": _without_rate,
    "properties": _configured,
    "left out": _left_out,
    "truth": _truth,
}
