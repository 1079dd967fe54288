"""`dbt parse` and `dbt compile` for target bigquery reach no network: what they would send can be read on a train.

Compile needs a login to exist, because dbt-bigquery makes its client while it closes; nobody is asked to accept it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]


def test_without_a_network_the_project_is_parsed_and_compiled_for_bigquery(tmp_path: Path) -> None:
    """By one command: what has not been parsed is, before it is compiled."""
    login = tmp_path / "login.json"
    login.write_text(json.dumps(
        {"type": "authorized_user", "client_id": "nobody", "client_secret": "none", "refresh_token": "none"}
    ))
    nowhere = "http://127.0.0.1:9"
    environment = os.environ | {
        "GOOGLE_APPLICATION_CREDENTIALS": str(login), "GOOGLE_CLOUD_PROJECT": "house",
        "HTTP_PROXY": nowhere, "HTTPS_PROXY": nowhere, "NO_PROXY": "",
    }
    done = subprocess.run(
        [Path(sys.executable).with_name("dbt"), "compile", "--no-introspect", "--no-populate-cache",
         "--target", "bigquery", "--target-path", str(tmp_path / "target"), "--log-path", str(tmp_path / "logs")],
        cwd=PROJECT, env=environment, capture_output=True, text=True, timeout=300,
    )
    assert done.returncode == 0, done.stdout[-2000:]
    compiled = (tmp_path / "target" / "compiled").rglob("appointment_profiles.sql")
    assert "`rendezvous-unset`.`intermediate`" in next(compiled).read_text()
