"""The identity pack: small scenes every resolver of people should get right, and who does. Part of `make bench`.

    python scripts/identity_pack.py

Each scene is a few records with the people they are of. All scenes stand in one house, which is built by this
project's own models; Splink and GoldenMatch get the same client records as one table, with settings as their manuals
begin with. A column says `right`, or how many pairs of records were joined that are two people's (+) and kept apart
that are one's (-).
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import itertools
import json
import logging
import os
import random
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import duckdb

from rendezvous import PROJECT, keys
from rendezvous.contract import TABLES

BIN = Path(sys.executable).parent
AS_OF = "2024-06-01T00:00:00Z"
DAY = "2024-05-10"
MODELS = ("+customers", "+customer_identifiers")
IDENTIFIERS = """
select identifier_type, identifier_system, identifier_value, customer_key from marts.customer_identifiers
where identifier_type in ('crm_customer', 'web_visitor') and customer_key is not null
"""
Row = dict[str, str]
Partition = dict[str, str]
"""Which person (any name) a record is of, by the record's name: 'crm_eu/17', 'web/17'."""


@dataclass
class Scene:
    """Client records, visits, and the people they are of."""

    name: str
    people: list[list[str]]
    clients: list[Row] = field(default_factory=list)
    visits: list[dict] = field(default_factory=list)

    def truth(self) -> Partition:
        """Every record under the first of its person."""
        return {record: records[0] for records in self.people for record in records}


def client(record: str, name: str = "", email: str = "", **more: str) -> Row:
    """A client record 'system/id' of 'First Last'."""
    system, number = record.split("/")
    first, _, last = name.partition(" ")
    row = {"source_system": system, "customer_id": number, "first_name": first, "last_name": last, "email": email}
    return row | {"created_at": "2023-01-01T00:00:00Z", "updated_at": "2023-01-01T00:00:00Z"} | more


def visit(visitor: str, minute: int, *events: tuple[str, str, str], device: str = "") -> dict:
    """A visit to maison_fr; events are (category, action, e-mail)."""
    start = int(datetime.fromisoformat(f"{DAY}T08:00:00+00:00").timestamp()) + 60 * minute
    hits = [
        {"hitNumber": str(number), "time": str((number - 1) * 60_000), "isInteraction": True,
         "type": "EVENT" if category else "PAGE", "page": {"pagePath": "/", "hostname": "www.maison.example"},
         "eventInfo": {"eventCategory": category, "eventAction": action} if category else None,
         "customDimensions": [{"index": "12", "value": hashlib.sha256(email.encode()).hexdigest()}] if email else []}
        for number, (category, action, email) in enumerate([("", "", ""), *events], start=1)
    ]  # fmt: skip
    return {
        "fullVisitorId": visitor, "clientId": device or f"c.{visitor}", "visitId": str(start), "visitNumber": "1",
        "visitStartTime": str(start), "date": DAY.replace("-", ""), "totals": {"visits": "1", "hits": str(len(hits))},
        "customDimensions": [], "hits": hits,
    }  # fmt: skip


LOGIN, LOGOUT, LETTER = ("account", "login"), ("account", "logout", ""), ("newsletter", "subscribe")


def linked(prefix: str, name: str, number: int) -> list[Row]:
    """Records in a row: each shares its e-mail with the one before or its phone with the one after."""
    return [
        client(f"{'crm_eu' if n % 2 else 'crm_uk'}/{prefix}{n}", name, f"{prefix}{n // 2}@post.example",
               phone=f"+33 1 99 {len(prefix):02d} {sum(map(ord, prefix)) % 100:02d} {(n + 1) // 2:02d}")
        for n in range(number)
    ]  # fmt: skip


def named(rows: Iterable[Row]) -> list[str]:
    """The names of client records."""
    return [f"{row['source_system']}/{row['customer_id']}" for row in rows]


def scenes() -> list[Scene]:
    """All of them; no two share an identifier or a name."""
    chain, mixed = linked("chain", "Ana Chain", 8), linked("mixed", "Oda Mixed", 8)
    random.Random(2).shuffle(mixed)
    star = [client(f"crm_eu/star{n}", "Stella Star", "star@post.example") for n in range(6)]
    left = [client(f"crm_eu/left{n}", "Brice Bridge", "bridge.left@post.example") for n in range(3)]
    right = [client(f"crm_uk/right{n}", "Brice Bridge", "bridge.right@post.example", phone="+33 1 98 00 00 01")
             for n in range(3)]  # fmt: skip
    bridge = [*left, *right, client("crm_cn/bridge", "Brice Bridge", "bridge.left@post.example", phone="+33198000001")]
    twice = [client("crm_eu/twice", "Dora Double", "double@post.example") for _ in range(3)]
    wider = [*linked("wider", "Sue Superset", 4), client("crm_cn/wider", "Sue Superset", "wider0@post.example")]
    stranger = client("crm_cn/strange", "Simon Stranger", "stranger@post.example")
    cut = linked("cut", "Carl Cut", 5)
    del cut[2]
    return [
        Scene("chain of 8", [named(chain)], chain),
        Scene("star of 6", [named(star)], star),
        Scene("bridge between two lumps", [named(bridge)], bridge),
        Scene("order of rows", [named(mixed)], mixed),
        Scene("duplicate rows", [["crm_eu/twice"]], twice),
        Scene("superset: more records, same people", [named(wider), ["crm_cn/strange"]], [*wider, stranger]),
        Scene("deletion: a chain without its middle", [named(cut[:2]), named(cut[2:])], cut),
        Scene(
            "shared iPad of a boutique",
            [["crm_eu/pad1"], ["crm_eu/pad2"], ["web/901"]],
            [
                client("crm_eu/pad1", "Ines Ipad", "pad1@post.example"),
                client("crm_eu/pad2", "Igor Tab", "pad2@post.example"),
            ],
            [
                visit("901", 0, (*LOGIN, "pad1@post.example"), LOGOUT, device="tablet.1"),
                visit("901", 60, (*LOGIN, "pad2@post.example"), device="tablet.1"),
            ],
        ),
        Scene(
            "recycled phone",
            [["crm_eu/phone1"], ["crm_eu/phone2"]],
            [
                client("crm_eu/phone1", "Rene Recycled", phone="+33 1 97 00 00 01", updated_at="2023-01-05T00:00:00Z"),
                client(
                    "crm_eu/phone2",
                    "Odile Newholder",
                    phone="+33 1 97 00 00 01",
                    created_at="2024-04-05T00:00:00Z",
                    updated_at="2024-04-05T00:00:00Z",
                ),
            ],
        ),
        Scene(
            "role e-mail",
            [["crm_eu/role1"], ["crm_eu/role2"], ["crm_uk/role3"]],
            [
                client("crm_eu/role1", "Rita Role", "info@trade.example"),
                client("crm_eu/role2", "Remy Office", "info@trade.example"),
                client("crm_uk/role3", "Rolf Desk", "info@trade.example"),
            ],
        ),
        Scene(
            "relay e-mail",
            [["crm_eu/relay1"], ["crm_uk/relay2"]],
            [
                client("crm_eu/relay1", "Rhea Relay", "x7f2@relay.example"),
                client("crm_uk/relay2", "Ruben Behind", "x7f2@relay.example"),
            ],
        ),
        Scene(
            "gmail dots",
            [["crm_eu/dots1", "crm_uk/dots2"]],
            [
                client("crm_eu/dots1", "Gala Dots", "gala.dots@gmail.com"),
                client("crm_uk/dots2", "Gala Dots", "galadots@gmail.com"),
            ],
        ),
        Scene(
            "household",
            [["crm_eu/house1"], ["crm_eu/house2"]],
            [
                client(
                    "crm_eu/house1",
                    "Hana Household",
                    "home@post.example",
                    birth_date="1980-02-03",
                    phone="+33 1 96 00 00 01",
                ),
                client(
                    "crm_eu/house2",
                    "Hugo Household",
                    "home@post.example",
                    birth_date="1979-05-06",
                    phone="+33 1 96 00 00 01",
                ),
            ],
        ),
        Scene(
            "twins",
            [["crm_eu/twin1"], ["crm_eu/twin2"]],
            [
                client(
                    "crm_eu/twin1",
                    "Lena Twin",
                    "twins@post.example",
                    birth_date="1990-07-07",
                    phone="+33 1 95 00 00 01",
                ),
                client(
                    "crm_eu/twin2",
                    "Lina Twin",
                    "twins@post.example",
                    birth_date="1990-07-07",
                    phone="+33 1 95 00 00 01",
                ),
            ],
        ),
        Scene(
            "homonyms",
            [["crm_eu/homo1"], ["crm_uk/homo2"]],
            [
                client("crm_eu/homo1", "Jean Martin", "jm1@post.example"),
                client("crm_uk/homo2", "Jean Martin", "jm2@post.example"),
            ],
        ),
        Scene(
            "late login",
            [["crm_eu/late", "web/902"]],
            [client("crm_eu/late", "Late Login", "late@post.example")],
            [visit("902", 0), visit("902", 60, (*LOGIN, "late@post.example"))],
        ),
        Scene(
            "attacker types a VIP's e-mail",
            [["crm_eu/vip"], ["web/903"]],
            [client("crm_eu/vip", "Vera Vip", "vip@post.example")],
            [visit("903", 0, (*LETTER, "vip@post.example"))],
        ),
    ]


def land(folder: Path, all_scenes: list[Scene]) -> None:
    """Writes the landing folder of the house, or the scenes into the landing folder of another."""
    files = {
        "crm/customers": [row for scene in all_scenes for row in scene.clients],
        "catalog/stores": [{"store_id": "PACK01", "store_type": "boutique", "timezone": "Europe/Paris"}],
        "catalog/store_devices": [{"store_id": "PACK01", "property": "maison_fr", "client_id": "tablet.1",
                                   "installed_on": "2024-01-01"}],
    }  # fmt: skip
    for name, rows in files.items():
        system, table = name.split("/")
        (folder / system).mkdir(parents=True, exist_ok=True)
        with (folder / f"{name}_pack.csv").open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, TABLES[system][table])
            writer.writeheader()
            writer.writerows(rows)
    (folder / "ga360" / "maison_fr").mkdir(parents=True, exist_ok=True)
    path = folder / "ga360" / "maison_fr" / f"ga_sessions_{DAY.replace('-', '')}.json.gz"
    with gzip.open(path, "xt", encoding="utf-8") as stream:
        stream.writelines(json.dumps(visited) + "\n" for scene in all_scenes for visited in scene.visits)


def by_our_models(all_scenes: list[Scene]) -> Partition:
    """Builds the house with dbt and reads customer_identifiers."""
    with tempfile.TemporaryDirectory(prefix="rendezvous-pack-") as name:
        folder = Path(name)
        land(folder / "raw", all_scenes)
        keys.create_ring(folder / "house.key")
        environment = os.environ | {
            "RENDEZVOUS_RAW": str(folder / "raw"), "RENDEZVOUS_DUCKDB": str(folder / "rendezvous.duckdb"),
            "RENDEZVOUS_KEY_FILE": str(folder / "house.key"), "RENDEZVOUS_AS_OF": AS_OF,
        }  # fmt: skip
        options = ["--exclude-resource-type", "test", "--exclude-resource-type", "unit_test", "-s", *MODELS]
        paths = ["--target-path", str(folder / "target"), "--log-path", str(folder / "logs")]
        done = subprocess.run(
            [str(BIN / "dbt"), "build", *options, *paths], cwd=PROJECT, env=environment, capture_output=True, text=True
        )
        if done.returncode:
            raise SystemExit(done.stdout[-4000:])
        return people_of(folder / "rendezvous.duckdb")


def people_of(database: Path) -> Partition:
    """The client records and visitors of a built house, each under its customer; nobody's is left out."""
    with duckdb.connect(str(database), read_only=True) as connection:
        return partition(connection.execute(IDENTIFIERS).fetchall())


def partition(rows: Iterable[tuple[str, str, str, str]]) -> Partition:
    """Rows of IDENTIFIERS, from whichever engine, as the people that records are of."""
    return {f"{'web' if kind == 'web_visitor' else system}/{value}": key for kind, system, value, key in rows}


def crowd(people: int) -> list[Row]:
    """Invented people around the scenes, from whom weights can be learnt; every fifth stands in two systems."""
    draw = random.Random(6)
    parts = ("ba", "co", "di", "fe", "go", "lu", "mi", "no", "ra", "se", "ti", "vo")
    rows = []
    for number in range(people):
        first, last = ("".join(draw.choices(parts, k=3)) for _ in range(2))
        born = f"{draw.randrange(1940, 2004)}-{draw.randrange(1, 13):02d}-{draw.randrange(1, 29):02d}"
        shared = {"phone": f"+33 2 {number:08d}", "birth_date": born}
        email = f"{first}.{last}.{number}@crowd.example"
        rows.append(client(f"crm_eu/crowd{number}", f"{first} {last}", email, **shared))
        if number % 5 == 0:
            left_out = draw.choice(list(shared))
            rows.append(rows[-1] | {"source_system": "crm_uk", left_out: ""})
    return rows


def table_for_rivals(all_scenes: list[Scene]) -> list[Row]:
    """The client records and a crowd, as one table; visits are no records of people."""
    columns = ("first_name", "last_name", "email", "phone", "birth_date")
    rows = [row for scene in all_scenes for row in scene.clients] + crowd(3000)
    return [
        {"unique_id": str(number), "record": f"{row['source_system']}/{row['customer_id']}"}
        | {column: written(row.get(column, "")) for column in columns}
        for number, row in enumerate(rows)
    ]


def written(text: str) -> str | None:
    """A value as a rival is given it: small letters, telephone numbers without spaces, None for nothing."""
    return (text.replace(" ", "") if text.startswith("+") else text).lower() or None


def by_splink(all_scenes: list[Scene]) -> Partition:
    """Splink as its tutorial begins: names, e-mail, phone and birth date, weights by expectation maximisation."""
    import pyarrow
    import splink.comparison_library as library
    from splink import Linker, SettingsCreator, block_on
    from splink.backends.duckdb import DuckDBAPI

    logging.getLogger("splink").setLevel(logging.ERROR)
    rows = table_for_rivals(all_scenes)
    blocks = [block_on("email"), block_on("phone"), block_on("first_name", "last_name")]
    settings = SettingsCreator(
        link_type="dedupe_only",
        blocking_rules_to_generate_predictions=blocks,
        comparisons=[
            library.ForenameSurnameComparison("first_name", "last_name"),
            library.EmailComparison("email"),
            library.ExactMatch("phone"),
            library.DateOfBirthComparison("birth_date", input_is_string=True),
        ],
    )
    linker = Linker(DuckDBAPI().register(pyarrow.Table.from_pylist(rows)), settings, log_level=40)
    linker.training.estimate_probability_two_random_records_match(blocks[:2], recall=0.8)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e5, seed=1)
    for block in (blocks[0], blocks[2]):
        linker.training.estimate_parameters_using_expectation_maximisation(block)
    pairs = linker.inference.predict(threshold_match_probability=0.9)
    found = linker.clustering.cluster_pairwise_predictions_at_threshold(pairs, threshold_match_probability=0.9)
    return {row["record"]: str(row["cluster_id"]) for row in found.as_pyarrow_table().to_pylist()}


def by_goldenmatch(all_scenes: list[Scene]) -> Partition:
    """GoldenMatch as it configures itself."""
    import goldenmatch
    import pyarrow

    logging.disable(logging.WARNING)
    rows = table_for_rivals(all_scenes)
    kept = [{name: value for name, value in row.items() if name not in ("unique_id", "record")} for row in rows]
    result = goldenmatch.dedupe_df(pyarrow.Table.from_pylist(kept), allow_red_config=True, confidence_required=False)
    people = {row["record"]: f"alone {number}" for number, row in enumerate(rows)}
    for name, cluster in result.clusters.items():
        people |= {rows[number]["record"]: str(name) for number in cluster["members"]}
    return people


def verdict(scene: Scene, found: Partition) -> str:
    """'right', or the pairs joined wrongly and the pairs missed. A record that is nobody's is in no pair."""
    truth = scene.truth()
    pairs = list(itertools.combinations(sorted(truth), 2))
    same = {pair for pair in pairs if truth[pair[0]] == truth[pair[1]]}
    joined = {pair for pair in pairs if found.get(pair[0]) is not None and found.get(pair[0]) == found.get(pair[1])}
    wrong, missed = len(joined - same), len(same - joined)
    return " ".join([f"+{wrong}"] * (wrong > 0) + [f"-{missed}"] * (missed > 0)) or "right"


def main() -> None:
    """Prints a line per scene, a column per resolver."""
    everything = scenes()
    resolvers: dict[str, Callable[[list[Scene]], Partition]] = {
        "ours": by_our_models, "Splink": by_splink, "GoldenMatch": by_goldenmatch
    }  # fmt: skip
    columns: dict[str, dict[str, str]] = defaultdict(dict)
    for name, resolve in resolvers.items():
        try:
            found = resolve(everything)
        except ImportError:
            columns[name] = {scene.name: "not installed" for scene in everything}
            continue
        for scene in everything:
            told = "no visits" if scene.visits and name != "ours" else verdict(scene, found)
            columns[name][scene.name] = told
    print(f"{'scene':<40}" + "".join(f"{name:<16}" for name in columns))
    for scene in everything:
        print(f"{scene.name:<40}" + "".join(f"{told[scene.name]:<16}" for told in columns.values()))


if __name__ == "__main__":
    main()
