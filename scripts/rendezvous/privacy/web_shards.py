"""A person in the GA360 exports that lie in BigQuery, one table a day: their sessions go, and where they signed in
during a session of somebody else's, that one loses their ids, however deep they are nested."""

from __future__ import annotations

from collections.abc import Iterator

from google.cloud.bigquery import SchemaField

from rendezvous.bigquery import project_vars
from rendezvous.bigquery.warehouse import SHARD, Warehouse
from rendezvous.privacy import subject
from rendezvous.privacy.erasure import Counted, mentioned_ids

MENTIONED = "mentioned"
"""Kind of the table `person`: ids as sites send them."""


def count(warehouse: Warehouse) -> list[Counted]:
    """The shards that hold the person, with what would go and what would lose their ids."""
    found = []
    for name, web_property in _shards_with(warehouse):
        theirs, beside = _conditions(warehouse, web_property)
        counts = f"select count(*), countif({theirs}), countif({beside} and not {theirs}) from {name}"
        before, removed, emptied = warehouse.run(counts).rows[0]
        found.append(Counted(name, before, removed, contacts_emptied=emptied))
    return found


def erase(warehouse: Warehouse, name: str) -> None:
    """Takes the person out of one shard."""
    web_property = {dataset: key for key, dataset in project_vars.property_datasets().items()}[name.split(".")[0]]
    theirs, beside = _conditions(warehouse, web_property)
    warehouse.run(f"delete from {name} where {theirs}")
    empty_nested(warehouse, name, beside)


def remember_ids(warehouse: Warehouse) -> None:
    """Puts the ids by which sites know the person into the table `person`."""
    known = set(subject.values(warehouse, MENTIONED))
    subject.put(warehouse, [(MENTIONED, text) for text in sorted(mentioned_ids(warehouse) - known)])


def empty_nested(warehouse: Warehouse, name: str, where: str) -> None:
    """Takes the person's ids out of every nested column of some rows of a table; `where` is a condition on them."""
    nested = [field for field in warehouse.table(name).schema if field.fields and _has_text(field)]
    if not nested or not subject.values(warehouse, MENTIONED):
        return
    emptied = ", ".join(f"`{field.name}` = {without_ids(field, f'`{field.name}`')}" for field in nested)
    warehouse.run(
        f"update {name} set {emptied}"
        f" from (select concat('\\n', string_agg(value, '\\n'), '\\n') as ids from {warehouse.person}"
        f" where kind = '{MENTIONED}') as known"
        f" where {where}"
    )


def without_ids(field: SchemaField, path: str, depth: int = 0) -> str:
    """The value of a column, or of a field in it, with NULL for each text that is one of `known.ids`."""
    if field.mode == "REPEATED":
        item, place = f"item_{depth}", f"place_{depth}"
        inner = ", ".join(f"{without_ids(each, f'{item}.`{each.name}`', depth + 1)} as `{each.name}`"
                          for each in field.fields)  # fmt: skip
        return f"array(select as struct {inner} from unnest({path}) as {item} with offset as {place} order by {place})"
    if field.fields:
        inner = ", ".join(f"{without_ids(each, f'{path}.`{each.name}`', depth)} as `{each.name}`"
                          for each in field.fields)  # fmt: skip
        return f"if({path} is null, null, struct({inner}))"
    # All ids are one text, a line each: it is compared at any depth, where a list would be a query in a query.
    if field.field_type != "STRING":
        return path
    return f"if(strpos(known.ids, concat('\\n', {path}, '\\n')) > 0, null, {path})"


def _has_text(field: SchemaField) -> bool:
    return field.field_type == "STRING" or any(_has_text(each) for each in field.fields)


def _shards_with(warehouse: Warehouse) -> Iterator[tuple[str, str]]:
    """Shards with a session of the person, and their property. Two short columns of all shards are read for it."""
    if not any(subject.values(warehouse, kind) for kind in ("web_visitor", "web_session", "shared_web_session")):
        return
    for web_property, dataset in project_vars.property_datasets().items():
        prefixes = {match["prefix"] for match in map(SHARD.fullmatch, warehouse.shards(dataset)) if match}
        theirs, beside = _conditions(warehouse, web_property)
        for prefix in sorted(prefixes):
            suffixes = warehouse.run(
                f"select distinct _table_suffix from `{warehouse.client.project}`.`{dataset}`.`{prefix}20*`"
                f" where {theirs} or {beside} order by 1"
            )
            for (suffix,) in suffixes.fetchall():
                yield f"{dataset}.{prefix}20{suffix}", web_property


def _conditions(warehouse: Warehouse, web_property: str) -> tuple[str, str]:
    """Whether a session is the person's, and whether they only signed in during it; never NULL."""
    visitor = f"concat('{web_property}|', trim(fullVisitorId))"
    session = f"concat({visitor}, '|', cast(visitId as string))"

    def among(value: str, kind: str) -> str:
        return f"coalesce({value} in (select value from {warehouse.person} where kind = '{kind}'), false)"

    theirs = f"({among(visitor, 'web_visitor')} or {among(session, 'web_session')})"
    return theirs, among(session, "shared_web_session")
