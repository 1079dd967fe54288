"""Who read the profiles of a house in BigQuery: its own history of jobs says, which nobody can write to."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC

from rendezvous import HouseError
from rendezvous.access_log import Access
from rendezvous.bigquery.warehouse import Warehouse
from rendezvous.privacy.engine import MissingTable

# A view that shows a profile names its table too. What a statement was looking for is in its text alone, which is left
# where it is: an appointment leads to a client.
READINGS = """
select creation_time, user_email, statement_type, job_id
from `region-{region}`.INFORMATION_SCHEMA.JOBS as jobs
where job_type = 'QUERY' and exists (
    select 1 from unnest(jobs.referenced_tables) as referenced
    where referenced.dataset_id = 'marts'
        and referenced.table_id in ('appointment_profiles', 'appointment_profile_items')
)
order by creation_time, job_id
"""


def readings(warehouse: Warehouse) -> Iterator[Access]:
    """The statements that read profiles, oldest first, the build's own among them: when, by whom, no appointment, what
    kind of statement, and the number of its job. Raises HouseError where no history is kept."""
    try:
        found = warehouse.run(READINGS.format(region=str(warehouse.client.location).lower())).fetchall()
    except MissingTable as error:
        raise HouseError(f"No history of jobs there: {error}") from error
    for at, reader, kind, job in found:
        yield Access(at.astimezone(UTC).isoformat(timespec="seconds"), reader, "-", kind or "-", job)
