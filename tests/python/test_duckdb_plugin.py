"""What the plugin spares dbt changes no log: each still gets the events of its level and what macros print."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from dbt_common.events.base_types import EventLevel
from dbt_common.events.event_manager_client import get_event_manager
from dbt_common.events.logger import LoggerConfig

from rendezvous import duckdb_plugin


def event(level: str, name: str = "Note") -> SimpleNamespace:
    return SimpleNamespace(info=SimpleNamespace(level=level, name=name))


@pytest.mark.parametrize(
    ("lowest", "seen"),
    [("debug", ["debug", "info", "warn", "error"]), ("info", ["info", "warn", "error"]), ("warn", ["warn", "error"])],
)
def test_a_log_gets_the_events_of_its_level_and_prints(lowest: str, seen: list[str], monkeypatch) -> None:
    manager = get_event_manager()
    monkeypatch.setattr(manager, "loggers", [])
    manager.add_logger(
        LoggerConfig(name="a log", level=EventLevel(lowest), filter=lambda event: event.info.name != "Hidden")
    )
    duckdb_plugin.spare_idle_work()
    passes = manager.loggers[0].filter
    assert [level for level in ("debug", "info", "warn", "error") if passes(event(level))] == seen
    assert passes(event("info", "PrintEvent")), "what a macro prints is shown at every level"
    assert not passes(event("error", "Hidden")), "what the log itself leaves out stays out"
