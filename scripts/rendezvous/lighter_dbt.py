"""What dbt does for each node without need, left out: the same SQL, logs and artifacts for two thirds of its own time.

Of a later day's build that time is as long as the SQL. Each function says what it spares; what it gives is compared
with what dbt gives by itself (tests/python/test_lighter_dbt.py). dbt is pinned, and this is written for its 1.11.
"""

from __future__ import annotations

import gc
import hashlib
import os
from collections.abc import Callable, Collection, Iterable
from functools import lru_cache, wraps
from pathlib import Path
from types import CodeType

import agate
from dbt.clients.jinja import MacroGenerator
from dbt.context import base as context
from dbt.context.macros import MacroNamespace, MacroNamespaceBuilder
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
        agate_helper.build_type_tester = _kept_testers(agate_helper.build_type_tester)
        agate_helper.empty_table = _empty_table
        templates.get_environment = _kept_environments(templates.get_environment)
        Environment.compile = _kept_code(Environment.compile, templates_folder or _target() / "templates")
        context.get_context_modules = lru_cache(context.get_context_modules)


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


# -- names: each node gets all 900 macros twice, one call after the other


class FlatNamespace(MacroNamespace):
    """dbt's namespace of macros with what a name means looked up beforehand, in dbt's order of search."""

    def __init__(self, *parts, **named_parts) -> None:
        super().__init__(*parts, **named_parts)
        self.meanings = {
            **self.global_project_namespace, DBT: self.global_project_namespace, **self.packages,
            **self.global_namespace, **self.local_namespace,
        }  # fmt: skip

    def __getitem__(self, name: str) -> object:
        return self.meanings[name]

    def __iter__(self):
        return iter(self.meanings)

    def __len__(self) -> int:
        return len(self.meanings)


def build_namespace(self: MacroNamespaceBuilder, macros_by_package: dict, ctx: dict) -> FlatNamespace:
    """The macros a node may call, bound to its context, package by package instead of name by name."""
    bound = {
        package: {name: _bound(macro, ctx, self.node, self.thread_ctx) for name, macro in macros.items()}
        for package, macros in macros_by_package.items()
    }
    of_engines: dict[str, MacroGenerator] = {}
    for package in reversed(self.internal_package_names_order):
        of_engines.update(bound.get(package, {}))
    packages = {name: macros for name, macros in bound.items() if name not in self.internal_package_names}
    return FlatNamespace(
        global_namespace=packages.get(self.root_package, {}), local_namespace=packages.get(self.search_package, {}),
        global_project_namespace=of_engines, packages=packages,
    )  # fmt: skip


def _bound(macro: object, ctx: dict, node: object, stack: object) -> MacroGenerator:
    """A MacroGenerator as its three constructors make it."""
    made = MacroGenerator.__new__(MacroGenerator)
    made.context, made.macro, made.node, made.stack = ctx, macro, node, stack
    return made


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
