"""What dbt does for each node without need, left out: the same SQL, logs and artifacts in less than half its own time.

Each function says what it spares; what it gives is compared with what dbt gives by itself
(tests/python/test_lighter_dbt.py). dbt is pinned, and this is written for its 1.11.
"""

from __future__ import annotations

import gc
import hashlib
import os
import re
from collections.abc import Callable, Collection, ItemsView, Iterable, Iterator, KeysView, Mapping, ValuesView
from functools import lru_cache, wraps
from pathlib import Path
from types import CodeType, MappingProxyType

import agate
from dbt import compilation
from dbt.clients.jinja import MacroGenerator
from dbt.context import base as context
from dbt.context.macros import MacroNamespace, MacroNamespaceBuilder
from dbt.context.manifest import ManifestContext
from dbt.flags import get_flags
from dbt.include.global_project import PROJECT_NAME as DBT
from dbt.tracking import track_behavior_change_warn
from dbt.version import __version__ as dbt_version
from dbt_common.clients import agate_helper
from dbt_common.clients import jinja as templates
from dbt_common.events.base_types import BaseEvent, EventLevel, EventMsg
from dbt_common.events.event_manager import EventManager
from dbt_common.events.event_manager_client import get_event_manager
from dbt_common.events.logger import PRINT_EVENT_NAMES
from jinja2 import Environment, FileSystemBytecodeCache

_LEVELS = [level.value for level in EventLevel]  # from debug to error


def lighten(templates_folder: Path | None = None) -> None:
    """Everything below; twice is as good as once.

    The Python code of templates is kept in `templates_folder`, by default in dbt's target folder. The manifest too,
    hundreds of thousands of objects that live to the end, is no longer walked by every full garbage collection.
    """
    gc.freeze()
    for logger in get_event_manager().loggers:
        logger.filter = _from_level(logger.level, logger.filter)
    if not hasattr(EventManager.fire_event, "__wrapped__"):
        EventManager.fire_event = _to_whom_it_concerns(EventManager.fire_event)
        BaseEvent.pb_msg = _LateMessage(BaseEvent.__init__)
        BaseEvent.__init__ = _wait
        MacroNamespaceBuilder.build_namespace = build_namespace
        context.BaseContext.__init__ = _late_context(context.BaseContext.__init__)
        ManifestContext.to_dict = _with_late_macros(ManifestContext.to_dict)
        agate_helper.build_type_tester = _kept_testers(agate_helper.build_type_tester)
        agate_helper.empty_table = _empty_table
        templates.get_environment = _kept_environments(templates.get_environment)
        # dbt's own for the other templates: names are looked up in the node's context, which is not copied first.
        templates.NativeSandboxTemplate.new_context = templates.MacroFuzzTemplate.new_context
        Environment.compile = _kept_code(Environment.compile, templates_folder or _target() / "templates")
        context.get_context_modules = lru_cache(context.get_context_modules)
        compilation.inject_ctes_into_sql = _at_the_first_with(compilation.inject_ctes_into_sql)


# -- events: dbt puts each together, translates it and formats it for every log, and then looks at its level


def _to_whom_it_concerns(fire: Callable) -> Callable:
    """An event that no log takes is not told. Whoever listens by a callback of their own gets all."""

    @wraps(fire)
    def fire_event(self, e: BaseEvent, level: EventLevel | None = None, *others, **options) -> None:
        if _is_heard(self, (level or e.level_tag()).value, type(e).__name__):
            fire(self, e, level, *others, **options)

    return fire_event


def _is_heard(manager: EventManager, level: str, name: str) -> bool:
    if level in ("warn", "error") or name in PRINT_EVENT_NAMES:
        return True  # a warning may have to become an error; what a macro prints is shown at every level
    lowest = min((_LEVELS.index(logger.level.value) for logger in manager.loggers), default=len(_LEVELS))
    # dbt's own callback waits for a warning.
    return _LEVELS.index(level) >= lowest or any(each is not track_behavior_change_warn for each in manager.callbacks)


class _LateMessage:
    """A message is put together when it is first looked at; then it stands in the event itself, as dbt has it."""

    def __init__(self, compose: Callable) -> None:
        self.compose = compose

    def __get__(self, event: BaseEvent | None, kind: type | None = None) -> object:
        if event is None:
            return self
        words, named = event.__dict__.pop("waiting", ((), {}))
        self.compose(event, *words, **named)
        return event.__dict__["pb_msg"]


def _wait(event: BaseEvent, *words, **named) -> None:
    event.__dict__["waiting"] = words, named


def _from_level(lowest: EventLevel, passes: Callable[[EventMsg], bool]) -> Callable[[EventMsg], bool]:
    """An event below the level of a log is not formatted for it first and dropped then."""
    shown = set(_LEVELS[_LEVELS.index(lowest.value) :])
    return lambda event: (event.info.level in shown or event.info.name in PRINT_EVENT_NAMES) and passes(event)


# -- names: each node gets all 900 macros twice, one after the other, and calls a few dozen


class Late(dict):
    """What names mean, each looked up in `source` when it is first asked for; what is set here comes first.

    Whoever asks for all names or meanings gets all of them, as of any dict.
    """

    def __init__(self, source: Mapping[str, object] = MappingProxyType({}), make: Callable | None = None) -> None:
        super().__init__()
        self.source, self.make = source, make

    def __missing__(self, name: str) -> object:
        found = self.source[name]
        self[name] = found = self.make(found) if self.make else found
        return found

    def __contains__(self, name: object) -> bool:
        return super().__contains__(name) or name in self.source

    def __bool__(self) -> bool:
        return super().__len__() > 0 or bool(self.source)

    def get(self, name: str, default: object = None) -> object:
        try:
            return self[name]
        except KeyError:
            return default

    def _all(self) -> Late:
        for name in self.source:
            self[name]
        return self

    def __iter__(self) -> Iterator[str]:
        return super(Late, self._all()).__iter__()

    def __len__(self) -> int:
        return super(Late, self._all()).__len__()

    def keys(self) -> KeysView:
        return super(Late, self._all()).keys()

    def values(self) -> ValuesView:
        return super(Late, self._all()).values()

    def items(self) -> ItemsView:
        return super(Late, self._all()).items()


class LateNamespace(MacroNamespace):
    """dbt's namespace of macros with the order of search gone through beforehand: what a name means, in `meanings`."""

    def __init__(self, meanings: Late, **namespaces) -> None:
        super().__init__(**namespaces)
        self.meanings = meanings

    def __getitem__(self, name: str) -> object:
        return self.meanings[name]

    def __contains__(self, name: object) -> bool:
        return name in self.meanings

    def __bool__(self) -> bool:
        return bool(self.meanings)

    def __iter__(self) -> Iterator[str]:
        return iter(self.meanings)

    def __len__(self) -> int:
        return len(self.meanings)


def build_namespace(self: MacroNamespaceBuilder, macros_by_package: dict, ctx: dict) -> LateNamespace:
    """The macros a node may call, each bound to its context when it is called first."""

    def bind(macro: object) -> MacroGenerator:
        return MacroGenerator(macro, ctx, self.node, self.thread_ctx)

    order = (self.root_package, self.search_package, tuple(self.internal_package_names_order))
    of_engines, of_ours, flat = _searched(macros_by_package, *order)
    bound = {package: Late(macros, bind) for package, macros in macros_by_package.items()}
    engines = Late(of_engines, bind)
    packages = {name: macros for name, macros in bound.items() if name not in self.internal_package_names}
    meanings = Late(flat, bind)
    meanings.update({name: each for name, each in {DBT: engines, **packages}.items() if name not in of_ours})
    # What is both the project's and the node's own is the node's own.
    root = self.root_package if self.root_package != self.search_package else None
    return LateNamespace(
        meanings, global_namespace=packages.get(root, {}), packages=packages,
        local_namespace=packages.get(self.search_package, {}), global_project_namespace=engines,
    )  # fmt: skip


_searches: dict[tuple, tuple] = {}


def _searched(macros_by_package: dict, root: str, package: str, internal: tuple[str, ...]) -> tuple[dict, dict, dict]:
    """The macros of dbt and its adapter, those of the project and the node's package, and both as they are searched."""
    asked = id(macros_by_package), root, package, internal
    if asked not in _searches:
        of_engines: dict[str, object] = {}
        for name in reversed(internal):
            of_engines.update(macros_by_package.get(name, {}))
        ours = [macros_by_package.get(name, {}) for name in (root, package) if name not in internal]
        of_ours = {name: macro for macros in ours for name, macro in macros.items()}
        # The macros stand there too, so that no other dict can have their id.
        _searches[asked] = of_engines, of_ours, of_engines | of_ours, macros_by_package
    return _searches[asked][:3]


def _late_context(begin: Callable) -> Callable:
    @wraps(begin)
    def __init__(self: context.BaseContext, *options, **named) -> None:  # noqa: N807
        begin(self, *options, **named)
        self._ctx = Late()

    return __init__


def _with_late_macros(to_dict: Callable) -> Callable:
    """A node's context, in which a macro comes before what dbt has under its name, as in dbt."""

    @wraps(to_dict)
    def to_late_dict(self: ManifestContext) -> dict:
        if not isinstance(self.namespace, LateNamespace):
            return to_dict(self)
        made = super(ManifestContext, self).to_dict()
        for name in [each for each in dict.keys(made) if each in self.namespace]:
            del made[name]
        made.source = self.namespace
        return made

    return to_late_dict


# -- the fixtures of a unit test: each stands in a CTE before those of the model, whose SQL is read word for word for it

_ASIDE = re.compile(r"--[^\n]*|/\*.*?\*/|'[^']*'|\"[^\"]*\"", flags=re.S)  # what is no SQL, or a text or name in it
_OPENING = re.compile(r"(?:\s+|--[^\n]*\n|/\*.*?\*/)*with\b(?:\s+recursive\b)?\s*", flags=re.S | re.I)


def _at_the_first_with(inject: Callable) -> Callable:
    """One statement that opens its CTEs after blanks and comments at most, as all of ours do, needs no more reading."""

    @wraps(inject)
    def inject_ctes_into_sql(sql: str, ctes: list) -> str:
        opening = _OPENING.match(sql)
        if not (ctes and opening) or ";" in _ASIDE.sub("", sql):
            return inject(sql, ctes)
        return f"{opening.group()}{', '.join(each.sql for each in ctes)}, {sql[opening.end() :]}"

    return inject_ctes_into_sql


# -- what comes out alike every time


def _kept_testers(build: Callable) -> Callable:
    """What tells the types of a result's columns holds a calendar in several languages and no state."""
    kept = lru_cache(maxsize=256)(build)

    @wraps(build)
    def build_type_tester(text_columns: Iterable[str], string_null_values: Collection[str] | None = ("null", "")):
        nulls = None if string_null_values is None else tuple(string_null_values)
        return kept(frozenset(text_columns), string_null_values=nulls)

    return build_type_tester


def _empty_table() -> agate.Table:
    """What a statement without a result gives; agate's own makes a calendar for its no columns."""
    return agate.Table([], [], column_types=agate_helper.DEFAULT_TYPE_TESTER)


def _kept_environments(build: Callable) -> Callable:
    """Jinja's settings, unless they remember the node whose macros they capture."""
    kept = lru_cache(build)

    @wraps(build)
    def get_environment(node: object = None, capture_macros: bool = False, native: bool = False):
        return build(node, capture_macros, native) if capture_macros else kept(native=native)

    return get_environment


def _kept_code(compile_anew: Callable, folder: Path) -> Callable:
    """The Python code of a template, in this process and for the next: most were the same in the last run.

    A file's name is of the text and of what translates it; Jinja's own store adds the versions of itself and of Python.
    What dbt never asks for, such as the code of a named file, is not kept.
    """
    store = FileSystemBytecodeCache(str(folder), "%s.jinja")
    kept: dict[tuple[type, str], CodeType] = {}

    @wraps(compile_anew)
    def compile_once(self: Environment, source: str, *names, **options) -> CodeType | str:
        if type(self) not in _TRANSLATED_ALIKE or names or options or templates.MACRO_DEBUGGING:
            return compile_anew(self, source, *names, **options)
        found = type(self), source
        if found not in kept:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            name = hashlib.sha256(f"{dbt_version} {type(self).__name__} {source}".encode()).hexdigest()
            bucket = store.get_bucket(self, name, None, source)
            if bucket.code is None:
                bucket.code = compile_anew(self, source)
                store.set_bucket(bucket)
            kept[found] = bucket.code
        return kept[found]

    return compile_once


_TRANSLATED_ALIKE = (templates.MacroFuzzEnvironment, templates.NativeSandboxEnvironment)


def _target() -> Path:
    flags = get_flags()
    return Path(getattr(flags, "PROJECT_DIR", None) or os.curdir, getattr(flags, "TARGET_PATH", None) or "target")
