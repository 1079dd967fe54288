"""Learns seeds/reference/match_weights.csv: how much each agreement of two client records says.

    python scripts/train_match_weights.py                          # from invented records, without labels
    python scripts/train_match_weights.py --records clients.csv    # from your own, without labels
    python scripts/train_match_weights.py --decisions pairs.csv    # the shipped weights, corrected by stewards

Without labels, Splink (requirements-train.txt) estimates u from random pairs and m by expectation maximisation.
Stewards' decisions are counted into m: columns comparison, level, decision (same or different), pair_count. What was
learned before counts as --strength pairs, so a few decisions move little and a thousand move much (Dirichlet
smoothing). u is not retrained: each house counts its own.
"""

from __future__ import annotations

import argparse
import csv
import tempfile
from collections import defaultdict
from pathlib import Path

from rendezvous import PROJECT, match_records, matching

SEED = PROJECT / "seeds" / "reference" / "match_weights.csv"
DUPLICATES_PER_RECORD = 0.15
# Each session leaves out what it blocks on; together they see every comparison twice. None blocks on an address or a
# telephone alone: those are shared by families, who would be taken for one person that changes its given name.
SESSIONS = (
    "l.birth_day = r.birth_day and l.postal_code = r.postal_code",
    "l.given_name = r.given_name and l.family_name = r.family_name",
    "l.given_name = r.given_name and l.street = r.street",
    "l.given_name = r.given_name and l.email = r.email",
)
# A level that nobody was seen at still has a chance: one in as many pairs.
LEAST_M, LEAST_U = 1e-4, 1e-6
Weights = dict[tuple[str, str], tuple[float, float]]


def learned(records: Path, most_pairs: float) -> Weights:
    """m and u of every level, estimated without labels from client records in a CSV."""
    from splink import DuckDBAPI, Linker

    matching.quieten()
    found = matching.compiled()
    house = matching.house(match_records.select(records))
    matching.run(house, found, "match_evidence")
    house.execute(f"create table clients as select {matching.splink_columns(found)} from vault.match_evidence")
    linker = Linker(DuckDBAPI(connection=house).register("clients"), matching.splink_settings(found))
    count = house.execute("select count(*) from clients").fetchone()[0]
    linker.training.estimate_u_using_random_sampling(max_pairs=most_pairs, seed=1, min_count_per_level=None)
    for session in SESSIONS:
        linker.training.estimate_parameters_using_expectation_maximisation(session)
    print(f"{count:,} records; u from {most_pairs:,.0f} pairs, m from {len(SESSIONS)} sessions")
    return _smoothed(matching.weights_of(linker))


def _smoothed(weights: Weights) -> Weights:
    """No probability of 0, and each comparison's sum is 1 again."""
    floored = {key: (max(m or 0, LEAST_M), max(u or 0, LEAST_U)) for key, (m, u) in weights.items()}
    totals: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
    for (comparison, _), (m, u) in floored.items():
        totals[comparison][0] += m
        totals[comparison][1] += u
    return {(c, level): (m / totals[c][0], u / totals[c][1]) for (c, level), (m, u) in floored.items()}


def corrected(weights: Weights, decisions: Path, strength: float) -> Weights:
    """Weights with stewards' decisions counted in; the weights before count as `strength` pairs of each kind."""
    counts: dict[tuple[str, str, str], float] = defaultdict(float)
    totals: dict[tuple[str, str], float] = defaultdict(float)
    with decisions.open(newline="", encoding="utf-8") as file:
        for line, row in enumerate(csv.DictReader(file), start=2):
            key = (row["comparison"], row["level"])
            if key not in weights or row["decision"] not in ("same", "different"):
                raise SystemExit(f"{decisions}:{line}: unknown comparison, level or decision: {row}")
            counts[*key, row["decision"]] += float(row["pair_count"])
            totals[row["comparison"], row["decision"]] += float(row["pair_count"])

    def share(comparison: str, level: str, decision: str, before: float) -> float:
        seen = counts[comparison, level, decision]
        return (seen + strength * before) / (totals[comparison, decision] + strength)

    return {(c, level): (share(c, level, "same", m), u) for (c, level), (m, u) in weights.items()}


def written(weights: Weights, path: Path) -> None:
    """Writes the seed."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["comparison", "level", "m", "u"])
        writer.writerow(["prior", "duplicates_per_record", DUPLICATES_PER_RECORD, ""])
        for (comparison, level), (m, u) in weights.items():
            writer.writerow([comparison, level, f"{m:.6g}", f"{u:.6g}"])


def main() -> None:
    """Reads the options, learns and writes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=Path, help="client records as CSV; without it, invented ones")
    parser.add_argument("--count", type=int, default=30_000, help="how many invented records")
    parser.add_argument("--pairs", type=float, default=2e7, help="random pairs for u")
    parser.add_argument("--decisions", type=Path, help="levels of decided pairs as CSV")
    parser.add_argument("--strength", type=float, default=200, help="what was learned before counts as so many pairs")
    parser.add_argument("--out", type=Path, default=SEED)
    options = parser.parse_args()
    if options.decisions:
        weights = corrected(matching.weights_in(SEED), options.decisions, options.strength)
    elif options.records:
        weights = learned(options.records, options.pairs)
    else:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "clients.csv")
            match_records.write(path, options.count, seed=11)
            weights = learned(path, options.pairs)
    written(weights, options.out)


if __name__ == "__main__":
    main()
