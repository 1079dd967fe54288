"""The client of BigQuery (or of the emulator), with the same settings as profiles.yml has for dbt."""

from __future__ import annotations

import os
import re

import google.auth
from google.api_core.client_options import ClientOptions
from google.auth import impersonated_credentials
from google.auth.credentials import AnonymousCredentials
from google.auth.exceptions import DefaultCredentialsError
from google.cloud import bigquery

from rendezvous import HouseError

SCOPES = ["https://www.googleapis.com/auth/bigquery"]
TARGETS = ("bigquery", "emulator")


def connect(target: str) -> bigquery.Client:
    """A client for a target of profiles.yml. Raises HouseError when project or login is missing."""
    project = os.environ.get("RENDEZVOUS_BQ_PROJECT", "")
    location = os.environ.get("RENDEZVOUS_BQ_LOCATION", "") or "EU"
    if not project and target == "bigquery":
        raise HouseError("RENDEZVOUS_BQ_PROJECT is not set: name the project that holds the house's datasets.")
    if target == "emulator":
        return bigquery.Client(
            project or "rendezvous-unset", AnonymousCredentials(), location=location,
            client_options=ClientOptions(api_endpoint=_loopback()),
        )
    config = bigquery.QueryJobConfig(
        maximum_bytes_billed=int(os.environ.get("RENDEZVOUS_BQ_MAX_BYTES", "") or 100_000_000_000),
        labels={"tool": "rendezvous"},
    )
    return bigquery.Client(project, _credentials(), location=location, default_query_job_config=config)


def _loopback() -> str:
    address = os.environ.get("RENDEZVOUS_EMULATOR", "") or "127.0.0.1:9050"
    if not re.fullmatch(r"(127\.0\.0\.1|localhost|\[::1\]):\d+", address):
        raise HouseError(f"RENDEZVOUS_EMULATOR is '{address}': the emulator is only ever reached on this machine.")
    return f"http://{address}"


def _credentials():
    try:
        credentials, _ = google.auth.default(scopes=SCOPES)
    except DefaultCredentialsError:
        raise HouseError(
            "No login for Google Cloud on this machine. Run `gcloud auth application-default login`, or run where a "
            "service account is attached."
        ) from None
    principal = os.environ.get("RENDEZVOUS_BQ_IMPERSONATE", "")
    if not principal:
        return credentials
    return impersonated_credentials.Credentials(credentials, principal, SCOPES)
