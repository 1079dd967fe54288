"""Invented client records with duplicates as CRMs hold them: to learn the weights from, and to measure the matching.

The simulated house (`rendezvous simulate`) plants duplicates to be found by a shared address; here a duplicate is typed
in anew by someone in a hurry: letters wrong, names in each other's field, day and month exchanged, moved house, another
telephone. Strangers share names as people do (a few are everywhere, most are rare), families share addresses. Every
draw comes from one seeded generator, so the same arguments give the same file.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

_ONSETS = [
    "b",
    "br",
    "c",
    "ch",
    "d",
    "dr",
    "f",
    "fl",
    "g",
    "gr",
    "h",
    "j",
    "k",
    "l",
    "m",
    "n",
    "p",
    "pr",
    "r",
    "s",
    "st",
    "t",
    "tr",
    "v",
    "w",
]
_VOWELS = ["a", "e", "i", "o", "u", "ai", "ou", "ie"]
_CODAS = ["", "", "n", "r", "l", "s", "m", "t"]
_FAMILY_ENDS = ["", "ard", "elle", "ert", "in", "mont", "ville", "son", "er", "ac"]
_GIVEN_ENDS = ["a", "e", "ine", "o", "el", "ette", "is", "in", "y"]
_NATIVE_FAMILY = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾"
_NATIVE_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰红梅建文博晨欣怡子轩宇浩然若雨晓梦琪雪婷佳慧"
_STREETS = ["Rue", "Avenue", "Quai", "Place", "Lane", "Road", "Crescent", "Street", "Allee", "Boulevard"]
_HOUSES = ["Residence", "Apartment", "Villa", "Floor", "Building"]
_DOMAINS = ["mail.example", "post.example", "example.com", "example.net", "example.org"]
_SYSTEMS = ["crm_eu", "crm_uk", "crm_cn"]


@dataclass
class Record:
    """A client record; `person` is the truth and no model reads it."""

    source_system: str
    customer_id: str
    first_name: str
    last_name: str
    first_name_native: str
    last_name_native: str
    birth_date: str
    phone: str
    email: str
    address_line_1: str
    address_line_2: str
    city: str
    postal_code: str
    country_code: str
    person: str
    email_status: str = "ok"


COLUMNS = tuple(Record.__dataclass_fields__)


class _World:
    """Pools of names and places; the first of a pool are drawn far more often than the last."""

    def __init__(self, seed: int, people: int) -> None:
        self.random = random.Random(seed)
        self.family = self._names(4_000, _FAMILY_ENDS)
        self.given = self._names(900, _GIVEN_ENDS)
        self.streets = self._names(2_500, ["", "s", "ac", "ois"])
        self.towns = [(name, f"{self.random.randrange(1, 96):02}") for name in self._names(400, ["", "sur", "ville"])]
        # A mailbox is given out once: the more people, the longer the numbers beside their names.
        self.numbers = max(3_000, people // 10)

    def _names(self, count: int, ends: list[str]) -> list[str]:
        found: dict[str, None] = {}
        while len(found) < count:
            syllables = [self._syllable() for _ in range(self.random.choice((1, 1, 2)))]
            found.setdefault(("".join(syllables) + self.random.choice(ends)).capitalize())
        return list(found)

    def _syllable(self) -> str:
        return self.random.choice(_ONSETS) + self.random.choice(_VOWELS) + self.random.choice(_CODAS)

    def common(self, pool: list) -> object:
        """One of a pool, the first ones far more often."""
        return pool[int(len(pool) * self.random.random() ** 2.5)]

    def chance(self, probability: float) -> bool:
        return self.random.random() < probability

    def address(self) -> dict[str, str]:
        town, code = self.common(self.towns)
        line = f"{self.random.randrange(1, 200)} {self.random.choice(_STREETS)} {self.random.choice(self.streets)}"
        second = f"{self.random.choice(_HOUSES)} {self.random.choice(self.streets)}" if self.chance(0.4) else ""
        return {
            "address_line_1": line, "address_line_2": second, "city": town,
            "postal_code": f"{code}{int(self.random.random() ** 2 * 1000):03}",
        }  # fmt: skip

    def phone(self) -> str:
        return f"+33199{self.random.randrange(10**7):07}"

    def email(self, given: str, family: str) -> str:
        number = self.random.randrange(self.numbers)
        names = self.random.choice((f"{given}.{family}", f"{given[:1]}{family}", f"{family}.{given}", f"{given}"))
        return f"{names}{number}@{self.random.choice(_DOMAINS)}".lower()

    def birth_date(self) -> str:
        year = int(self.random.triangular(1935, 2006, 1978))
        return f"{year}-{self.random.randrange(1, 13):02}-{self.random.randrange(1, 29):02}"

    def person(self, number: int) -> Record:
        given, family = str(self.common(self.given)), str(self.common(self.family))
        system = self.random.choice(_SYSTEMS)
        native = system == "crm_cn" and self.chance(0.8)
        return Record(
            source_system=system, customer_id=f"{number:08}", first_name=given, last_name=family,
            first_name_native="".join(self.random.choices(_NATIVE_GIVEN, k=2)) if native else "",
            last_name_native=str(self.common(list(_NATIVE_FAMILY))) if native else "",
            birth_date=self.birth_date() if self.chance(0.75) else "",
            phone=self.phone() if self.chance(0.75) else "",
            email=self.email(given, family) if self.chance(0.75) else "",
            **self.address(), country_code="FR", person=f"P{number:08}",
        )  # fmt: skip

    _SHARED = (
        "last_name", "last_name_native", "address_line_1", "address_line_2", "city", "postal_code", "source_system",
    )  # fmt: skip

    def relative(self, of: Record, number: int) -> Record:
        """Someone else of the same household: family name, address, often the telephone, sometimes the mailbox."""
        other = self.person(number)
        shared = {name: getattr(of, name) for name in self._SHARED}
        if self.chance(0.5):
            shared["phone"] = of.phone
        if self.chance(0.15):
            shared["email"] = of.email
        if self.chance(0.05):
            shared["birth_date"] = of.birth_date
        if not of.last_name_native:
            shared["first_name_native"] = ""
        return replace(other, **shared)

    def duplicate(self, of: Record, number: int) -> Record:
        """The same person, typed in anew."""
        new: dict[str, str] = {"customer_id": f"{number:08}", "source_system": self.random.choice(_SYSTEMS)}
        if self.chance(0.15):
            new |= self.address()
        elif self.chance(0.3):
            new["address_line_2"] = "" if of.address_line_2 else f"{self.random.choice(_HOUSES)} 1"
        elif of.address_line_2 and self.chance(0.05):
            new |= {"address_line_1": of.address_line_2, "address_line_2": of.address_line_1}
        if self.chance(0.04):
            new |= {"first_name": of.last_name, "last_name": of.first_name}
        elif self.chance(0.04):
            new["last_name"] = f"{of.last_name}-{self.common(self.family)}"
        elif self.chance(0.03):
            new["last_name"] = str(self.common(self.family))
        if self.chance(0.03):
            new["first_name"] = f"{of.first_name} {self.common(self.given)}"
        elif self.chance(0.03):
            new["first_name"] = str(self.common(self.given))
        new |= self._contacts(of)
        if new["source_system"] != "crm_cn":
            new |= {"first_name_native": "", "last_name_native": ""}
        if of.birth_date and self.chance(0.025):
            year, month, day = of.birth_date.split("-")
            new["birth_date"] = (
                f"{year}-{day}-{month}" if int(day) <= 12 else f"{year}-{month}-{self.random.randrange(1, 29):02}"
            )
        elif of.birth_date and self.chance(0.03):
            new["birth_date"] = self.birth_date()
        record = replace(of, **new)
        return self._mistyped(record)

    def _contacts(self, of: Record) -> dict[str, str]:
        new: dict[str, str] = {}
        for column, make in (("phone", self.phone), ("email", lambda: self.email(of.first_name, of.last_name))):
            if self.chance(0.3):
                new[column] = make()
            elif self.chance(0.2):
                new[column] = ""
        if "email" not in new and self.chance(0.04):
            new["email"] = of.email.replace("example", "exmaple")
        return new

    _MISTYPED = {"first_name": 0.12, "last_name": 0.12, "birth_date": 0.04, "phone": 0.03, "email": 0.03,
                 "address_line_1": 0.25, "address_line_2": 0.15, "city": 0.08, "postal_code": 0.05}  # fmt: skip
    _LEFT_OUT = {"first_name": 0.02, "birth_date": 0.12, "address_line_1": 0.05, "postal_code": 0.02, "city": 0.02}

    def _mistyped(self, record: Record) -> Record:
        new = {}
        for column, probability in self._MISTYPED.items():
            value = getattr(record, column)
            if value and self.chance(probability):
                new[column] = self.mistyped(value)
                if self.chance(0.3):
                    new[column] = self.mistyped(new[column])
        return replace(record, **new | {column: "" for column, p in self._LEFT_OUT.items() if self.chance(p)})

    def mistyped(self, text: str) -> str:
        """One letter or figure wrong, missing, too many, or two exchanged."""
        at = self.random.randrange(len(text))
        letter = text[at]
        if not letter.isalnum():
            return text
        wrong = str(self.random.randrange(10)) if letter.isdigit() else self.random.choice("abcdefghijklmnopqrstuvwxyz")
        kind = self.random.random()
        if letter.isdigit() or kind < 0.4:
            return text[:at] + wrong + text[at + 1 :]
        if kind < 0.6:
            return text[:at] + text[at + 1 :]
        if kind < 0.8:
            return text[:at] + wrong + text[at:]
        return text[:at] + text[at + 1 : at + 2] + letter + text[at + 2 :]


def records(count: int, seed: int, duplicates: float = 0.15) -> Iterator[Record]:
    """So many client records, a share of which are another record's person again, a tenth someone's relative."""
    world = _World(seed, count)
    seen: list[Record] = []
    for number in range(count):
        draw = world.random.random() if seen else 1.0
        if draw < duplicates:
            record = world.duplicate(world.random.choice(seen), number)
        elif draw < duplicates + 0.1:
            record = world.relative(world.random.choice(seen), number)
        else:
            record = world.person(number)
        if draw >= duplicates:
            seen.append(record)
        yield record


def write(path: Path, count: int, seed: int, duplicates: float = 0.15) -> None:
    """Writes records as CSV with a header; the last columns are the truth and the status of the e-mail."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for record in records(count, seed, duplicates):
            writer.writerow([getattr(record, column) for column in COLUMNS])


def select(path: Path) -> str:
    """The SELECT that reads such a file as client records, for `matching.house`."""
    return f"select * from read_csv('{path}', header = true, all_varchar = true)"
