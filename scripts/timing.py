"""What a child process takes, for the benchmarks beside this file."""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from rendezvous import PROJECT


@dataclass
class Run:
    """What a process took: seconds of the clock and of both processors, peak resident memory in bytes; of the seconds
    around the work itself, those of dbt."""

    seconds: float
    processor: float
    memory: int
    around: float = 0.0


def timed(command: list[str], environment: Mapping[str, str] | None = None, folder: Path = PROJECT) -> Run:
    """Runs a command to its end, with `environment` over that of the caller. Raises SystemExit with its last words."""
    with tempfile.TemporaryFile("w+") as output:
        started = time.perf_counter()
        process = subprocess.Popen(
            command, cwd=folder, env={**os.environ, **(environment or {})}, stdout=output, stderr=subprocess.STDOUT
        )
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - started
        if status:
            output.seek(0)
            raise SystemExit(f"{' '.join(command)} failed:\n{output.read()[-4000:]}")
    return Run(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024)
