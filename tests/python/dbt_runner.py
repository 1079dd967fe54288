"""Runs dbt with a manifest that was parsed once for all tests: parsing is most of the time of a small build.

    python dbt_runner.py <manifest.msgpack> <dbt arguments…>
"""

from __future__ import annotations

import sys
from pathlib import Path

from dbt.cli.main import dbtRunner
from dbt.contracts.graph.manifest import Manifest


def main() -> int:
    manifest = Manifest.from_msgpack(Path(sys.argv[1]).read_bytes())
    manifest.build_flat_graph()
    result = dbtRunner(manifest=manifest).invoke(sys.argv[2:])
    if result.exception:
        print(result.exception)
    return 0 if result.success else 1


if __name__ == "__main__":
    sys.exit(main())
