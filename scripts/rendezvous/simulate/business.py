"""Everything that is not the web: what CRMs, tills, shops and desks hand over.

Two kinds of rows. `people_rows` writes what hangs on a person (records, consents,
appointments), `day_rows` what happens on a day (sales, returns, mailings). Rows go to a
sink as `sink(table, row)`; nothing later than `plan.as_of` is written.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from . import sessions as s
from .ga360 import client_id, visitor_id
from .hashing import mix, pick, unit, windowed
from .house import (
    CATEGORIES,
    DOMAIN,
    EVENTS,
    NATIVE,
    ONLINE_STORE,
    PROPERTIES,
    RATES,
    catalogue,
    stores,
)
from .orders import local_price, order_of
from .people import (
    NEVER,
    ORIGIN_BOUTIQUE,
    ORIGIN_TABLET,
    ORIGIN_WEB,
    Person,
    appointment_fate_of,
    appointment_last_day_of,
    appointment_of,
    buys_at_appointment_of,
    created_day_of,
    has_account_of,
    login_from_of,
    market_of,
    origin_of,
    person_id_of,
    person_of,
    shares_device,
    shares_email,
    store_of,
    taste_of,
)
from .plan import Plan, iso

Sink = Callable[[str, tuple[Any, ...]], None]
DAY = 86400
RETURN_LAGS = (3, 8, 15)
FATES = ("kept", "moved", "cancelled", "no_show")
MOTIVES = ("gift", "engagement", "discover a collection", "repair", "private viewing")
TYPOS = (("gmail.com", "gmial.com"), ("example.com", "exmaple.com"),
         ("mail.example", "mail.exampel"))  # fmt: skip


@windowed
def created_s_of(plan: Plan, who: Any) -> Any:
    """When the customer record was created, epoch seconds; follows the web event."""
    ours = np.atleast_1d(np.asarray(who, dtype=np.int64))
    seed, day, origin = plan.seed, created_day_of(plan, ours), origin_of(plan, ours)
    market, on_site = market_of(plan, ours), np.maximum(day, 0)
    uid = mix(seed, "session", ours, on_site, 0)
    order = np.where(s.returns_twice(plan, ours, on_site), 2, 0)
    web = plan.midnight_array[market, on_site + 1] + s.start_second(uid, seed, order) + 45
    tablet = s.tablet_start(plan, market, ours, on_site) + 40
    till = plan.start_s + day * DAY + 30000 + pick(seed, "created second", 30000, ours)
    created = np.select(
        [(day >= 0) & (origin == ORIGIN_TABLET), (day >= 0) & (origin == ORIGIN_WEB)],
        [tablet, web], till,
    )  # fmt: skip
    return created if isinstance(who, np.ndarray) else int(created[0])


def mistyped(email: str) -> str:
    """The address with the typo people make in its domain."""
    for right, wrong in TYPOS:
        if email.endswith("@" + right):
            return email[: -len(right)] + wrong
    return email


def people_rows(plan: Plan, low: int, high: int, sink: Sink) -> None:
    """Rows of people low..high-1 that do not belong to one day."""
    for who in range(low, high):
        planned = appointment_of(plan, who) != NEVER
        if who >= plan.customers and not planned:
            continue
        person = Person(plan, who)
        if person.is_customer:
            created = created_s_of(plan, who)
            _crm_rows(plan, person, created, sink)
            _consent_rows(plan, person, created, sink)
            _membership_rows(plan, person, created, sink)
            _steward_rows(plan, person, sink)
        if planned:
            _appointment_rows(plan, person, sink)


def _truth(sink: Sink, kind: str, system: str, record: str, person: Person) -> None:
    sink("truth/people", (kind, system, record, person.person_id))


def _plant(sink: Sink, trap: str, kind: str, system: str, record: str, note: str) -> None:
    sink("truth/planted", (trap, kind, system, record, note))


def _crm_rows(plan: Plan, person: Person, created: int, sink: Sink) -> None:
    who, seed = person.who, plan.seed
    changed = created + int(person.draw("changed") * (plan.as_of_s - created))
    gone = iso(changed) if person.draw("deleted") < 0.006 else ""
    email = person.email
    if person.email_kind == "own" and person.draw("crm spelling") < 0.12:
        email = f" {email.title()} " if person.draw("crm spaces") < 0.3 else email.title()
    typo = mistyped(email) if person.draw("crm typo") < 0.015 else email
    if typo != email:
        email = typo
        _plant(sink, "typo_domain", "crm_customer", person.system, person.customer_id,
               typo)  # fmt: skip
    record = _crm_row(person, person.system, person.customer_id, email, person.last_name,
                      created, changed, gone)  # fmt: skip
    sink("crm/customers", record)
    _truth(sink, "crm_customer", person.system, person.customer_id, person)
    if person.duplicate:
        name = person.last_name
        if person.draw("maiden") < 0.1:
            name = f"{name}-Vauclair"
        elif person.draw("capitals") < 0.4:
            name = name.upper()
        later = created + int(person.draw("dup created") * (plan.as_of_s - created))
        sink("crm/customers", _crm_row(person, person.duplicate_system,
                                       person.duplicate_id, person.duplicate_email, name,
                                       later, later, ""))  # fmt: skip
        _truth(sink, "crm_customer", person.duplicate_system, person.duplicate_id, person)
        _plant(sink, "duplicate_record", "crm_customer", person.duplicate_system,
               person.duplicate_id, f"{person.duplicate} of {person.system}"
               f" {person.customer_id}")  # fmt: skip
    traps = {
        "household_email": bool(shares_email(plan, who)),
        "household_device": bool(shares_device(plan, who)) and bool(who & 1),
        "placeholder_email": person.email_kind == "placeholder",
        "staff_email": person.email_kind == "staff",
        "tablet_account": origin_of(plan, who) == ORIGIN_TABLET,
        "gmail_variant": person.email_kind == "own" and person.is_gmail
        and person.web_email != person.email,
        "late_login": bool(has_account_of(plan, who)) and login_from_of(plan, who) > 7,
        "homonym": unit(seed, "first name", who) < 0.3
        and unit(seed, "last name", who) < 0.3,
        "id_collision": person.market == 1,
    }  # fmt: skip
    for trap, holds in traps.items():
        if holds:
            note = f"with {crm_id_of(plan, who ^ 1)}" if "household" in trap else (
                f"{person.first_name} {person.last_name}" if trap == "homonym" else "")
            _plant(sink, trap, "crm_customer", person.system, person.customer_id, note)


def crm_id_of(plan: Plan, who: int) -> str:
    """Id of somebody's home record."""
    return Person(plan, who).customer_id


def _crm_row(person: Person, system: str, customer_id: str, email: str, last_name: str,
             created: int, changed: int, gone: str) -> tuple[Any, ...]:  # fmt: skip
    line, city, code = person.address
    china = person.market == 2
    country = ("FR", "GB", "CN")[person.market]
    native = system == "crm_cn" and china
    return (
        system, customer_id,
        ("Mme", "M.") [person.gender == "M"] if person.market == 0 else
        ("Ms", "Mr")[person.gender == "M"],
        person.first_name, last_name,
        NATIVE.get(person.first_name, "") if native else "",
        NATIVE.get(person.last_name, "") if native else "",
        person.birth_date, person.gender, ("fr", "en", "zh")[person.market], email,
        person.spoken_phone, line, "", "Huangpu" if china and city == "Shanghai" else "",
        city, "", code, country, f"中国{city}" if native else "",
        person.store_id, person.advisor_id,
        ("", "silver", "gold", "black")[int(person.draw("tier") ** 2 * 4)],
        iso(created), iso(changed), gone,
    )  # fmt: skip


CONSENTS: tuple[tuple[str, float, float], ...] = (
    # purpose, chance of an answer, chance that the answer is yes
    ("email_marketing", 0.9, 0.75), ("clienteling", 0.88, 0.85), ("profiling", 0.8, 0.8),
    ("analytics", 0.6, 0.85), ("sms_marketing", 0.4, 0.6), ("phone_marketing", 0.3, 0.5),
    ("messaging_app", 0.3, 0.6), ("ad_sharing", 0.4, 0.3),
    ("cross_border_transfer", 0.35, 0.8),
)  # fmt: skip


ANSWERS = [f"answers {number}" for number in range(len(CONSENTS))]
AGREES = [f"agrees {number}" for number in range(len(CONSENTS))]
# A purpose is answered once and changed at most once.
RECEIVED = [[f"received {number} {at}" for at in (0, 1)] for number in range(len(CONSENTS))]


@windowed
def consents_of(plan: Plan, who: Any) -> Any:
    """Draws of the answers to each purpose, then of what they are."""
    return np.stack([unit(plan.seed, name, who) for name in ANSWERS + AGREES], axis=-1)


def _consent_rows(plan: Plan, person: Person, created: int, sink: Sink,
                  by_email: bool = False) -> None:  # fmt: skip
    country = ("FR", "GB", "CN")[person.market]
    draws = consents_of(plan, person.who)
    for number, (purpose, answers, agrees) in enumerate(CONSENTS):
        if draws[number] > answers:
            continue
        draw = draws[len(CONSENTS) + number]
        statuses: list[tuple[str, int]] = [("granted" if draw < agrees else "refused",
                                            created)]  # fmt: skip
        if draw < agrees * 0.07:
            share = unit(plan.seed, "withdraws", person.who, number)
            statuses.append(("withdrawn",
                             created + 60 + int(share * (plan.as_of_s - created - 60))))
        elif draw < agrees * 0.085:
            statuses.append(("refused", created))
        kind, subject, system = "crm_customer", person.customer_id, person.system
        if by_email or (purpose.startswith("email") and person.email
                        and unit(plan.seed, "by email", person.who) < 0.15):  # fmt: skip
            kind, subject, system = "email", person.email, "preference_centre"
        recipient = "social network" if purpose == "ad_sharing" else ""
        rows = []
        for at, (status, when) in enumerate(statuses):
            late = person.one(RECEIVED[number][at], 4)
            received = min(plan.as_of_s, when + (5, 600, 7200, 3 * DAY)[late])
            if when > plan.as_of_s:
                continue
            event = f"C{person.who:07d}-{number}-{at}"
            rows.append((event, system, kind, subject, purpose, recipient, status,
                         iso(when), iso(received), country, "2023-11",
                         f"form/{event.lower()}"))  # fmt: skip
            if at:
                trap = "consent_withdrawn" if status == "withdrawn" else "consent_conflict"
                _plant(sink, trap, "consent_event", system, event, purpose)
        # The log arrives out of order.
        for row in reversed(rows):
            sink("consent/consent_events", row)


def _membership_rows(plan: Plan, person: Person, created: int, sink: Sink) -> None:
    if person.loyalty_id:
        linked = person.draw("loyalty linked") < 0.7
        joined = created + int(person.draw("joined") * 0.5 * (plan.as_of_s - created))
        sink("loyalty/members", (
            person.loyalty_id, person.system, person.customer_id if linked else "",
            person.email if not linked or person.draw("loyal mail") < 0.6 else "",
            person.phone if person.draw("loyal phone") < 0.5 else "",
            ("classic", "silver", "gold")[person.one("loyal tier", 3)], iso(joined),
            person.one("points", 5000)))  # fmt: skip
        _truth(sink, "loyalty", person.system, person.loyalty_id, person)
    if person.draw("app") < 0.11:
        install = f"{mix(plan.seed, 'app', person.who):016x}"
        first = created + int(person.draw("app first") * (plan.as_of_s - created))
        last = first + int(person.draw("app last") * (plan.as_of_s - first))
        known = person.draw("app known")
        sink("app/installs", (
            install, ("ios", "android")[person.one("platform", 2)],
            person.web_email if known < 0.7 else "", person.system,
            person.customer_id if 0.4 < known < 0.9 else "", iso(first),
            iso(last)))  # fmt: skip
        _truth(sink, "app_instance", "app", install, person)
    if person.draw("case") < 0.07:
        opened = plan.start_s + int(person.draw("case at") * plan.total_days * DAY)
        closed = opened + DAY * (1 + person.one("case days", 20))
        if created < opened <= plan.as_of_s:
            known = person.draw("case known") < 0.7
            goods = catalogue()
            case = f"S{person.who:07d}"
            sink("service/cases", (
                case, person.system, person.customer_id if known else "",
                "" if known else person.email, "" if known else person.spoken_phone,
                ("phone", "email", "boutique", "chat")[person.one("case channel", 4)],
                ("repair", "size", "delivery", "engraving")[person.one("topic", 4)],
                goods.skus[person.one("case sku", len(goods.skus))].sku, iso(opened),
                iso(closed) if closed <= plan.as_of_s else "",
                "closed" if closed <= plan.as_of_s else "open"))  # fmt: skip
            _truth(sink, "service_case", person.system, case, person)


def _steward_rows(plan: Plan, person: Person, sink: Sink) -> None:
    decided = iso(plan.start_s + 20 * DAY)
    if plan.start_s + 20 * DAY > plan.as_of_s:
        return
    if person.duplicate == "abroad_other" and person.draw("steward") < 0.25:
        sink("stewardship/decisions", (
            f"D{person.who:07d}", person.system, person.customer_id,
            person.duplicate_system, person.duplicate_id, "same",
            "passport seen at the boutique", "steward.1", decided))  # fmt: skip
        _plant(sink, "steward_same", "crm_customer", person.system, person.customer_id, "")
    if shares_email(plan, person.who) and person.draw("steward") < 0.2:
        other = Person(plan, person.who ^ 1)
        sink("stewardship/decisions", (
            f"D{person.who:07d}", person.system, person.customer_id, other.system,
            other.customer_id, "different", "a couple with one mailbox", "steward.2",
            decided))  # fmt: skip
        _plant(sink, "steward_different", "crm_customer", person.system,
               person.customer_id, "")  # fmt: skip
    draw = person.draw("privacy")
    if draw < 0.008:
        kind = ("access", "erasure", "objection", "portability")[int(draw / 0.002)]
        received = plan.start_s + int(person.draw("privacy at") * plan.days * DAY * 0.9)
        if received + 2 * DAY < plan.as_of_s:
            sink("privacy/requests", (
                f"R{person.who:07d}", kind, "crm_customer", person.customer_id,
                iso(received), iso(received + DAY),
                ("received", "done")[person.one("privacy done", 2)]))  # fmt: skip
            _plant(sink, f"privacy_{kind}", "crm_customer", person.system,
                   person.customer_id, f"R{person.who:07d}")  # fmt: skip


def _appointment_rows(plan: Plan, person: Person, sink: Sink) -> None:
    """The status log of one appointment and what came of it."""
    who, seed = person.who, plan.seed
    fate = FATES[appointment_fate_of(plan, who)]
    first_day, last_day = appointment_of(plan, who), appointment_last_day_of(plan, who)
    site = person.market
    offset = plan.midnight(site, 0) - plan.start_s
    booked_day = first_day - s.booking_lead(plan, who)
    booked = plan.start_s + booked_day * DAY + offset + 39600 + person.one("bk", 20000)
    if s.booked_on_web(plan, who):
        booked = plan.start_s + booked_day * DAY + offset + DAY - 600
    hour = 10 + person.one("hour", 8)

    def starts(day: int) -> int:
        return plan.start_s + day * DAY + offset + hour * 3600

    log = [("booked", booked, first_day)]
    if fate == "moved":
        moved = booked + int((starts(first_day) - booked) * 0.6)
        log.append(("rescheduled", moved, last_day))
    end_day = last_day
    if person.draw("confirms") < 0.6:
        log.append(("confirmed", max(log[-1][1] + 3600, starts(end_day) - 2 * DAY),
                    end_day))  # fmt: skip
    if fate == "cancelled":
        log.append(("cancelled", max(log[-1][1] + 60, starts(end_day) - 26 * 3600),
                    end_day))  # fmt: skip
    elif fate == "no_show":
        log.append(("no_show", starts(end_day) + 3600, end_day))
    else:
        log.append(("checked_in", starts(end_day) - 240, end_day))
        log.append(("completed", starts(end_day) + 4000, end_day))
    log = [entry for entry in log if entry[1] <= plan.as_of_s]
    if not log:
        return
    appointment = f"AP{who:07d}"
    known = person.draw("how known")
    email = person.email or (person.mailbox if not person.is_customer else "")
    customer_id = person.customer_id if known < 0.58 else ""
    if known >= 0.85:
        email = ""
    phone = person.spoken_phone if known < 0.5 or known >= 0.85 else ""
    language = ("fr", "en", "zh")[person.market]
    via = "web" if s.booked_on_web(plan, who) else (
        "phone", "boutique", "advisor")[person.one("via", 3)]  # fmt: skip
    rows = [
        (f"{appointment}-{number}", appointment, person.store_id,
         person.system if customer_id else "", customer_id,
         email, phone, via, MOTIVES[person.one("motive", len(MOTIVES))],
         1 + person.one("party", 3), language, iso(starts(day)), iso(starts(day) + 3600),
         person.advisor_id, status, iso(when))
        for number, (status, when, day) in enumerate(log)
    ]  # fmt: skip
    if person.draw("log order") < 0.25 and len(rows) > 1:
        rows.reverse()
        _plant(sink, "out_of_order_events", "appointment", person.store_id, appointment, "")
    for row in rows:
        sink("appointments/appointment_events", row)
    _truth(sink, "appointment", person.store_id, appointment, person)
    if not person.is_customer and person.email:
        _consent_rows(plan, person, booked - DAY, sink, by_email=True)
    statuses = [entry[0] for entry in log]
    for status, trap in (("rescheduled", "reschedule"), ("cancelled", "cancellation"),
                         ("no_show", "no_show")):  # fmt: skip
        if status in statuses:
            _plant(sink, trap, "appointment", person.store_id, appointment, "")
    if "completed" not in statuses:
        return
    goods, taste = catalogue(), _taste(plan, who)
    bought = pos_skus(plan, who, last_day) if buys_at_appointment_of(plan, who) else []
    shown = [goods.bought(taste, unit(seed, "shown", who, n)) for n in range(3)]
    seen: dict[int, tuple[str, str]] = {}
    for at, number in enumerate(shown):
        outcome = ("shown", "tried", "declined")[pick(seed, "outcome", 3, who, at)]
        reason = ("price", "size", "thinking it over")[pick(seed, "why", 3, who, at)]
        seen[number] = (outcome, reason if outcome == "declined" else "")
    for number in bought if person.is_customer else []:
        seen[number] = ("bought", "")
    for number, (outcome, reason) in seen.items():
        sink("appointments/outcomes", (appointment, goods.skus[number].sku, outcome,
                                       reason, iso(log[-1][1])))  # fmt: skip


def _taste(plan: Plan, who: int, gift: int = 0) -> int:
    first, _, material, band = taste_of(plan, who, gift)
    return int(first * 12 + material * 3 + band)


# ---------------------------------------------------------------- what happens on a day


def buys_at_till(plan: Plan, who: np.ndarray, day: Any) -> np.ndarray:
    """Which customers buy in a boutique on a day; shapes broadcast."""
    created = created_day_of(plan, who)
    keen = unit(plan.seed, "keen", who) < 0.15
    rate = np.where(keen, 0.008, 0.0016)
    walk_in = (unit(plan.seed, "till", who, day) < rate) & (created <= day)
    first = (created == day) & (origin_of(plan, who) == ORIGIN_BOUTIQUE)
    visit = (
        (appointment_last_day_of(plan, who) == day)
        & (appointment_of(plan, who) != NEVER)
        & (appointment_fate_of(plan, who) < 2)
        & buys_at_appointment_of(plan, who)
    )
    return walk_in | first | visit


def pos_skus(plan: Plan, who: int, day: int) -> list[int]:
    """Skus of somebody's till receipt of a day."""
    gift = 1 if unit(plan.seed, "till gift", who, day) < 0.15 else 0
    many = 1 + int(unit(plan.seed, "till lines", who, day) * 2.3)
    goods, taste = catalogue(), _taste(plan, who, gift)
    return list(dict.fromkeys(
        goods.bought(taste, unit(plan.seed, "till sku", who, day, n)) for n in range(many)
    ))  # fmt: skip


def till_visits(plan: Plan, days: range, low: int,
                high: int) -> list[list[tuple[int, int]]]:  # fmt: skip
    """For each day, who of low..high-1 buys, or brings something back: (person, lag)."""
    everyone = np.arange(low, min(high, plan.customers), dtype=np.int64)
    if not len(everyone):
        return [[] for _ in days]
    first = max(0, days.start - max(RETURN_LAGS))
    bought = buys_at_till(plan, everyone[:, None], np.arange(first, days.stop))
    found: list[list[tuple[int, int]]] = []
    for day in days:
        visits = [(who, 0) for who in everyone[bought[:, day - first]].tolist()]
        for lag in RETURN_LAGS:
            if lag > day:
                continue
            back = everyone[bought[:, day - lag - first]]
            mine = (unit(plan.seed, "returns", back, day - lag) < 0.07) & (
                pick(plan.seed, "return lag", 3, back, day - lag) == RETURN_LAGS.index(lag)
            )
            visits += [(who, lag) for who in back[mine].tolist()]
        found.append(visits)
    return found


def till_rows(plan: Plan, day: int, visits: list[tuple[int, int]], sink: Sink) -> None:
    """Receipts and returns of a day."""
    for who, lag in visits:
        _receipt(plan, who, day - lag, lag, sink)


def _receipt(plan: Plan, who: int, day: int, lag: int, sink: Sink) -> None:
    """One receipt, or the return `lag` days later of the receipt of that day."""
    person, seed = person_of(plan, who), plan.seed
    store = stores(plan.customers)[store_of(plan, who)]
    site = store.market
    open_s = plan.midnight(site, day + lag) + 36000
    sold = open_s + pick(seed, "sold", 32400, who, day, lag)
    if sold > plan.as_of_s:
        return
    number = pick(seed, "receipt", 10**8, who, day)
    sale = f"{store.store_id}-{plan.date(day):%Y%m%d}-{number:08d}"
    transaction = f"{sale}-R" if lag else sale
    known = unit(seed, "till known", who, day)
    customer_id = person.customer_id if known < 0.62 else ""
    loyalty_id = person.loyalty_id if known < 0.15 or 0.62 <= known < 0.78 else ""
    receipt_email = person.email if 0.25 < known < 0.40 or 0.72 < known < 0.88 else ""
    email = person.email if 0.5 < known < 0.55 else ""
    if receipt_email and unit(seed, "till typo", who, day) < 0.06:
        wrong = mistyped(receipt_email)
        if wrong != receipt_email:
            _plant(sink, "typo_domain", "pos_transaction", person.system, transaction, wrong)
        receipt_email = wrong
    sink("pos/transactions", (
        transaction, store.store_id, person.system, customer_id, loyalty_id, email,
        person.spoken_phone if 0.3 < known < 0.36 else "", iso(sold),
        PROPERTIES[site].currency, "true" if lag else "false", sale if lag else "",
        person.advisor_id, receipt_email))  # fmt: skip
    _truth(sink, "pos_transaction", person.system, transaction, person)
    gift = unit(seed, "till gift", who, day) < 0.15
    goods, skus = catalogue(), pos_skus(plan, who, day)
    whole = len(skus) == 1 or unit(seed, "whole", who, day) < 0.5
    for at, sku in enumerate(skus, start=1):
        if lag and not whole and at > 1:
            continue
        price = local_price(goods.skus[sku], site)
        cut = 0.1 if unit(seed, "discount", who, day, at) < 0.1 else 0.0
        off = round(price * cut, 2)
        sign = -1 if lag else 1
        sink("pos/transaction_lines", (
            transaction, at, goods.skus[sku].sku, sign, f"{price:.2f}",
            f"{sign * off:.2f}", f"{sign * (price - off):.2f}",
            "true" if gift else "false"))  # fmt: skip
    if lag:
        note = "full" if whole else "partial"
        _plant(sink, "return", "pos_transaction", person.system, transaction, note)
    elif gift:
        _plant(sink, "gift", "pos_transaction", person.system, transaction, "")


def order_rows(plan: Plan, batch: s.Batch, sink: Sink) -> None:
    """Shop orders of the buying sessions of a batch, seen by analytics or not."""
    for row in np.nonzero(batch.buys >= 0)[0].tolist():
        who, uid, site = int(batch.who[row]), int(batch.uid[row]), batch.site
        person, seed = person_of(plan, who), plan.seed
        at = int(np.argmax(batch.state[row] == s.PURCHASE))
        ordered = int(batch.start_s[row]) + int(batch.ms[row, at]) // 1000
        if ordered > plan.as_of_s or not person.web_email:
            continue
        order = order_of(plan, site, uid, who, int(batch.buys[row]), int(batch.gift[row]))
        account = person.account_on(site)
        guest = not account or unit(seed, "guest", uid) < 0.25
        country = PROPERTIES[site].country
        ship = unit(seed, "ships", uid) < (0.25 if order.is_gift else 0.03)
        email = person.web_email
        if person.is_customer and unit(seed, "order mail", uid) < 0.04:
            email = person.second_email
        back = unit(seed, "order back", uid)
        back_s = ordered + (6 + pick(seed, "back days", 12, uid)) * DAY
        returned = back < 0.12 and back_s <= plan.as_of_s
        status = "cancelled" if 0.12 < back < 0.14 else ("returned" if returned
                                                        else "completed")  # fmt: skip
        system = PROPERTIES[site].crm_system
        sink("ecommerce/orders", (
            order.order_id, "" if guest else account, system, email,
            person.phone, iso(ordered), status, PROPERTIES[site].currency,
            f"{order.gross:.2f}", ("US" if country != "US" else "FR") if ship else country,
            "true" if guest else "false"))  # fmt: skip
        for number, line in enumerate(order.lines, start=1):
            mine = returned and (number == 1 or back < 0.05)
            sink("ecommerce/order_lines", (
                order.order_id, number, line.sku.sku, line.quantity,
                f"{line.unit_price:.2f}", f"{line.quantity * line.unit_price:.2f}",
                line.quantity if mine else 0, iso(back_s) if mine else ""))  # fmt: skip
        _truth(sink, "ecommerce_order", system, order.order_id, person)
        for trap, holds in (("guest_checkout", guest and person.is_customer),
                            ("gift", order.is_gift), ("shipped_elsewhere", ship),
                            ("return", returned), ("unseen_by_analytics",
                             bool(batch.refused[row]))):  # fmt: skip
            if holds:
                _plant(sink, trap, "ecommerce_order", system, order.order_id, "")


def web_rows(plan: Plan, batch: s.Batch, sink: Sink) -> None:
    """Truth of the cookies seen, and newsletter sign-ups of a batch."""
    web = PROPERTIES[batch.site].name
    seen = ~batch.refused & (batch.who >= 0) & (batch.start_s < plan.as_of_s)
    personal = seen & batch.first_own & (batch.kind == s.KIND_PERSON)
    for row in np.nonzero(personal)[0].tolist():
        owner = person_id_of(int(batch.who[row]))
        fvid = visitor_id(int(batch.visitor[row]))
        sink("truth/people", ("web_visitor", web, fvid, owner))
        for trap, holds in (("shared_device", batch.shared[row]),
                            ("cookie_lost", batch.lost[row]),
                            ("second_device", batch.second[row])):  # fmt: skip
            if holds:
                _plant(sink, trap, "web_visitor", web, fvid, owner)
    for row in np.nonzero(seen & (batch.state[:, 0] == s.PASSIVE))[0].tolist():
        _plant(sink, "no_interaction", "web_visitor", web,
               visitor_id(int(batch.visitor[row])),
               f"visitId {int(batch.start_s[row])}")  # fmt: skip
    for row in np.nonzero(batch.kind != s.KIND_PERSON)[0].tolist():
        kind = {s.KIND_BOT: "bot", s.KIND_TEST: "test_traffic",
                s.KIND_SCRAPER: "scraper"}.get(int(batch.kind[row]))  # fmt: skip
        if kind:
            _plant(sink, kind, "web_visitor", web, visitor_id(int(batch.visitor[row])), "")
    joins = seen & (batch.state == s.NEWSLETTER).any(axis=1)
    for row in np.nonzero(joins)[0].tolist():
        person = person_of(plan, int(batch.who[row]))
        at = int(np.argmax(batch.state[row] == s.NEWSLETTER))
        when = int(batch.start_s[row]) + int(batch.ms[row, at]) // 1000
        if person.web_email and when <= plan.as_of_s:
            event = f"N{int(batch.uid[row]):016x}"
            sink("newsletter/events", (event, person.web_email, "subscribe", "", iso(when)))
    split = seen & (
        (batch.state != 0)
        & (batch.start_s[:, None] + batch.ms // 1000
           >= _next_midnight(plan, batch))
    ).any(axis=1)  # fmt: skip
    for row in np.nonzero(split)[0].tolist():
        _plant(sink, "midnight_split", "web_visitor", web,
               visitor_id(int(batch.visitor[row])),
               f"visitId {int(batch.start_s[row])}")  # fmt: skip


def _next_midnight(plan: Plan, batch: s.Batch) -> np.ndarray:
    bounds = np.array([plan.midnight(batch.site, d) for d in range(plan.total_days + 2)])
    return bounds[np.searchsorted(bounds, batch.start_s, side="right")][:, None]


def mailed(plan: Plan, days: range, low: int, high: int) -> list[list[int]]:
    """For each day, who of low..high-1 is sent a mailing."""
    everyone = np.arange(low, max(low, min(high, plan.customers)), dtype=np.int64)
    everyone = everyone[unit(plan.seed, "subscriber", everyone) < 0.33]
    mail_day = pick(plan.seed, "mail day", 15, everyone)
    until = unit(plan.seed, "unsubscribed", everyone) * 400
    created = created_day_of(plan, everyone)
    return [everyone[((day + mail_day) % 15 == 0) & (until >= day) & (created < day)].tolist()
            for day in days]  # fmt: skip


def mail_rows(plan: Plan, day: int, people: list[int], sink: Sink) -> None:
    """Mailings of a day and what became of them."""
    for who in people:
        _mailing(plan, who, day, sink)


def marketplace_buyers(plan: Plan, days: range, low: int, high: int) -> list[list[int]]:
    """For each day, who of low..high-1 orders on a marketplace."""
    everyone = np.arange(low, high, dtype=np.int64)
    buys = unit(plan.seed, "marketplace", everyone[:, None], np.array(days)) < 0.00035
    return [everyone[column].tolist() for column in buys.T]


def marketplace_rows(plan: Plan, day: int, people: list[int], sink: Sink) -> None:
    """Marketplace orders of a day."""
    for who in people:
        _marketplace(plan, who, day, sink)


def _mailing(plan: Plan, who: int, day: int, sink: Sink) -> None:
    person = person_of(plan, who)
    if not person.email:
        return
    email, sent = person.email, plan.start_s + day * DAY + 28800
    campaign = f"lettre-{plan.date(day):%Y-%m}"
    typo = unit(plan.seed, "mail typo", who) < 0.01
    events = [("sent", 0)]
    draw = unit(plan.seed, "opens", who, day)
    if typo and mistyped(email) != email:
        email = mistyped(email)
        events.append(("bounced", 30))
    elif draw < 0.32:
        events.append(("opened", 600 + int(draw * 40000)))
        if draw < 0.06:
            events.append(("clicked", 700 + int(draw * 40000)))
        if 0.06 <= draw < 0.064:
            events.append(("unsubscribe", 800 + int(draw * 40000)))
        elif 0.064 <= draw < 0.065:
            events.append(("complained", 900 + int(draw * 40000)))
    for kind, delay in events:
        if sent + delay <= plan.as_of_s:
            sink("newsletter/events", (f"M{who:07d}-{day}-{kind}", email, kind, campaign,
                                       iso(sent + delay)))  # fmt: skip


def _marketplace(plan: Plan, who: int, day: int, sink: Sink) -> None:
    person, goods = person_of(plan, who), catalogue()
    place = ("galerie", "bazaar")[pick(plan.seed, "place", 2, who)]
    ordered = plan.midnight(person.market, day) + pick(plan.seed, "mk at", DAY, who, day)
    if ordered > plan.as_of_s:
        return
    order = f"MK{pick(plan.seed, 'mk', 10**9, who, day):09d}"
    buyer = mix(plan.seed, "buyer", who) % 10**10
    sku = goods.skus[goods.bought(_taste(plan, who), unit(plan.seed, "mk sku", who, day))]
    price, web = local_price(sku, person.market), PROPERTIES[person.market]
    sink("marketplace/orders", (place, order, f"B{buyer:010d}",
                                f"b{buyer:010d}@relay.{place}.example", iso(ordered),
                                web.currency, f"{price:.2f}", web.country))  # fmt: skip
    sink("marketplace/order_lines", (place, order, 1, sku.sku, 1, f"{price:.2f}"))
    _truth(sink, "marketplace_order", place, order, person)


def calendar_rows(plan: Plan, day: int, sink: Sink) -> None:
    """Exchange rates of a day, and weekly stock."""
    date = plan.date(day)
    for currency, rate in RATES.items():
        # One currency has no rate at weekends, so the last known day must serve.
        if currency == "CNY" and date.weekday() >= 5:
            continue
        wiggle = 1 + 0.02 * (unit(plan.seed, "rate", stream_number(currency), day) - 0.5)
        value = rate if currency == "EUR" else round(rate * wiggle, 6)
        sink("finance/exchange_rates", (date.isoformat(), currency, f"{value:.6f}"))
    moment = plan.start_s + day * DAY + 3 * 3600
    if day % 7 != (plan.days - 1) % 7 or moment > plan.as_of_s:
        return
    goods, instant = catalogue(), iso(moment)
    numbers = np.arange(len(goods.skus))
    names = [store.store_id for store in stores(plan.customers)] + [ONLINE_STORE]
    for at, store_id in enumerate(names):
        held = unit(plan.seed, "held", at, numbers) < (0.9 if store_id == ONLINE_STORE
                                                       else 0.3)  # fmt: skip
        ours = numbers[held]
        on_hand = pick(plan.seed, "on hand", 5, at, ours, day).tolist()
        moving = (unit(plan.seed, "moving", at, ours, day) < 0.06) * 1
        for number, count, moves in zip(ours.tolist(), on_hand, moving.tolist()):
            sink("stock/levels", (instant, store_id, goods.skus[number].sku, count, moves))


def stream_number(text: str) -> int:
    """A small number for a word."""
    return int.from_bytes(text.encode(), "big")


def lasting_rows(plan: Plan, sink: Sink) -> None:
    """Advisors, catalogue, shops and their devices."""
    every = stores(plan.customers)
    for at, store in enumerate(every):
        for number in (1, 2, 3):
            sink("crm/advisors", (
                f"A-{store.store_id}-{number}", store.store_id,
                f"Advisor {number} of {store.city}",
                f"advisor.{(at * 3 + number - 1) % 9 + 1}@{DOMAIN}", "2022-01-01",
                ""))  # fmt: skip
    for sku in catalogue().skus:
        label, _, _, _, materials = CATEGORIES[sku.category]
        sink("catalog/products", (
            sku.sku, sku.product_id, sku.name, label, sku.subcategory, sku.collection,
            materials[sku.material], sku.colour, sku.size, sku.gender,
            f"{sku.price:.2f}", "EUR", sku.launched_on.isoformat(),
            sku.discontinued_on.isoformat() if sku.discontinued_on else "",
            sku.web_item_id))  # fmt: skip
    for store in every:
        sink("catalog/stores", (store.store_id, store.name, "boutique", store.city,
                                store.country, store.timezone, store.region,
                                "2012-09-01", ""))  # fmt: skip
    sink("catalog/stores", (ONLINE_STORE, "Maison Orphée online", "online", "", "FR",
                            "Europe/Paris", "EMEA", "2015-03-01", ""))  # fmt: skip
    for at, store in enumerate(every):
        web = PROPERTIES[store.market].name
        device = int(mix(plan.seed, "tablet", np.array([at]), store.market)[0])
        sink("catalog/store_devices", (store.store_id, web, client_id(device),
                                       "2023-06-01", ""))  # fmt: skip
        _plant(sink, "boutique_tablet", "web_visitor", web, visitor_id(device),
               store.store_id)  # fmt: skip
    kiosk = int(mix(plan.seed, "tablet", np.array([-1]), 2)[0])
    _plant(sink, "unlisted_kiosk", "web_visitor", PROPERTIES[2].name, visitor_id(kiosk),
           every[2].store_id)  # fmt: skip


def reference_rows() -> dict[str, list[tuple[Any, ...]]]:
    """The configuration seeds that describe these properties."""
    slots: list[tuple[Any, ...]] = []
    for web in PROPERTIES:
        user_id = web.crm_scope == "userId"
        slots.append((web.name, "ga360", "user" if user_id else web.crm_scope,
                      "" if user_id else web.crm_slot, "userId" if user_id else "",
                      "crm_customer", web.crm_system))  # fmt: skip
        slots.append((web.name, "ga360", "hit", web.email_slot, "", "email_sha256", ""))
        slots.append((web.name, "ga360", "session", web.consent_slot, "",
                      "consent_analytics", ""))  # fmt: skip
        if web.loyalty_slot:
            slots.append((web.name, "ga360", "hit", web.loyalty_slot, "", "loyalty",
                          web.crm_system))  # fmt: skip
    return {
        "web_properties": [
            ("property", "source_system", "timezone", "country_code", "currency_code",
             "online_store_id", "crm_source_system"),
            *((web.name, "ga360", web.timezone, web.country, web.currency, ONLINE_STORE,
               web.crm_system) for web in PROPERTIES),
        ],
        "web_key_slots": [
            ("property", "source_system", "slot_scope", "slot_index", "slot_name",
             "meaning", "identifier_system"),
            *slots,
        ],
        "web_events": [
            ("property", "source_system", "event_category", "event_action", "meaning"),
            *((name, "ga360", category, action, meaning)
              for name, category, action, meaning in EVENTS),
        ],
    }  # fmt: skip

