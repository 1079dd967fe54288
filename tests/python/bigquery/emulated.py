"""A bqemulator for a test: started on free ports, always stopped; and a house whose warehouse it is."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from google.auth.credentials import AnonymousCredentials
from google.cloud import bigquery

HERE = Path(__file__).parent
PROJECT_ID = "rendezvous-unset"


@contextmanager
def emulator(folder: Path, *options: str) -> Iterator[str]:
    """Runs an emulator, with options of emulator.py; gives its address. Its words are in <folder>/emulator.log."""
    folder.mkdir(parents=True, exist_ok=True)
    ready = folder / "emulator.port"
    with open(folder / "emulator.log", "w") as log:
        server = subprocess.Popen(
            [sys.executable, str(HERE / "emulator.py"), str(ready), *options], stdout=log, stderr=subprocess.STDOUT,
            env=os.environ | {"TMPDIR": str(folder)},
        )
        try:
            _wait(server, ready, folder / "emulator.log")
            yield f"127.0.0.1:{ready.read_text()}"
        finally:
            server.terminate()
            try:
                server.wait(timeout=20)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def client_of(address: str) -> bigquery.Client:
    """A client of an emulator."""
    endpoint = {"api_endpoint": f"http://{address}"}
    return bigquery.Client(PROJECT_ID, AnonymousCredentials(), location="EU", client_options=endpoint)


def _wait(server: subprocess.Popen, ready: Path, log: Path) -> None:
    deadline = time.monotonic() + 120
    while not ready.exists():
        if server.poll() is not None or time.monotonic() > deadline:
            raise AssertionError(f"the emulator did not start:\n{log.read_text()[-3000:]}")
        time.sleep(0.1)
