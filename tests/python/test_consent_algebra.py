"""The algebra of consent, by the project's own SQL over random people: no order matters, no merge widens."""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import dataclass, replace

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conftest import House

MERGES = 10_000
COLUMNS = """customer_key text, part_key text, part_count bigint, subject_node_key text, purpose text, recipient text,
    is_denial boolean, occurred_at timestamp"""
# Of whom one subject alone speaks, the models tell nothing apart: both ways are drawn.
SPEAKERS = "count(distinct (part_key, subject_node_key)) over (partition by customer_key)"
PURPOSES = ("email_marketing", "ad_sharing")


@dataclass(frozen=True)
class Word:
    """One statement as it speaks for one person; a part of None is not certain, so only its denials are heard."""

    person: str
    part: str | None
    parts: int
    subject: str
    purpose: str
    recipient: str
    denies: bool
    day: int

    def row(self) -> tuple:
        parts = None if self.part is None else self.parts
        return (self.person, self.part, parts, self.subject, self.purpose, self.recipient, self.denies, self.day)


States = dict[tuple[str, str, str], str]


@pytest.fixture(scope="module")
def answers_sql(tmp_path_factory: pytest.TempPathFactory) -> str:
    """int_consent__answers as dbt sends it, its last words too, on a table `given_events`."""
    house = House(tmp_path_factory.mktemp("algebra"))
    house.dbt("compile", "-s", "int_consent__last_words", "int_consent__answers")
    compiled = house.folder / "target" / "compiled"
    words, answers = (
        next(compiled.rglob(f"int_consent__{model}.sql")).read_text() for model in ("last_words", "answers")
    )
    words = words.replace('"rendezvous"."intermediate"."int_consent__proven_events"', "given_events")
    return answers.replace('"rendezvous"."intermediate"."int_consent__last_words"', f"({words})")


def states(sql: str, words: list[Word]) -> States:
    """What the project makes of the words."""
    with duckdb.connect() as connection:
        connection.execute(f"create table given_words ({COLUMNS.replace('occurred_at timestamp', 'day bigint')})")
        columns = list(zip(*(word.row() for word in words), strict=True))
        unnested = ", ".join(f"unnest(${number})" for number in range(1, len(columns) + 1))
        connection.execute(f"insert into given_words select {unnested}", [list(column) for column in columns])
        connection.execute(
            f"create view given_events as select *, {SPEAKERS} as speaker_count, timestamp '2024-01-01'"
            " + to_days(cast(day as integer)) as occurred_at, 's' as source_system, 'c' as consent_event_id"
            " from given_words"
        )
        rows = connection.execute(f"select customer_key, purpose, recipient, status from ({sql})").fetchall()
    return {(person, purpose, recipient): status for person, purpose, recipient, status in rows}


def oracle(words: list[Word]) -> States:
    """The same by the rules as written in prose."""
    theirs = defaultdict(list)
    for word in words:
        theirs[word.person, word.purpose].append(word)
    found = {}
    for (person, purpose), said in theirs.items():
        for recipient in {word.recipient for word in said}:
            last: dict[tuple, tuple] = {}
            for word in said:
                if word.recipient == recipient or (word.recipient == "house" and word.denies):
                    key = (word.part, word.subject)
                    last[key] = max(last.get(key, (-1, False)), (word.day, word.denies))
            granting = {part for (part, _), (_, denies) in last.items() if not denies}
            parts = max((word.parts for word in said if word.part), default=0)
            denied = any(denies for _, denies in last.values())
            found[person, purpose, recipient] = (
                "refused" if denied else "granted" if granting and len(granting) == parts else "unknown"
            )
    return found


def half(draw: random.Random, person: str) -> list[Word]:
    """One record's own words: none to four of up to two subjects, ties among them."""
    return [
        Word(
            person, "p", 1, f"{person}/{draw.randint(1, 2)}", purpose,
            draw.choice(["house", "network"]) if purpose == "ad_sharing" else "house",
            draw.random() < 0.3, draw.randint(1, 5),
        )
        for purpose in PURPOSES for _ in range(draw.randint(0, 4))
    ]  # fmt: skip


def merged(one: list[Word], other: list[Word], person: str, certain: bool) -> list[Word]:
    """Both halves as one person: one part if the link is certain, else two parts that must both say yes."""
    parts = 1 if certain else 2
    return [replace(word, person=person, part="p", parts=parts) for word in one] + [
        replace(word, person=person, part="p" if certain else "q", parts=parts) for word in other
    ]


def test_ten_thousand_merges_widen_nothing(answers_sql: str) -> None:
    draw = random.Random(23)
    pairs = [(half(draw, f"{n}a"), half(draw, f"{n}b"), draw.random() < 0.5) for n in range(MERGES)]
    words = []
    for number, (one, other, certain) in enumerate(pairs):
        words += one + other + merged(one, other, f"{number}m", certain)
    draw.shuffle(words)
    found = states(answers_sql, words)
    assert found == oracle(words)
    widened, granted = [], 0
    for number, (_, _, certain) in enumerate(pairs):
        for purpose, recipient in (("email_marketing", "house"), ("ad_sharing", "house"), ("ad_sharing", "network")):
            # What is not said is unknown; a refusal to the house is one to the network.
            one, other, both = (
                found.get((f"{number}{half_of}", purpose, recipient), "unknown") for half_of in ("a", "b", "m")
            )
            allowed = "refused" not in (one, other) and (
                "granted" in (one, other) if certain else one == other == "granted"
            )
            granted += both == "granted"
            if both == "granted" and not allowed:
                widened.append((number, purpose, recipient, certain, one, other))
    assert widened == []
    assert granted > MERGES / 10


people = st.lists(
    st.builds(
        Word,
        person=st.sampled_from(["ana", "ben"]),
        part=st.sampled_from(["p", "q", None]),
        parts=st.just(2),
        subject=st.sampled_from(["s", "t"]),
        purpose=st.sampled_from(PURPOSES),
        recipient=st.sampled_from(["house", "network"]),
        denies=st.booleans(),
        day=st.integers(1, 3),
    ).map(lambda word: replace(word, denies=word.denies or word.part is None)),
    min_size=1, max_size=12,
)  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=people, order=st.randoms(use_true_random=False))
def test_no_order_and_no_repetition_changes_a_state(answers_sql: str, words: list[Word], order: random.Random) -> None:
    expected = oracle(words)
    shuffled = words + order.sample(words, len(words) // 2)
    order.shuffle(shuffled)
    assert states(answers_sql, words) == expected
    assert states(answers_sql, shuffled) == expected


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=people, denial=people)
def test_one_more_denial_never_allows_anything(answers_sql: str, words: list[Word], denial: list[Word]) -> None:
    before = states(answers_sql, words)
    after = states(answers_sql, words + [replace(word, denies=True) for word in denial])
    assert {key for key, status in after.items() if status == "granted"} <= {
        key for key, status in before.items() if status == "granted"
    }
