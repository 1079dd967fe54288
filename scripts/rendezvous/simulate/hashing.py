"""Draws without state: every random number is a pure function of a few integers.

A customer, a session or an order can so be regenerated anywhere, in any order and in any
process, which is what keeps the simulation deterministic and its memory flat.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

import numpy as np

MASK = (1 << 64) - 1
GOLDEN = 0x9E3779B97F4A7C15
MIX_1 = 0xBF58476D1CE4E5B9
MIX_2 = 0x94D049BB133111EB
UNIT = 1.0 / (1 << 53)
_GOLDEN, _MIX_1, _MIX_2 = np.uint64(GOLDEN), np.uint64(MIX_1), np.uint64(MIX_2)
_30, _27, _31, _11 = np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(11)

_BASES: dict[tuple[int, str], int] = {}


class _Window:
    """Draws of the people in hand, computed together; a cache of a pure function."""

    seed = 0
    rows: dict[int, int] = {}
    bits: dict[str, list[int]] = {}
    units: dict[str, list[float]] = {}
    plan: Any = None
    traits: dict[Any, list[Any]] = {}


def open_window(seed: int, people: Iterable[int]) -> None:
    """Expect scalar draws for these indexes: each stream is then computed for all at once.

    Indexes outside the window are drawn one by one, with the same result.
    """
    _Window.seed, _Window.bits, _Window.units = seed, {}, {}
    _Window.plan, _Window.traits = None, {}
    _Window.rows = {who: row for row, who in enumerate(people)}


def windowed(trait: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """Lets a trait `f(plan, who)` of people in the window be computed for all of them at once.

    The trait must take an array of people as well as one; arrays, and people outside the window, go through.
    """

    @wraps(trait)
    def look_up(plan: Any, who: Any) -> Any:
        if type(who) is int and plan.seed == _Window.seed:
            row = _Window.rows.get(who)
            if row is not None:
                if plan is not _Window.plan:
                    _Window.plan, _Window.traits = plan, {}
                column = _Window.traits.get(trait)
                if column is None:
                    every = np.fromiter(_Window.rows, np.int64, len(_Window.rows))
                    column = _Window.traits[trait] = trait(plan, every).tolist()
                return column[row]
        return trait(plan, who)

    return look_up


def _bits_of_window(seed: int, name: str) -> list[int]:
    every = np.fromiter(_Window.rows, np.int64, len(_Window.rows))
    bits = _Window.bits[name] = mix(seed, name, every).tolist()
    return bits


def _units_of_window(seed: int, name: str) -> list[float]:
    every = np.fromiter(_Window.rows, np.int64, len(_Window.rows))
    units = _Window.units[name] = unit(seed, name, every).tolist()
    return units


def _finish(value: int) -> int:
    value = (value + GOLDEN) & MASK
    value = ((value ^ (value >> 30)) * MIX_1) & MASK
    value = ((value ^ (value >> 27)) * MIX_2) & MASK
    return value ^ (value >> 31)


def finish_array(value: np.ndarray) -> np.ndarray:
    """The finaliser of splitmix64 over an array of uint64."""
    value = value + _GOLDEN
    value ^= value >> _30
    value *= _MIX_1
    value ^= value >> _27
    value *= _MIX_2
    value ^= value >> _31
    return value


def _base(seed: int, name: str) -> int:
    base = _BASES.get((seed, name))
    if base is None:
        number = zlib.crc32(name.encode()) * 2654435761 & MASK
        base = _BASES[(seed, name)] = _finish((seed ^ number) & MASK)
    return base


def mix(seed: int, name: str, *parts: Any) -> Any:
    """Hash integers (or integer arrays) to 64 bits; scalars and arrays agree.

    Args:
        seed: the seed of the simulation.
        name: the stream, so that two uses of the same index do not correlate.
        parts: ints or numpy integer arrays that broadcast together.

    Returns:
        An int when every part is an int, else an array of uint64.
    """
    if len(parts) == 1 and type(parts[0]) is int:
        part = parts[0]
        row = _Window.rows.get(part)
        if row is not None and seed == _Window.seed:
            return (_Window.bits.get(name) or _bits_of_window(seed, name))[row]
        return _finish((_base(seed, name) ^ part) & MASK)
    state: Any = _base(seed, name)
    for part in parts:
        if type(state) is int and type(part) is int:
            state = _finish((state ^ part) & MASK)
            continue
        left: Any = np.uint64(state) if type(state) is int else state
        right: Any = np.uint64(part & MASK) if type(part) is int else _as_u64(part)
        state = finish_array(left ^ right)
    return state


def _as_u64(part: Any) -> np.ndarray:
    array = np.asarray(part)
    if not array.ndim:
        array = array[None]
    return array if array.dtype == np.uint64 else array.astype(np.int64, copy=False).view(np.uint64)


def unit(seed: int, name: str, *parts: Any) -> Any:
    """A draw in [0, 1) from the same arguments as `mix`."""
    # The generator's hottest line: people's words are thousands of such draws.
    if len(parts) == 1 and type(parts[0]) is int and seed == _Window.seed:
        row = _Window.rows.get(parts[0])
        if row is not None:
            return (_Window.units.get(name) or _units_of_window(seed, name))[row]
    bits = mix(seed, name, *parts)
    if type(bits) is int:
        return (bits >> 11) * UNIT
    return (bits >> _11) * UNIT


def pick(seed: int, name: str, size: int, *parts: Any) -> Any:
    """A whole number in [0, size)."""
    bits = mix(seed, name, *parts)
    if type(bits) is int:
        return bits % size
    return (bits % np.uint64(size)).astype(np.int64)
