"""Imported once by the process that the tests fork: what each run of dbt would do again is done here, before the fork.

Not named dbt_…: dbt takes each such module for a plugin and imports it. `MANIFESTS`, in the environment,
names the parsed projects to have at hand, their paths joined by `os.pathsep`.
"""

from __future__ import annotations

import os
import tempfile

from dbt.cli.main import dbtRunner
from dbt.contracts.graph.manifest import Manifest

from dbt_runner import load


def warm(manifest: Manifest) -> None:
    """Lists nothing, for dbt makes the schemas of its own settings, and imports, when a command first needs them."""
    with tempfile.TemporaryDirectory() as scratch:
        paths = ["--target-path", scratch, "--log-path", scratch]
        dbtRunner(manifest=manifest).invoke(["--quiet", "ls", "--no-write-json", "--select", "nothing", *paths])


manifests = {path: load(path) for path in os.environ["MANIFESTS"].split(os.pathsep)}
for each in manifests.values():
    warm(each)
