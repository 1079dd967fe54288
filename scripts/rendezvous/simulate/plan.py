"""What is asked of a simulation, and the instants that follow from it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property, lru_cache
from zoneinfo import ZoneInfo

import numpy as np

from .house import PROPERTIES

UTC = dt.UTC
DEFAULT_END = dt.datetime(2024, 5, 30, 10, tzinfo=UTC)


@dataclass(frozen=True)
class Plan:
    """One simulated house.

    Args:
        customers: people known to a CRM by the last planned day.
        days: planned days; everything random hangs on the first of them.
        seed: any integer.
        end: the instant at which the exports are read (`as_of`) on the last planned day.
        later: further days after the planned ones, at the same hour. The same house
            seen later: history keeps its bytes, except files that were provisional and
            rows that changed status meanwhile.
        visitors: visitors who are no customers, per customer.
    """

    customers: int
    days: int
    seed: int = 7
    end: dt.datetime = DEFAULT_END
    later: int = 0
    visitors: float = 2.0

    def __post_init__(self) -> None:
        """Refuse sizes that mean nothing.

        Raises:
            ValueError: for a non-positive size, a naive end or more than 1,000 days.
        """
        if self.customers < 1 or self.days < 1 or self.later < 0:
            raise ValueError("customers and days must be at least 1, later at least 0")
        if self.days + self.later > 1000:
            raise ValueError("at most 1,000 days")
        if self.end.tzinfo is None:
            raise ValueError("end needs an offset, for example 2024-05-30T10:00:00Z")

    @cached_property
    def start(self) -> dt.date:
        """First day."""
        return self.end.astimezone(UTC).date() - dt.timedelta(days=self.days - 1)

    @cached_property
    def as_of(self) -> dt.datetime:
        """The instant nothing in the folder is later than."""
        return self.end.astimezone(UTC) + dt.timedelta(days=self.later)

    @cached_property
    def as_of_s(self) -> int:
        """`as_of` in epoch seconds."""
        return int(self.as_of.timestamp())

    @property
    def total_days(self) -> int:
        """Days in the folder."""
        return self.days + self.later

    @cached_property
    def start_s(self) -> int:
        """Midnight UTC of the first day in epoch seconds."""
        return int(dt.datetime.combine(self.start, dt.time(), UTC).timestamp())

    @cached_property
    def people(self) -> int:
        """Customers and other visitors."""
        return self.customers + int(self.customers * self.visitors)

    def date(self, day: int) -> dt.date:
        """Calendar date of a day number (0 is the first day)."""
        return self.start + dt.timedelta(days=day)

    @cached_property
    def midnights(self) -> tuple[tuple[int, ...], ...]:
        """Per property, local midnight of day -1, 0, … total_days + 1, epoch seconds."""
        return tuple(
            tuple(_midnight(self.date(day), site.zone)
                  for day in range(-1, self.total_days + 3))
            for site in PROPERTIES
        )  # fmt: skip

    @cached_property
    def midnight_array(self) -> np.ndarray:
        """The same as an array: `midnight_array[site, day + 1]` opens a day."""
        return np.array(self.midnights)

    def midnight(self, site: int, day: int) -> int:
        """Local midnight that opens a day of a property, epoch seconds."""
        return self.midnights[site][day + 1]


def _midnight(date: dt.date, zone: ZoneInfo) -> int:
    return int(dt.datetime.combine(date, dt.time(), zone).timestamp())


_MINUTES = [f"{at // 60:02d}:{at % 60:02d}" for at in range(1440)]
_SECONDS = [f":{at:02d}Z" for at in range(60)]


@lru_cache(maxsize=4096)
def _day_text(day: int) -> str:
    return (dt.date(1970, 1, 1) + dt.timedelta(day)).isoformat() + "T"


def iso(seconds: float) -> str:
    """Epoch seconds as ISO 8601 in UTC."""
    day, second = divmod(int(seconds), 86400)
    return _day_text(day) + _MINUTES[second // 60] + _SECONDS[second % 60]
