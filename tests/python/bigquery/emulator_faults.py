"""What bqemulator 1.4.0 does otherwise than BigQuery, each mended in the test harness and nowhere else.

The SQL of the project stays right for BigQuery. Each entry has its smallest example and BigQuery's answer to it:
tests/python/test_bigquery_faults.py has Google's reference implementation judge the answer, and shows that the emulator
gives it when it is mended and does not when it is bare. An entry goes when that last test fails.
"""

from __future__ import annotations

import gzip
import itertools
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass, field

import farmhash
import sqlglot
from bqemulator.api.routes import jobs as jobs_routes
from bqemulator.api.routes import upload as upload_routes
from bqemulator.jobs import executor
from bqemulator.scripting import interpreter
from bqemulator.sql import builtin_udfs, inner_query, table_rewriter, translator
from bqemulator.sql.rewriter import safe_helpers, string_helpers, unnest_offset, wildcard_expander
from bqemulator.sql.rules._base import TranslationRule
from bqemulator.storage.engine import DuckDBEngine
from sqlglot import exp

ENGINES: list[DuckDBEngine] = []
"""The engine of this process, once it has started."""
STATEMENTS: list[str] = []
"""What it runs first."""


@dataclass(frozen=True)
class Fault:
    """One fault: what mends it, a statement that shows it, and the rows of text that BigQuery answers with.

    `given` are the tables of the statement by the query that makes each; `loaded` those that a load job of JSON fills:
    a load job is no statement, so that no reference implementation but BigQuery's documentation says what it does.
    """

    mend: Callable[[], None]
    example: str
    answer: list[tuple[str, ...]]
    given: dict[str, str] = field(default_factory=dict)
    loaded: dict[str, bytes] = field(default_factory=dict)


FAULTS: list[Fault] = []
"""All but structs_behind_stars, for which no statement smaller than a whole model is known: without it, the build of
tests/python/test_bigquery_parity.py fails."""


def fault(example: str, *answer: str, **tables: dict) -> Callable[[Callable], Callable]:
    """Enters a function that mends a fault into the list, with the example and the text in each row of the answer."""

    def enter(mend_it: Callable[[], None]) -> Callable[[], None]:
        FAULTS.append(Fault(mend_it, example, [(text,) for text in answer], **tables))
        return mend_it

    return enter


@fault("select x from faults.packed", "a", loaded={"faults.packed": gzip.compress(b'{"x": "a"}')})
def gzipped_json() -> None:
    """A load job of gzipped JSON fails; BigQuery unpacks it by its first bytes."""

    def load_json(path: str, target: str, context) -> None:
        with open(path, "rb") as stream:
            packed = stream.read(2) == b"\x1f\x8b"
        options = "format json, compression gzip" if packed else "format json"
        context.engine.execute(f"copy {target} from ? ({options})", [path])

    executor._LOAD_FORMAT_HANDLERS["NEWLINE_DELIMITED_JSON"] = load_json


@fault(
    "select table_id from faulty.__TABLES__ where last_modified_time > 0", "landed",
    loaded={"faulty.landed": b'{"x": "a"}'},
)  # fmt: skip
def tables_metadata() -> None:
    """`dataset.__TABLES__` is not there; BigQuery keeps one line per table in it, with the time of its last change.

    A real table of that name is kept up to date: made when a statement names it, changed by every load job.
    """
    columns = (
        "project_id varchar, dataset_id varchar, table_id varchar, creation_time bigint, last_modified_time bigint,"
        " row_count bigint, size_bytes bigint, type bigint"
    )
    changes = itertools.count(1)
    load = executor.execute_load_job

    async def load_and_write_down(project_id, job_id, config, context):
        meta = await load(project_id, job_id, config, context)
        where = config["load"]["destinationTable"]
        schema, table = f'"{where["projectId"]}__{where["datasetId"]}"', where["tableId"]
        execute = context.engine.execute
        execute(f'create table if not exists {schema}."__TABLES__" ({columns})')
        created = execute(
            f'select min(creation_time) from {schema}."__TABLES__" where table_id = ?', [table]
        ).fetchone()
        rows = execute(f'select count(*) from {schema}."{table}"').fetchone()[0]
        now = 1_700_000_000_000 + next(changes)
        execute(f'delete from {schema}."__TABLES__" where table_id = ?', [table])
        execute(
            f'insert into {schema}."__TABLES__" values (?, ?, ?, ?, ?, ?, ?, 1)',
            [where["projectId"], where["datasetId"], table, created[0] or now, now, rows, rows * 100],
        )
        return meta

    def rewrite_and_make(duckdb_sql: str, project_id: str) -> str:
        rewritten = table_rewriter.rewrite_table_refs(duckdb_sql, project_id)
        for schema in set(re.findall(r'"([^"]+)"\."?__TABLES__"?', rewritten)):
            ENGINES[-1].execute(f'create table if not exists "{schema}"."__TABLES__" ({columns})')
        return rewritten

    executor.rewrite_table_refs = interpreter.rewrite_table_refs = rewrite_and_make
    for module in (executor, jobs_routes, upload_routes):
        if hasattr(module, "execute_load_job"):
            module.execute_load_job = load_and_write_down


_TEXT_OR_COMMENT = re.compile(
    r"""(?P<text>[rb]{0,2}\"{3}.*?\"{3}|[rb]{0,2}'{3}.*?'{3}|[rR]'[^']*'|[rR]"[^"]*"|'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|`[^`]*`)"""
    r"|(?P<comment>--[^\n]*|/\*.*?\*/)",
    re.DOTALL,
)


@fault("-- it's\nselect format_timestamp('%H:%M:%S', timestamp '2024-05-30 10:00:00.000000')", "10:00:00")
def quotes_in_comments() -> None:
    """A quote in a comment opens a string for the emulator's rewriters: in `-- it's` and then `timestamp '2024-05-30
    10:00:00.000000'` the seconds become 00.000000e0. Comments are taken out first."""
    run = executor.execute_query_job

    async def run_without_comments(project_id, job_id, bq_sql, *rest, **named):
        bare = _TEXT_OR_COMMENT.sub(lambda found: found["text"] or " ", bq_sql)
        return await run(project_id, job_id, bare, *rest, **named)

    jobs_routes.execute_query_job = executor.execute_query_job = run_without_comments


@fault(
    f"select {'(' * 500}x{')' * 500} from faults.deep", "a",
    given={"faults.deep": "select 'a' as x"},
)  # fmt: skip
def depth() -> None:
    """A long expression (a normalised telephone number) is deeper than Python's default of 1,000 calls, and a
    statement that cannot be parsed is executed unchanged: its tables are then unknown."""
    sys.setrecursionlimit(20_000)


@fault("select normalize(lower(normalize('É', NFD)), NFC)", "é")
def normalize_in_normalize() -> None:
    """Of `normalize(lower(normalize(x, NFD)), NFC)` only the outer call is translated. Inner ones go first."""

    def rewrite(tree: exp.Expression) -> bool:
        found = [node for node in tree.walk() if isinstance(node, exp.Normalize)]
        for node in reversed(found):
            form = string_helpers._form_keyword(node.args.get("form")) or "NFC"
            name = "bqemu_normalize_casefold" if node.args.get("is_casefold") else "bqemu_normalize"
            node.replace(exp.Anonymous(this=name, expressions=[node.this, exp.Literal.string(form)]))
        return bool(found)

    string_helpers._rewrite_normalize_calls = rewrite


@fault(
    "select cast(safe.date_add(safe.date(timestamp '2024-05-30 10:00:00', 'UTC'), interval 1 day) as string)",
    "2024-05-31",
)
def safe_in_safe() -> None:
    """Of `safe.date_add(safe.date(t, 'UTC'), …)` only the outer call is translated. Inner ones go first."""

    def rewrite(tree: exp.Expression) -> bool:
        calls = list(tree.find_all(exp.SafeFunc))
        for call in reversed(calls):
            call.replace(exp.Anonymous(this="TRY", expressions=[call.this]))
        return bool(calls)

    safe_helpers._rewrite_safe_funcs = rewrite


class _ArrayOfElements(TranslationRule):
    """`array(select … from unnest(list) as x …)` in the order of the list, as a transformation of the list."""

    name = "ARRAY_OF_ELEMENTS"

    def applies_to(self, node: exp.Expression) -> bool:
        select = node.expressions[0] if isinstance(node, exp.Array) and len(node.expressions) == 1 else None
        if not isinstance(select, exp.Select):
            return False
        source = select.args["from_"].this if select.args.get("from_") else None
        plain = not any(select.args.get(part) for part in ("where", "joins", "group", "limit", "distinct"))
        return plain and isinstance(source, exp.Unnest) and source.args.get("offset") is not None

    def rewrite(self, node: exp.Expression) -> exp.Expression:
        select = node.expressions[0]
        source = select.args["from_"].this
        element = source.args["alias"].columns[0].name
        value, elements = select.expressions[0].unalias().sql("duckdb"), source.expressions[0].sql("duckdb")
        # The element may have been qualified with the name the translation gave to the list.
        value = re.sub(rf'"?{source.alias}"?\."?{element}"?\b', element, value) if source.alias else value
        return sqlglot.parse_one(f"coalesce(list_transform({elements}, lambda {element}: {value}), [])", read="duckdb")


@fault(
    "select to_json_string(array(select as struct array(select as struct y from unnest(x.ys) as y with offset as o"
    " order by o) as ys from unnest(xs) as x with offset as p order by p)) from faults.nested",
    '[{"ys":[{"y":"b"},{"y":"a"}]}]',
    given={"faults.nested": "select [struct(['b', 'a'] as ys)] as xs"},
)  # fmt: skip
def arrays_in_arrays() -> None:
    """`array(select as struct … from unnest(a) as x with offset as o order by o)` inside another loses its offset, and
    the statement then gives no rows at all."""
    _add_rule(_ArrayOfElements)


class _TextToBytes(TranslationRule):
    """`cast(text as bytes)`: its UTF-8 bytes. (From anything else the project casts nothing to bytes.)"""

    name = "TEXT_TO_BYTES"

    def applies_to(self, node: exp.Expression) -> bool:
        return isinstance(node, exp.Cast) and node.to.is_type(exp.DataType.Type.VARBINARY)

    def rewrite(self, node: exp.Expression) -> exp.Expression:
        return exp.Anonymous(this="encode", expressions=[exp.cast(node.this.copy(), "text")])


@fault("select to_hex(cast('é' as bytes))", "c3a9")
def text_to_bytes() -> None:
    """`cast('é' as bytes)` fails: only ASCII can be cast."""
    _add_rule(_TextToBytes)


def structs_behind_stars() -> None:
    """In base_ga360__exported_sessions a column of a wildcard that is a struct is not found: stars are written out by a
    list of columns that holds the scalar ones. It serves only avg() of NUMERIC, which is not used."""
    inner_query.build_catalog_schema = lambda *_, **__: {}


@fault(
    "select format_timestamp('%H:%M', timestamp(day, zone)) from faults.days", "22:00",
    given={"faults.days": "select date '2024-05-30' as day, 'Europe/Paris' as zone"},
)  # fmt: skip
def timestamps_of_dates_in_zones() -> None:
    """`timestamp(day, zone)` of columns becomes a call of no function at all."""
    _at_start("create macro date_in_zone(day, zone) as timezone(zone, cast(day as timestamp))")

    def rewrite(node: exp.Expression) -> exp.Expression:
        if isinstance(node, exp.Timestamp) and node.args.get("zone"):
            return exp.Anonymous(this="date_in_zone", expressions=[node.this, node.args["zone"]])
        return node

    _before_translation("timestamp(", rewrite)


@fault("with a as (select o from unnest([7]) as x with offset as o) select cast(o as string) from a", "0")
def offsets_out_of_their_query() -> None:
    """In `with a as (select o from unnest([7]) as x with offset as o) select o from a` the offset is counted down twice
    and loses its name: every column called so is taken for an offset. Only those of the query with the unnest are."""

    def rebase(tree: exp.Expression, names: set[str]) -> bool:
        found = [column for column in tree.find_all(exp.Column) if column.name in names and _is_offset(column)]
        for column in found:
            counted = exp.paren(exp.Sub(this=column.copy(), expression=exp.Literal.number(1)))
            is_bare = isinstance(column.parent, exp.Select) and column.arg_key == "expressions"
            column.replace(exp.alias_(counted, column.name) if is_bare else counted)
        return bool(found)

    unnest_offset._rebase_offset_columns = rebase


def _is_offset(column: exp.Column) -> bool:
    """Whether a column is the offset of an unnest in its own query or in one around it."""
    node = column.parent
    while node is not None and not isinstance(node, exp.CTE):
        if isinstance(node, exp.Select):
            sources = [node.args.get("from_"), *(node.args.get("joins") or [])]
            unnests = [source.this for source in sources if source and isinstance(source.this, exp.Unnest)]
            offsets = [unnest.args.get("offset") for unnest in unnests]
            if any(isinstance(offset, exp.Expression) and offset.name == column.name for offset in offsets):
                return True
        node = node.parent
    return False


class _PadLength(TranslationRule):
    """The length that a text is padded to, as the 32-bit number that DuckDB asks for."""

    name = "PAD_LENGTH"

    def applies_to(self, node: exp.Expression) -> bool:
        return isinstance(node, exp.Pad) and not isinstance(node.expression, exp.Cast)

    def rewrite(self, node: exp.Expression) -> exp.Expression:
        padded = node.copy()
        padded.set("expression", exp.cast(node.expression.copy(), "int"))
        return padded


@fault("select cast(farm_fingerprint(repeat('a', 65)) as string)", "7778058094944459892")
def fingerprints_of_long_texts() -> None:
    """`farm_fingerprint` of more than 64 bytes is another number, worked out in Python: the fingerprints of all
    exported sessions took longer than a client waits, who then asks for them anew, ten times over."""
    builtin_udfs._farm_fingerprint64 = farmhash.fingerprint64


@fault("select rpad('a', 2 * length('ab'), '=')", "a===")
def computed_pad_lengths() -> None:
    """`rpad('a', 2 * length('ab'), '=')` fails: the length is a 64-bit number when it is computed."""
    _add_rule(_PadLength)


class _Numeric(TranslationRule):
    """NUMERIC has 38 digits, nine of them behind the point."""

    name = "NUMERIC"

    def applies_to(self, node: exp.Expression) -> bool:
        if not isinstance(node, exp.DataType) or not node.is_type(exp.DataType.Type.DECIMAL):
            return False
        return [size.name for size in node.expressions] in ([], ["18", "3"])

    def rewrite(self, node: exp.Expression) -> exp.Expression:
        return exp.DataType.build("decimal(38, 9)", dialect="duckdb")


class _NumericByNumber(TranslationRule):
    """A NUMERIC divided by a whole number is a NUMERIC."""

    name = "NUMERIC_BY_NUMBER"

    def applies_to(self, node: exp.Expression) -> bool:
        if not isinstance(node, exp.Div) or not node.expression.is_int or isinstance(node.parent, exp.Cast):
            return False
        return any(cast.to.is_type(exp.DataType.Type.DECIMAL) for cast in node.this.find_all(exp.Cast))

    def rewrite(self, node: exp.Expression) -> exp.Expression:
        return exp.cast(node.copy(), "decimal(38, 9)", dialect="duckdb")


@fault("select if(cast('0.928196' as numeric) = cast('0.928' as numeric), 'cut', 'whole')", "whole")
def nine_decimals() -> None:
    """`cast('0.928196' as numeric)` is 0.928: NUMERIC becomes DECIMAL(18, 3)."""
    _add_rule(_Numeric)


@fault("select if(case when true then cast('1' as numeric) end / 3 * 3 = 1, 'FLOAT64', 'NUMERIC')", "NUMERIC")
def numeric_division() -> None:
    """A NUMERIC that a CASE gives, divided by 3, is a FLOAT64."""
    _add_rule(_NumericByNumber)


@fault(
    "select cast(count(x) as string) from `faults.logs_20*` where _table_suffix = '240302'", "0",
    given={"faults.logs_20240301": "select 'a' as x"},
)  # fmt: skip
def wildcards_that_match_nothing() -> None:
    """`select x from `house.logs_20*` where _table_suffix = '240302'`: when no shard has that suffix the columns are
    gone too. The shards are all read then, and the suffix is asked of every row."""
    prune = wildcard_expander._apply_table_suffix_pushdown
    wildcard_expander._apply_table_suffix_pushdown = lambda tables, *rest: prune(tables, *rest) or tables


def _add_rule(rule: type[TranslationRule]) -> None:
    """Puts a rule before the emulator's own, in the translators that there are and in those to come."""
    get_all = translator.get_all_rules
    translator.get_all_rules = lambda: [rule(), *get_all()]
    executor._translator._rules.insert(0, rule())


def _before_translation(words: str, rewrite: Callable[[exp.Expression], exp.Expression]) -> None:
    """Rewrites the nodes of every statement with `words` in it while it is still GoogleSQL."""
    translate = translator.SQLTranslator.translate

    def translate_rewritten(self, bq_sql: str, **named):
        if words in bq_sql.lower():
            bq_sql = sqlglot.parse_one(bq_sql, read="bigquery").transform(rewrite).sql(dialect="bigquery")
        return translate(self, bq_sql, **named)

    translator.SQLTranslator.translate = translate_rewritten


def _at_start(statement: str) -> None:
    """Has the engine run a statement when it has started."""
    STATEMENTS.append(statement)


def mend() -> None:
    """Mends them all, in this process."""
    start = DuckDBEngine.start

    async def start_and_keep(engine: DuckDBEngine) -> None:
        await start(engine)
        ENGINES.append(engine)
        for statement in STATEMENTS:
            engine.execute(statement)

    DuckDBEngine.start = start_and_keep
    for entry in FAULTS:
        entry.mend()
    structs_behind_stars()
