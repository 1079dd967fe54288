"""What BigQuery refuses, in the words of the person who can put it right."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import requests
from google.api_core import exceptions
from google.auth.exceptions import GoogleAuthError

from rendezvous import HouseError

RESUME = "What was loaded is written down; run `rendezvous load` again and it goes on from there."


@contextmanager
def explained(what: str, resume: str = RESUME) -> Iterator[None]:
    """Turns an error of the client into a HouseError that names what was being done, the cause and the cure; `resume`
    says how to go on."""
    try:
        yield
    except (exceptions.GoogleAPICallError, exceptions.RetryError, GoogleAuthError,
            requests.exceptions.RequestException) as error:
        raise HouseError(f"{what}: {_cause(error)} {resume}") from None


def _cause(error: Exception) -> str:
    reasons = {item.get("reason", "") for item in getattr(error, "errors", None) or [] if isinstance(item, dict)}
    said = str(getattr(error, "message", "") or error).split("\n")[0]
    if "bytesBilledLimitExceeded" in reasons or "bytes billed" in said:
        return f"the statement would read more than RENDEZVOUS_BQ_MAX_BYTES allows ({said})."
    if isinstance(error, exceptions.NotFound):
        return f"{said}. Create what is missing or correct its name; `rendezvous load` creates its datasets itself."
    if isinstance(error, (exceptions.Forbidden, exceptions.Unauthorized)):
        return (
            f"permission refused ({said}). The account needs roles/bigquery.jobUser on the project and"
            " roles/bigquery.dataEditor on its datasets."
        )
    if isinstance(error, GoogleAuthError):
        return f"the login was refused ({said}). Log in again: gcloud auth application-default login."
    if "streaming buffer" in said:
        return f"rows that were streamed in the last 90 minutes cannot be changed yet ({said}). Try again later."
    if isinstance(error, exceptions.BadRequest):
        return f"BigQuery refused the rows or the statement ({said}). A shard of another schema looks like this."
    return f"the job died or BigQuery could not be reached ({type(error).__name__}: {said})."
