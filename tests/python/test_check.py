"""`scripts/check` fails when one of its steps does: a step that runs beside the others, too, and one that runs last."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

CHECK = Path(__file__).resolve().parents[2] / "scripts" / "check"


def check(folder: Path, failing: str) -> subprocess.CompletedProcess:
    """Runs it with programs that do nothing, but fail when they are asked for `failing`."""
    for name in ("python", "ruff"):
        program = folder / name
        program.write_text(f'#!/bin/sh\necho "{name} $*"\ncase "{name} $*" in *{failing}*) exit 3 ;; esac\n')
        program.chmod(0o755)
    environment = os.environ | {"PATH": f"{folder}:{os.environ['PATH']}"}
    return subprocess.run([str(CHECK)], env=environment, capture_output=True, text=True, timeout=60)


@pytest.mark.parametrize("failing", ["ruff", "scripts/lint.py", "scripts/style.py", "pytest"])
def test_one_failing_step_fails_the_whole_and_is_told(tmp_path: Path, failing: str) -> None:
    done = check(tmp_path, failing)
    assert done.returncode != 0
    assert failing in done.stdout and "All checks passed" not in done.stdout


def test_when_all_pass_it_says_so_last(tmp_path: Path) -> None:
    done = check(tmp_path, "nothing")
    assert done.returncode == 0
    assert "── tests: " in done.stdout and "── lint: " in done.stdout
    assert done.stdout.splitlines()[-1].startswith("All checks passed in ")
