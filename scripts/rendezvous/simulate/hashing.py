"""Draws without state: every random number is a pure function of a few integers.

A customer, a session or an order can so be regenerated anywhere, in any order and in any
process, which is what keeps the simulation deterministic and its memory flat.
"""

from __future__ import annotations

import zlib
from typing import Any

import numpy as np

MASK = (1 << 64) - 1
GOLDEN = 0x9E3779B97F4A7C15
MIX_1 = 0xBF58476D1CE4E5B9
MIX_2 = 0x94D049BB133111EB
TWO_53 = float(1 << 53)

_STREAMS: dict[str, int] = {}


def stream(name: str) -> int:
    """Stable number of a named stream of draws."""
    number = _STREAMS.get(name)
    if number is None:
        number = zlib.crc32(name.encode()) * 2654435761 & MASK
        _STREAMS[name] = number
    return number


def _finish(value: int) -> int:
    value = (value + GOLDEN) & MASK
    value = ((value ^ (value >> 30)) * MIX_1) & MASK
    value = ((value ^ (value >> 27)) * MIX_2) & MASK
    return value ^ (value >> 31)


def _finish_array(value: np.ndarray) -> np.ndarray:
    value = value + np.uint64(GOLDEN)
    value = (value ^ (value >> np.uint64(30))) * np.uint64(MIX_1)
    value = (value ^ (value >> np.uint64(27))) * np.uint64(MIX_2)
    return value ^ (value >> np.uint64(31))


def mix(seed: int, name: str, *parts: Any) -> Any:
    """Hash integers (or integer arrays) to 64 bits; scalars and arrays agree.

    Args:
        seed: the seed of the simulation.
        name: the stream, so that two uses of the same index do not correlate.
        parts: ints or numpy integer arrays that broadcast together.

    Returns:
        An int when every part is an int, else an array of uint64.
    """
    state: Any = _finish((seed ^ stream(name)) & MASK)
    for part in parts:
        if isinstance(state, int) and isinstance(part, int):
            state = _finish((state ^ part) & MASK)
            continue
        left = np.uint64(state) if isinstance(state, int) else state
        right = np.uint64(part & MASK) if isinstance(part, int) else _as_u64(part)
        state = _finish_array(left ^ right)
    return state


def _as_u64(part: Any) -> np.ndarray:
    array = np.atleast_1d(np.asarray(part))
    return array if array.dtype == np.uint64 else array.astype(np.int64).view(np.uint64)


def unit(seed: int, name: str, *parts: Any) -> Any:
    """A draw in [0, 1) from the same arguments as `mix`."""
    bits = mix(seed, name, *parts)
    if isinstance(bits, int):
        return (bits >> 11) / TWO_53
    return (bits >> np.uint64(11)).astype(np.float64) / TWO_53


def pick(seed: int, name: str, size: int, *parts: Any) -> Any:
    """A whole number in [0, size)."""
    bits = mix(seed, name, *parts)
    if isinstance(bits, int):
        return bits % size
    return (bits % np.uint64(size)).astype(np.int64)
