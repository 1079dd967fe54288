"""People: who they are, what they like and what each system knows about them.

Indexes below `plan.customers` are customers; the rest are visitors no CRM knows. All
attributes are functions of (seed, index). Functions named `*_of` take one index or an
array of them; `Person` is the spelled-out form, made only for rows that need words.
"""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np

from .hashing import mix, pick, unit, windowed
from .house import (
    CATEGORIES,
    CITIES,
    DOMAIN,
    EMAIL_DOMAINS,
    NAMES,
    PLACEHOLDER_EMAILS,
    PROPERTIES,
    STREETS,
    stores,
    stores_by_market,
)
from .plan import Plan

FRENCH_RANGES = ("+3319900", "+3326191", "+3335301", "+3346571", "+3353649", "+3363998")
BRITISH_RANGES = ("+447700900", "+442079460", "+441632960", "+441134960", "+441144960",
                  "+441154960", "+441164960", "+441174960", "+441184960", "+441214960",
                  "+441314960", "+441414960", "+441514960", "+441614960", "+441914980",
                  "+442890180", "+442920180", "+443069990", "+448081570",
                  "+449098790")  # fmt: skip
NEVER = 1 << 30
ORIGIN_BOUTIQUE, ORIGIN_WEB, ORIGIN_TABLET = 0, 1, 2


@windowed
def market_of(plan: Plan, who: Any) -> Any:
    """Home market: 0 France, 1 United Kingdom, 2 China. Households share theirs."""
    draw = unit(plan.seed, "market", who & ~1)
    return (draw > 0.45) * 1 + (draw > 0.70) * 1


@windowed
def shares_email(plan: Plan, who: Any) -> Any:
    """Whether someone uses the e-mail of the other half of the couple (who ^ 1)."""
    couple = unit(plan.seed, "household email", who & ~1) < 0.05
    partner_known = (who ^ 1) < plan.customers
    return couple & ((who & 1) == 1) & partner_known & (who < plan.customers)


@windowed
def shares_device(plan: Plan, who: Any) -> Any:
    """Whether someone's desktop is one machine with the other half of the couple."""
    couple = unit(plan.seed, "household device", who & ~1) < 0.05
    return couple & ((who ^ 1) < plan.customers) & (who < plan.customers)


@windowed
def created_day_of(plan: Plan, who: Any) -> Any:
    """Day the customer record was created, relative to the first day; may be negative."""
    old = -1 - pick(plan.seed, "created before", 1500, who)
    new = pick(plan.seed, "created during", max(1, plan.days - 1), who)
    recent = unit(plan.seed, "recent", who) < 0.35
    day = np.where(recent, new, old) if not isinstance(who, int) else (
        new if recent else old)  # fmt: skip
    return day


@windowed
def origin_of(plan: Plan, who: Any) -> Any:
    """How the record came to be: till, own web account, boutique tablet."""
    draw = unit(plan.seed, "origin", who)
    recent = unit(plan.seed, "recent", who) < 0.35
    return ((draw > 0.20) & recent) * 1 + ((draw > 0.50) & recent) * 1


@windowed
def has_account_of(plan: Plan, who: Any) -> Any:
    """Whether the person can sign in on the home market's site."""
    old = unit(plan.seed, "account", who) < 0.55
    return ((origin_of(plan, who) > 0) | old) & (who < plan.customers)


@windowed
def login_from_of(plan: Plan, who: Any) -> Any:
    """First day on which the person signs in; late for some, after anonymous weeks."""
    late = unit(plan.seed, "late login", who) < 0.35
    late_day = pick(plan.seed, "late login day", plan.days, who)
    created = created_day_of(plan, who)
    if isinstance(who, int):
        return max(created, late_day if late else -NEVER)
    return np.maximum(created, np.where(late, late_day, -NEVER))


@windowed
def appointment_of(plan: Plan, who: Any) -> Any:
    """Day of the (first planned) appointment, or NEVER."""
    draw = unit(plan.seed, "has appointment", who)
    low = plan.days - (2 * plan.days) // 3
    day = low + pick(plan.seed, "appointment day", plan.days + 35 - low, who)
    if isinstance(who, int):
        return day if draw < (0.055 if who < plan.customers else 0.005) else NEVER
    return np.where(draw < np.where(who < plan.customers, 0.055, 0.005), day, NEVER)


@windowed
def appointment_fate_of(plan: Plan, who: Any) -> Any:
    """0 kept, 1 kept after a change of date, 2 cancelled, 3 no-show."""
    draw = unit(plan.seed, "fate", who)
    return (draw > 0.58) * 1 + (draw > 0.78) * 1 + (draw > 0.91) * 1


@windowed
def appointment_last_day_of(plan: Plan, who: Any) -> Any:
    """Day on which the client comes in the end (moved appointments come later)."""
    day = appointment_of(plan, who)
    moved = appointment_fate_of(plan, who) == 1
    return day + moved * (1 + pick(plan.seed, "moved by", 9, who))


@windowed
def buys_at_appointment_of(plan: Plan, who: Any) -> Any:
    """Whether a kept appointment ends with a purchase."""
    return unit(plan.seed, "buys at appointment", who) < 0.5


def taste_of(plan: Plan, who: Any, gift: Any) -> tuple[Any, Any, Any, Any]:
    """Latent taste: first and second category, material, price band.

    Args:
        plan: the simulation.
        who: person index or array.
        gift: 0, or the number of somebody else's taste that is shopped for.
    """
    first = pick(plan.seed, "taste", len(CATEGORIES), who, gift)
    second = pick(plan.seed, "second taste", len(CATEGORIES), who, gift)
    material = pick(plan.seed, "taste material", 4, who, gift)
    band = pick(plan.seed, "taste band", 3, who, gift)
    return first, second, material, band


def analytics_refused_of(plan: Plan, who: Any) -> Any:
    """Whether the banner was refused: nothing of them is in the web exports."""
    return unit(plan.seed, "banner", who) < 0.04


def store_of(plan: Plan, who: int) -> int:
    """Index of the home boutique."""
    ours = stores_by_market(plan.customers)[market_of(plan, who)]
    return ours[pick(plan.seed, "home store", len(ours), who)]


@lru_cache(maxsize=1024)
def plain(text: str) -> str:
    """ASCII letters and digits only, lower case."""
    folded = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return "".join(c for c in folded.lower() if c.isalnum())


def crm_id(plan: Plan, who: int) -> str:
    """Id in the home CRM. The UK numbers differently, so ids of systems collide."""
    return f"{(who ^ 2 if market_of(plan, who) == 1 else who) + 1:08d}"


class once:  # noqa: N801 - reads as a decorator
    """A property computed at first use; without the lock `cached_property` takes."""

    def __init__(self, maker: Callable[[Any], Any]) -> None:
        self._maker, self._name, self.__doc__ = maker, maker.__name__, maker.__doc__

    def __get__(self, owner: Any, kind: Any = None) -> Any:
        if owner is None:
            return self
        value = owner.__dict__[self._name] = self._maker(owner)
        return value


def person_id_of(who: int) -> str:
    """Id of a person in the truth files."""
    return f"P{who + 1:08d}"


class Person:
    """One person, spelled out.

    Args:
        plan: the simulation.
        who: index of the person.
    """

    def __init__(self, plan: Plan, who: int) -> None:
        self.plan, self.who, self.seed = plan, who, plan.seed
        self.market = market_of(plan, who)
        self.is_customer = who < plan.customers

    @once
    def person_id(self) -> str:
        """Id in the truth files."""
        return person_id_of(self.who)

    @once
    def system(self) -> str:
        """The home CRM."""
        return PROPERTIES[self.market].crm_system

    @once
    def customer_id(self) -> str:
        """Id in the home CRM, or nothing."""
        return crm_id(self.plan, self.who) if self.is_customer else ""

    def draw(self, name: str) -> float:
        """A draw in [0, 1) for this person."""
        return unit(self.seed, name, self.who)

    def one(self, name: str, size: int) -> int:
        """A whole number in [0, size) for this person."""
        return pick(self.seed, name, size, self.who)

    @once
    def gender(self) -> str:
        """F or M."""
        return "F" if self.draw("gender") < 0.58 else "M"

    def _name(self, kind: str, stream: str, who: int) -> str:
        names = NAMES[self.market][kind]
        draw = unit(self.seed, stream, who)
        common = 2 if self.market < 2 else 3
        if draw < 0.3:
            return names[int(draw / 0.3 * common)]
        return names[int((draw - 0.3) / 0.7 * len(names))]

    @once
    def first_name(self) -> str:
        """Given name; the two of a couple never have the same."""
        name = self._name(self.gender, "first name", self.who)
        couple = shares_email(self.plan, self.who) or shares_device(self.plan, self.who)
        if self.who & 1 and couple:
            names = NAMES[self.market][self.gender]
            if name == Person(self.plan, self.who ^ 1).first_name:
                return names[(names.index(name) + 1) % len(names)]
        return name

    @once
    def last_name(self) -> str:
        """Family name; a couple that shares an e-mail or a device shares it."""
        same = shares_email(self.plan, self.who | 1) or shares_device(self.plan, self.who)
        return self._name("last", "last name", self.who & ~1 if same else self.who)

    @once
    def birth_date(self) -> str:
        """ISO date, empty for a third of people."""
        if self.draw("birth known") < 0.3:
            return ""
        return (dt.date(1945, 1, 1) + dt.timedelta(self.one("birth", 22000))).isoformat()

    @once
    def email_kind(self) -> str:
        """own, shared, none, placeholder or staff: what stands in the CRM."""
        if not self.is_customer:
            return "own" if self.draw("prospect") < 0.25 or self.has_appointment else "none"
        if shares_email(self.plan, self.who):
            return "shared"
        draw = self.draw("email kind")
        if draw < 0.10:
            return "none"
        if draw < 0.12:
            return "placeholder"
        return "staff" if draw < 0.128 else "own"

    @once
    def has_appointment(self) -> bool:
        """Whether an appointment is planned at all."""
        return appointment_of(self.plan, self.who) != NEVER

    @once
    def is_gmail(self) -> bool:
        """Whether the mailbox is one where dots and plus-tags do not count."""
        return self.draw("gmail") < 0.12

    @once
    def mailbox(self) -> str:
        """The one address that is theirs alone."""
        first, last = plain(self.first_name), plain(self.last_name)
        if self.is_gmail:
            return f"fictional.{first}.{last}{self.who + 1}@gmail.com"
        domain = EMAIL_DOMAINS[self.one("mail domain", len(EMAIL_DOMAINS))]
        return f"{first}.{last}{self.who + 1}@{domain}"

    @once
    def email(self) -> str:
        """The e-mail a site or a shop is given, in its usual spelling; may be empty."""
        if self.email_kind == "shared":
            return Person(self.plan, self.who ^ 1).mailbox
        if self.email_kind == "none":
            return ""
        if self.email_kind == "placeholder":
            return PLACEHOLDER_EMAILS[self.one("placeholder", len(PLACEHOLDER_EMAILS))]
        if self.email_kind == "staff":
            return f"advisor.{self.one('staff', 9) + 1}@{DOMAIN}"
        return self.mailbox

    @once
    def web_email(self) -> str:
        """The e-mail typed on the web: some gmail users drop dots or add a tag."""
        if self.email_kind in ("placeholder", "staff", "none"):
            return self.mailbox if self.is_customer else self.email
        if self.is_gmail and self.email_kind == "own":
            return self.gmail_variant("web variant")
        return self.email

    def gmail_variant(self, stream: str) -> str:
        """The mailbox, without dots or with a plus-tag for some."""
        local, _, domain = self.mailbox.partition("@")
        draw = self.draw(stream)
        if draw < 0.3:
            return f"{local.replace('.', '')}@{domain}"
        return f"{local}+maison@{domain}" if draw < 0.6 else self.mailbox

    @once
    def second_email(self) -> str:
        """Another mailbox of the same person."""
        return f"{plain(self.last_name)}.{self.who + 1}.perso@example.org"

    @once
    def phone(self) -> str:
        """E.164 number in a range kept for fiction; empty for a fifth."""
        if self.draw("phone known") < 0.2:
            return ""
        number = self.who if not self.shares_phone else self.who & ~1
        if self.market == 2:
            return f"+86100{number % 100000000:08d}"
        ranges, size = ((FRENCH_RANGES, 10000), (BRITISH_RANGES, 1000))[self.market]
        # Ranges kept for fiction are small: in a large house many people have no number.
        if number >= len(ranges) * size:
            return ""
        start = ranges[number // size]
        return f"{start}{number % size:0{len(str(size)) - 1}d}"

    @once
    def shares_phone(self) -> bool:
        """A household's landline."""
        return bool(shares_email(self.plan, self.who | 1))

    @once
    def spoken_phone(self) -> str:
        """The same number as people write it."""
        if not self.phone:
            return ""
        draw = self.draw("phone spelling")
        if self.market == 0 and draw < 0.5:
            digits = "0" + self.phone[3:]
            return " ".join(digits[i : i + 2] for i in range(0, 10, 2))
        if self.market == 1 and draw < 0.5:
            return f"0{self.phone[3:7]} {self.phone[7:]}"  # national format
        return self.phone if draw < 0.8 else f"00{self.phone[1:]}"

    @once
    def address(self) -> tuple[str, str, str]:
        """Street line, city, postal code. Households live together."""
        home = self.who & ~1 if self.shares_phone else self.who
        street = STREETS[self.market][pick(self.seed, "street", len(STREETS[self.market]),
                                           home)]  # fmt: skip
        city, code = CITIES[self.market][pick(self.seed, "city", len(CITIES[self.market]),
                                              home)]  # fmt: skip
        number = 1 + pick(self.seed, "street number", 180, home)
        line = f"{number}, {street}" if self.market == 0 else f"{number} {street}"
        return line, city, code

    @once
    def store_id(self) -> str:
        """Home boutique."""
        return stores(self.plan.customers)[store_of(self.plan, self.who)].store_id

    @once
    def advisor_id(self) -> str:
        """Advisor at the home boutique."""
        return f"A-{self.store_id}-{1 + self.one('advisor', 3)}"

    @once
    def duplicate(self) -> str:
        """Kind of the second CRM record, or nothing.

        `abroad_same` and `abroad_other` stand in another region's CRM, with the same or
        another e-mail; `abroad_phone` has only the telephone; `home_variant` is in the
        same CRM under a spelling of the same mailbox.
        """
        if not self.is_customer:
            return ""
        draw = self.draw("duplicate")
        for limit, kind in ((0.05, "abroad_same"), (0.08, "abroad_other"),
                            (0.095, "abroad_phone"), (0.115, "home_variant")):  # fmt: skip
            if draw < limit:
                return kind
        return ""

    @once
    def duplicate_system(self) -> str:
        """CRM of the second record."""
        if self.duplicate == "home_variant":
            return self.system
        return PROPERTIES[(self.market + 1 + self.one("abroad", 2)) % 3].crm_system

    @once
    def duplicate_id(self) -> str:
        """Id of the second record."""
        return f"9{self.who + 1:07d}"

    @once
    def duplicate_email(self) -> str:
        """E-mail of the second record."""
        if self.duplicate == "abroad_same":
            return self.email
        if self.duplicate == "abroad_other":
            return self.second_email
        if self.duplicate == "home_variant":
            if self.is_gmail:
                return self.gmail_variant("duplicate variant")
            return self.email.upper()
        return ""

    def account_on(self, site: int) -> str:
        """Customer id this person signs in with on a property, or nothing."""
        if not self.is_customer or not has_account_of(self.plan, self.who):
            return ""
        system = PROPERTIES[site].crm_system
        if system == self.system:
            return self.customer_id
        if self.duplicate.startswith("abroad") and system == self.duplicate_system:
            return self.duplicate_id
        return ""

    @once
    def loyalty_id(self) -> str:
        """Loyalty number, or nothing."""
        if not self.is_customer or self.draw("loyal") > 0.4:
            return ""
        return f"L{self.market}{mix(self.seed, 'loyalty', self.who) % 1000:03d}{self.who:07d}"


@lru_cache(maxsize=256)
def person_of(plan: Plan, who: int) -> Person:
    """The person, kept for a while: one session asks several times."""
    return Person(plan, who)
