"""What dbt is spared changes nothing that it tells or knows: each log still gets its events, each node its macros."""

from __future__ import annotations

import dataclasses
import subprocess
import sys
from collections import ChainMap
from collections.abc import Callable
from types import SimpleNamespace

import agate
import pytest
from dbt import compilation
from dbt.adapters import factory
from dbt.artifacts.resources.v1.components import InjectedCTE
from dbt.clients.jinja import MacroGenerator, MacroStack
from dbt.context import base as context
from dbt.context.macros import MacroNamespaceBuilder
from dbt.context.manifest import ManifestContext
from dbt.contracts.graph.manifest import Manifest
from dbt.events.types import NodeStart
from dbt.tracking import track_behavior_change_warn
from dbt_common.clients import agate_helper
from dbt_common.clients import jinja as templates
from dbt_common.events.base_types import BaseEvent, EventLevel
from dbt_common.events.event_manager_client import get_event_manager
from dbt_common.events.functions import fire_event
from dbt_common.events.logger import LoggerConfig
from dbt_common.events.types import Note, PrintEvent
from dbt_common.exceptions import CompilationError
from jinja2 import Environment

from conftest import parsed_manifest
from rendezvous import lighter_dbt

BY_ITSELF = MacroNamespaceBuilder.build_namespace
TYPE_TESTER = agate_helper.build_type_tester
MODULES = context.get_context_modules
COMPILE = Environment.compile
INJECT = compilation.inject_ctes_into_sql


@pytest.fixture(autouse=True)
def lighter() -> None:
    lighter_dbt.lighten()


@pytest.fixture
def manager(monkeypatch):
    """dbt's teller of events with one log, which keeps what it is given."""
    manager = get_event_manager()
    monkeypatch.setattr(manager, "loggers", [])
    monkeypatch.setattr(manager, "callbacks", [track_behavior_change_warn])
    return manager


def log_of(manager, lowest: str) -> list[str]:
    given: list[str] = []
    manager.add_logger(LoggerConfig(name="a log", level=EventLevel(lowest), filter=lambda event: True))
    manager.loggers[-1].write_line = lambda event: given.append(event.info.msg)
    lighter_dbt.lighten()
    return given


def tell_at_every_level() -> None:
    for level in EventLevel:
        fire_event(Note(msg=level.value), level=level)


@pytest.mark.parametrize(
    ("lowest", "seen"),
    [("debug", ["debug", "test", "info", "warn", "error"]), ("info", ["info", "warn", "error"]),
     ("warn", ["warn", "error"]), ("error", ["error"])],
)  # fmt: skip
def test_a_log_gets_the_events_of_its_level(manager, lowest: str, seen: list[str]) -> None:
    given = log_of(manager, lowest)
    tell_at_every_level()
    assert given == seen


def test_what_a_macro_prints_is_shown_at_every_level(manager) -> None:
    given = log_of(manager, "error")
    fire_event(PrintEvent(msg="printed"))
    assert given == ["printed"]


def test_what_one_log_leaves_out_another_still_gets(manager) -> None:
    quiet, talkative = log_of(manager, "error"), log_of(manager, "debug")
    tell_at_every_level()
    assert (quiet, len(talkative)) == (["error"], len(EventLevel))


def test_who_listens_by_a_callback_gets_everything(manager) -> None:
    heard: list[str] = []
    log_of(manager, "error")
    manager.add_callback(lambda event: heard.append(event.info.level))
    tell_at_every_level()
    assert heard == [level.value for level in EventLevel]


def test_a_message_is_put_together_when_it_is_looked_at_and_says_the_same() -> None:
    told = {"node_info": {"node_name": "clients", "node_status": "started"}}
    late = NodeStart(**told)
    assert "pb_msg" not in late.__dict__
    at_once = NodeStart.__new__(NodeStart)
    BaseEvent.__dict__["pb_msg"].compose(at_once, **told)
    assert late.to_dict() == at_once.to_dict()
    assert late.to_dict()["node_info"]["node_name"] == "clients"
    assert Note(msg="x").message() == "x"
    late.node_info.node_name = "orders"
    assert late.to_dict()["node_info"]["node_name"] == "orders", "what is changed in a message stays changed"


@pytest.mark.parametrize("package", ["rendezvous", "dbt", "dbt_duckdb", "guest"])
def test_each_macro_is_found_under_each_name_as_dbt_finds_it(package: str) -> None:
    macros = Manifest.from_msgpack(parsed_manifest().read_bytes()).get_macros_by_package()
    # A package of others, in which one of our macros is another; and a macro of ours under that package's name.
    macros["rendezvous"]["guest"] = dataclasses.replace(macros["rendezvous"]["days_ago"], name="guest")
    guest = dataclasses.replace(macros["rendezvous"]["days_ago"], name="as_of", package_name="guest")
    macros["guest"] = {"as_of": guest}
    context, node, stack = {"a": 1}, SimpleNamespace(), MacroStack()
    ours, its = (
        build(
            MacroNamespaceBuilder("rendezvous", package, stack, ["dbt", "dbt_duckdb"], node),
            macros, context,
        )
        for build in (lighter_dbt.build_namespace, BY_ITSELF)
    )  # fmt: skip
    assert set(ours) == set(its)
    assert len(ours) == len(its) > 800
    for name in its:
        assert meaning(ours[name]) == meaning(its[name]), name
    for part in ("local_namespace", "global_namespace", "global_project_namespace", "packages"):
        assert meaning(getattr(ours, part)) == meaning(getattr(its, part)), part
    for where in (None, "dbt", "rendezvous", "guest"):
        for name in ("as_of", "run_query", "get_where_subquery", "nothing"):
            assert meaning(ours.get_from_package(where, name)) == meaning(its.get_from_package(where, name))
    generator = ours["as_of"]
    assert vars(generator) == vars(its["as_of"]), "context, macro, node and stack"
    with pytest.raises(KeyError):
        ours["nothing"]


@pytest.fixture
def contexts(monkeypatch) -> Callable[[], list[dict]]:
    """The context of a node of a package, as it is lighter and as dbt makes it by itself."""
    manifest = Manifest.from_msgpack(parsed_manifest().read_bytes())
    ours = manifest.get_macros_by_package()["rendezvous"]
    ours["env_var"] = dataclasses.replace(ours["days_ago"], name="env_var")  # a macro under a name that dbt has
    monkeypatch.setattr(factory, "get_adapter_package_names", lambda kind: ["dbt", "dbt_duckdb"])
    config = SimpleNamespace(
        credentials=SimpleNamespace(type="duckdb"), project_name="rendezvous", cli_vars={},
        to_target_dict=lambda: {"name": "local"},
    )  # fmt: skip

    def both(package: str = "rendezvous") -> list[dict]:
        lighter = ManifestContext(config, manifest, package).to_dict()
        with monkeypatch.context() as undone:
            undone.setattr(MacroNamespaceBuilder, "build_namespace", BY_ITSELF)
            undone.setattr(context.BaseContext, "__init__", context.BaseContext.__init__.__wrapped__)
            undone.setattr(ManifestContext, "to_dict", ManifestContext.to_dict.__wrapped__)
            return [lighter, ManifestContext(config, manifest, package).to_dict()]

    return both


@pytest.mark.parametrize("package", ["rendezvous", "dbt", "dbt_duckdb"])
def test_a_context_means_the_same_by_every_name(contexts, package: str) -> None:
    lighter, its = contexts(package)
    assert type(its) is dict
    assert (lighter.pop("context"), its.pop("context")) == (lighter, its)
    for name in [*its, "nothing"]:
        assert (name in lighter) == (name in its), name
        assert meaning(lighter.get(name)) == meaning(its.get(name)), name
    assert meaning(lighter["env_var"]) == "macro.rendezvous.days_ago"
    assert lighter["rendezvous"] is lighter["rendezvous"]


@pytest.mark.parametrize(
    "names", [set, len, lambda each: set(each.keys()), lambda each: set(dict(**each)), lambda each: len(each.values()),
              lambda each: set(dict(each.items())), lambda each: set(ChainMap(each))],
)  # fmt: skip
def test_who_asks_a_context_for_all_gets_all(contexts, names: Callable[[dict], object]) -> None:
    lighter, its = contexts()
    assert names(lighter) == names(its)


def test_only_what_is_called_is_bound(contexts) -> None:
    """Neither what tells whether a context is empty nor a template of either kind asks for all."""
    lighter, _ = contexts()
    assert lighter and ChainMap(lighter)
    assert not lighter_dbt.Late()
    for native in (False, True):
        template = templates.get_template("{{ target.name }} {{ as_of is defined }} {{ nothing is defined }}", lighter,
                                          native=native)  # fmt: skip
        assert templates.render_template(template, lighter) == "local True False"
    assert "as_of" in dict.keys(lighter)
    assert "run_query" in lighter
    assert "run_query" not in dict.keys(lighter)


def test_a_macro_is_replaced_wherever_it_is_looked_for(contexts) -> None:
    """As a unit test does that gives a macro another answer."""
    for made in contexts():
        made["dbt"]["run_query"] = made["as_of"] = "another"
        assert (made["dbt"]["run_query"], made["dbt"].get("run_query"), made["as_of"]) == ("another",) * 3
        assert dict(**made)["as_of"] == "another"
        assert dict(made["dbt"].items())["run_query"] == "another"
        assert meaning(made["run_query"]) == "macro.dbt.run_query"


def meaning(found: object) -> object:
    if isinstance(found, dict):
        return {name: meaning(each) for name, each in found.items()}
    return found.macro.unique_id if isinstance(found, MacroGenerator) else type(found)


def test_results_keep_their_types() -> None:
    rows = [{"n": 1, "t": "005", "d": None, "j": {"a": 1}}, {"n": 2, "t": "null", "d": None, "j": {"a": 2}}]
    table = agate_helper.table_from_data_flat(rows, ["n", "t", "d", "j"])
    again = agate_helper.table_from_data_flat(rows, ["t", "n", "d", "j"])
    tester = TYPE_TESTER(["t", "j"], string_null_values=())
    its = agate.Table([list(row.values()) for row in table.rows], ["n", "t", "d", "j"], column_types=tester)
    assert [type(kind) for kind in table.column_types] == [type(kind) for kind in its.column_types]
    assert table.rows[0].values() == (1, "005", None, '{"a": 1}')
    assert table.rows[1]["t"] == "null", "a text that says null is a text"
    assert again.column_names == ("t", "n", "d", "j")
    nothing = agate_helper.empty_table()
    assert (len(nothing.rows), len(nothing.columns)) == (0, 0)


def test_what_is_spared_is_spared(monkeypatch) -> None:
    """Each of these is right and only slower when it is left out of `lighten`."""
    assert MacroNamespaceBuilder.build_namespace is lighter_dbt.build_namespace
    assert hasattr(Environment.compile, "__wrapped__"), "the code of a template is kept"
    monkeypatch.setattr(compilation.sqlparse, "parse", None)
    for sql in ("with a as (select 1) select 1", "-- one; two\nwith a as (select ';') select 1"):
        assert compilation.inject_ctes_into_sql(sql, [InjectedCTE("b", " b as (select 2)")])
    assert agate_helper.build_type_tester(["a"]) is agate_helper.build_type_tester(["a"])
    monkeypatch.setattr(agate, "TypeTester", None)
    assert len(agate_helper.empty_table().columns) == 0, "no types are tried where there are no columns"


def test_settings_that_remember_a_node_are_made_for_it() -> None:
    assert templates.get_environment() is templates.get_environment()
    assert templates.get_environment(native=True) is not templates.get_environment()
    node = SimpleNamespace(name="clients")
    assert templates.get_environment(node, capture_macros=True) is not templates.get_environment(node, True)
    assert templates.get_environment().from_string("{{ 1 }}").render({}) == "1"


@pytest.fixture
def translated(monkeypatch, tmp_path):
    """Starts anew, as another process would; each text that was translated since then."""
    texts: list[str] = []

    def compile_anew(self, source, *names, **options):
        texts.append(source)
        return COMPILE(self, source, *names, **options)

    def begin() -> list[str]:
        texts.clear()
        monkeypatch.setattr(Environment, "compile", lighter_dbt._kept_code(compile_anew, tmp_path / "templates"))
        return texts

    return begin


def rendered(text: str, native: bool = False) -> object:
    return templates.get_environment(native=native).from_string(text).render({"n": 2})


def test_a_template_is_translated_once_for_this_process_and_the_next(translated) -> None:
    for expected in (["{{ n }}", "{{ n + 1 }}"], []):
        texts = translated()
        assert [rendered("{{ n }}"), rendered("{{ n }}"), rendered("{{ n + 1 }}")] == ["2", "2", "3"]
        assert texts == expected, "what changes by a letter is translated anew"


def test_a_template_that_gives_values_is_not_one_that_gives_text(translated) -> None:
    texts = translated()
    assert [rendered("{{ [n] }}"), rendered("{{ [n] }}", native=True)] == ["[2]", [2]]
    assert texts == ["{{ [n] }}"] * 2


def test_what_is_kept_and_broken_is_translated_anew(translated, tmp_path) -> None:
    translated()
    rendered("{{ n }}")
    (kept,) = (tmp_path / "templates").iterdir()
    for broken in (b"", b"no code", kept.read_bytes()[:-9]):
        kept.write_bytes(broken)
        assert (translated(), rendered("{{ n }}")) == (["{{ n }}"], "2")


def test_a_template_that_is_none_fails_as_in_dbt(translated) -> None:
    translated()
    for _ in range(2):
        with pytest.raises(CompilationError, match="unexpected end of template"):
            templates.get_template("{{ n", {})


@pytest.mark.parametrize(
    "sql",
    ["with a as (select 1) select * from a", "\n-- with what\n/* with\nwhich */  WITH\n  a as (select 1)\nselect 1\n",
     "with recursive a as (select 1) select 2", "WITH  Recursive\na as (select 1) select 2", "select 1",
     "with -- recursive\n a as (select 1) select 1", "with/**/a as (select 1) select 1", "-- with\nselect 1 as within",
     "(with a as (select 1) select * from a)", "with a as (select '--') select 1; -- '",
     "-- b; c\nwith a as (select ';' as \"d;\") /* e; */ select 'it''s; --' -- ;", "with a as (select 1) select 1; ",
     "with a as (select 1) select 1; select 2", "withheld as (select 1)", "with_all as (select 1)", "--", ""],
)  # fmt: skip
@pytest.mark.parametrize("count", [0, 1, 2])
def test_ctes_stand_where_dbt_puts_them(sql: str, count: int) -> None:
    ctes = [InjectedCTE(id=name, sql=f" {name} as (select 1)") for name in ("one", "two")[:count]]
    ours, its = (_told(each, sql, ctes) for each in (compilation.inject_ctes_into_sql, INJECT))
    assert ours == its


def _told(inject: Callable, sql: str, ctes: list) -> str | type:
    try:
        return inject(sql, ctes)
    except Exception as error:  # what is no statement at all
        return type(error)


def test_the_modules_of_python_that_a_macro_may_use_are_dbts() -> None:
    assert context.get_context_modules() is context.get_context_modules()
    kept, its = context.get_context_modules(), MODULES()
    assert {name: set(module) for name, module in kept.items()} == {name: set(module) for name, module in its.items()}
    assert kept["re"] == its["re"]


def test_a_run_of_dbt_is_lighter_without_being_asked(tmp_path) -> None:
    """The plugin does it when dbt opens the database: a run that lightens nothing would only be slower."""
    asked = (
        "from dbt.adapters.duckdb.plugins import BasePlugin\n"
        "from dbt_common.events.event_manager import EventManager\n"
        "from rendezvous.duckdb_plugin import Plugin\n"
        "Plugin.initialize(Plugin.__new__(Plugin), {})\n"
        "print(hasattr(EventManager.fire_event, '__wrapped__'))"
    )
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True, cwd=tmp_path)
    assert done.stdout.strip() == "True"


def test_a_value_bound_to_a_statement_does_not_import_pandas(tmp_path) -> None:
    """Where it is installed, as for BigQuery: dbt's process opens the plugin, the command line calls `main`."""
    bind = "import duckdb; duckdb.connect().execute('select ?', [1]); print(sys.modules.get('pandas'))"
    plugin = "from rendezvous.duckdb_plugin import Plugin; Plugin.initialize(Plugin.__new__(Plugin), {})"
    command = "from rendezvous import cli; cli.rendezvous = lambda **_: None; cli.main()"
    for started in (plugin, command):
        asked = f"import sys\nimport dbt.adapters.duckdb.plugins\n{started}\n{bind}"
        done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True, cwd=tmp_path)
        assert done.stdout.strip() == "None"
