"""Web sessions of one day: who comes, on which device, and the walk through the site.

Nothing here knows an analytics vendor: a `Batch` is rendered by a module per system.
Clicks come from a Markov walk steered by latent taste, popularity and noise. Purchases
come from taste alone, are decided before the walk and only end it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from .hashing import mix, pick, unit
from .house import PROPERTIES, catalogue
from .people import (
    NEVER,
    ORIGIN_TABLET,
    ORIGIN_WEB,
    analytics_refused_of,
    appointment_of,
    created_day_of,
    has_account_of,
    login_from_of,
    market_of,
    origin_of,
    shares_device,
    store_of,
    taste_of,
)
from .plan import Plan

# States of the walk; 0 is "no hit".
(NONE, HOME, LIST, CLICK, DETAIL, ADD, WISH, LOCATOR, SEARCH, PROMO, ADD_BESIDE, REMOVE,
 STARTS, SIGN_IN, SIGN_OUT, REGISTER, NEWSLETTER, REQUEST, CHECKOUT_1, CHECKOUT_2,
 PURCHASE, ECHO, PASSIVE, NOTIFY) = range(24)  # fmt: skip

WALK_STEPS = 26
_EXIT = NONE
_CHAIN: dict[int, tuple[tuple[int, float], ...]] = {
    HOME: ((LIST, 0.52), (SEARCH, 0.10), (LOCATOR, 0.04), (PROMO, 0.08), (_EXIT, 0.26)),
    PROMO: ((LIST, 0.75), (_EXIT, 0.25)),
    SEARCH: ((LIST, 0.80), (_EXIT, 0.20)),
    LIST: ((CLICK, 0.28), (DETAIL, 0.24), (LIST, 0.22), (HOME, 0.04), (_EXIT, 0.22)),
    CLICK: ((DETAIL, 1.0),),
    DETAIL: ((ADD, 0.06), (ADD_BESIDE, 0.02), (WISH, 0.05), (LIST, 0.36), (DETAIL, 0.20),
             (NOTIFY, 0.01), (LOCATOR, 0.02), (_EXIT, 0.28)),
    ADD: ((LIST, 0.35), (DETAIL, 0.25), (CHECKOUT_1, 0.08), (REMOVE, 0.07),
          (_EXIT, 0.25)),
    ADD_BESIDE: ((LIST, 0.4), (DETAIL, 0.3), (_EXIT, 0.3)),
    REMOVE: ((LIST, 0.5), (_EXIT, 0.5)),
    WISH: ((LIST, 0.5), (DETAIL, 0.2), (_EXIT, 0.3)),
    NOTIFY: ((LIST, 0.5), (_EXIT, 0.5)),
    LOCATOR: ((LIST, 0.3), (_EXIT, 0.7)),
    CHECKOUT_1: ((_EXIT, 1.0),),
}  # fmt: skip


def _chain() -> tuple[np.ndarray, np.ndarray]:
    """Cumulative chances and targets, one row per state."""
    cdf = np.ones((24, 8))
    target = np.zeros((24, 8), dtype=np.int8)
    for state, ways in _CHAIN.items():
        at = 0.0
        for number, (to, chance) in enumerate(ways):
            at += chance
            cdf[state, number] = at if number < len(ways) - 1 else 1.0
            target[state, number:] = to
    return cdf, target


CHAIN_CDF, CHAIN_TO = _chain()
HOURS = np.cumsum([1.6, 0.8, 0.4, 0.3, 0.3, 0.5, 1.2, 2.5, 3.8, 4.6, 5.0, 5.2, 5.6, 5.4,
                   5.0, 4.9, 5.0, 5.6, 6.4, 7.6, 8.8, 9.0, 6.8, 3.7])  # fmt: skip
HOURS = np.concatenate([[0.0], HOURS / HOURS[-1]])
# Mean seconds spent on a hit before the next one, by state.
DWELL = np.array([0, 22, 34, 1.5, 55, 4, 4, 25, 20, 9, 4, 4, 1, 12, 3, 15, 8, 9, 60, 70,
                  0, 20, 2, 4], dtype=float)  # fmt: skip
IS_PAGE = np.zeros(24, dtype=bool)
IS_PAGE[[HOME, LIST, DETAIL, LOCATOR, SEARCH, CHECKOUT_1, CHECKOUT_2, PURCHASE, ECHO]] = True

KIND_PERSON, KIND_TABLET, KIND_BOT, KIND_TEST, KIND_PASSIVE = range(5)


@dataclass
class Batch:
    """Sessions of one property, and their hits as dense matrices (0 = no hit).

    Attributes:
        site: index of the property.
        who: person in front of the screen, -1 for none.
        uid: 64-bit identity of the session, source of all its draws.
        visitor: 64-bit identity of the cookie.
        visit_number: 1 on the cookie's first visit.
        start_s: epoch seconds of the first hit.
        kind: one of the KIND_ numbers.
        slot: device slot, which decides the device.
        persisted: a user-scope id stands from an earlier visit.
        state, arg, ms: sessions x steps; what, which page or item, milliseconds.
        buys: sku index bought, -1 for none.
        refused: the banner was refused, so no vendor has the session.
        first_own: the person's first visit on this cookie.
    """

    site: int
    who: np.ndarray
    uid: np.ndarray
    visitor: np.ndarray
    visit_number: np.ndarray
    start_s: np.ndarray
    kind: np.ndarray
    slot: np.ndarray
    persisted: np.ndarray
    state: np.ndarray
    arg: np.ndarray
    ms: np.ndarray
    buys: np.ndarray
    gift: np.ndarray
    refused: np.ndarray
    first_own: np.ndarray
    shared: np.ndarray

    def __len__(self) -> int:
        return len(self.who)

    def take(self, rows: np.ndarray) -> Batch:
        """The same batch with only some sessions (mask or indexes)."""
        changed = {
            name: value[rows] if isinstance(value, np.ndarray) else value
            for name, value in self.__dict__.items()
        }
        return Batch(**changed)


def booking_lead(plan: Plan, who: Any) -> Any:
    """Days between booking and the appointment."""
    return 3 + pick(plan.seed, "booking lead", 35, who)


def booked_on_web(plan: Plan, who: Any) -> Any:
    """Whether the appointment is asked for on the site."""
    return unit(plan.seed, "booked via", who) < 0.55


def forced(plan: Plan, who: Any, day: Any) -> Any:
    """Days on which something must happen on the web: an account, a booking."""
    registers = (created_day_of(plan, who) == day) & (origin_of(plan, who) == ORIGIN_WEB)
    planned = appointment_of(plan, who)
    books = (planned - booking_lead(plan, who) == day) & (planned != NEVER)
    return ((who < plan.customers) & registers) | (books & booked_on_web(plan, who))


def acts(plan: Plan, who: np.ndarray, day: Any) -> np.ndarray:
    """Whether people come to a site on a day; shapes broadcast."""
    level = unit(plan.seed, "appetite", who)
    customer = who < plan.customers
    rate = np.select(
        [~customer, level < 0.30, level < 0.70, level < 0.95], [0.34, 0, 0.035, 0.12], 0.3
    )
    planned = appointment_of(plan, who)
    has_appointment = planned != NEVER
    rate = np.where(has_appointment, np.maximum(rate, 0.16), rate)
    centre = np.where(
        has_appointment,
        planned - 14,
        (unit(plan.seed, "interest centre", who) * (plan.days + 8) - 4).astype(np.int64),
    )
    away = np.abs(day - centre)
    near = np.where(customer, away <= 13, away <= 3)
    boost = np.where(customer, np.where(near, 1.9, 0.5), np.where(near, 1.0, 0.0))
    return (unit(plan.seed, "comes", who, day) < rate * boost) | forced(plan, who, day)


def place(plan: Plan, who: np.ndarray, day: Any) -> tuple[np.ndarray, np.ndarray]:
    """Property and device slot (0 telephone, 1 desktop, 2 tablet) of a day's visit."""
    market = market_of(plan, who)
    away = unit(plan.seed, "other site", who, day)
    must = forced(plan, who, day)
    site = np.where((away < 0.05) & ~must, (market + 1 + (away < 0.02)) % 3, market)
    draw = unit(plan.seed, "slot", who, day)
    slot = (draw > 0.58) * 1 + (draw > 0.95) * 1
    return site, np.where(who < plan.customers, slot, draw > 0.6)


def cookie(plan: Plan, who: np.ndarray, slot: np.ndarray, day: Any) -> tuple[Any, Any]:
    """Owner of the device and the generation of its cookie (a lost cookie is a new one)."""
    shared = shares_device(plan, who) & (slot == 1)
    owner = np.where(shared, who & ~np.int64(1), who)
    short = unit(plan.seed, "cookie life", owner, slot) < 0.22
    life = np.where(short, 12 + pick(plan.seed, "cookie days", 28, owner, slot), 4000)
    return owner, (day + pick(plan.seed, "cookie phase", 4000, owner, slot) % life) // life


def returns_twice(plan: Plan, who: np.ndarray, day: Any) -> np.ndarray:
    """Whether there is a second session the same day."""
    return unit(plan.seed, "comes again", who, day) < 0.12


def visits_before(plan: Plan, who: np.ndarray, site: np.ndarray, owner: np.ndarray,
                  slot: np.ndarray, generation: np.ndarray, day: int) -> np.ndarray:  # fmt: skip
    """Visits of these people on these cookies on earlier days."""
    if day <= 0 or not len(who):
        return np.zeros(len(who), dtype=np.int64)
    column = who[:, None]
    days = np.arange(day)[None, :]
    rows, at = np.nonzero(acts(plan, column, days))
    then_who, then_day = who[rows], at.astype(np.int64)
    then_site, then_slot = place(plan, then_who, then_day)
    then_owner, then_generation = cookie(plan, then_who, then_slot, then_day)
    same = (
        (then_site == site[rows])
        & (then_slot == slot[rows])
        & (then_owner == owner[rows])
        & (then_generation == generation[rows])
    )
    weight = same * (1 + returns_twice(plan, then_who, then_day))
    return np.bincount(rows, weights=weight, minlength=len(who)).astype(np.int64)


def can_sign_in(plan: Plan, who: np.ndarray, site: np.ndarray, day: Any) -> np.ndarray:
    """Whether the person has an account on the property and signs in by that day."""
    market = market_of(plan, who)
    draw = unit(plan.seed, "duplicate", who)
    other = (market + 1 + pick(plan.seed, "abroad", 2, who)) % 3
    account = (site == market) | ((draw < 0.095) & (site == other))
    return has_account_of(plan, who) & account & (login_from_of(plan, who) <= day)


def signs_in(plan: Plan, who: np.ndarray, site: np.ndarray, day: Any) -> np.ndarray:
    """Whether the day's visit includes a sign-in."""
    registers = (created_day_of(plan, who) == day) & (origin_of(plan, who) == ORIGIN_WEB)
    draw = unit(plan.seed, "signs in", who, day)
    return can_sign_in(plan, who, site, day) & (draw < 0.38) & ~registers


def signed_in_before(plan: Plan, who: np.ndarray, site: np.ndarray, slot: np.ndarray,
                     generation: np.ndarray, day: int) -> np.ndarray:  # fmt: skip
    """Whether an earlier visit on the same cookie signed in (user scope persists)."""
    if day <= 0 or not len(who):
        return np.zeros(len(who), dtype=bool)
    rows, at = np.nonzero(acts(plan, who[:, None], np.arange(day)[None, :]))
    then_who, then_day = who[rows], at.astype(np.int64)
    then_site, then_slot = place(plan, then_who, then_day)
    _, then_generation = cookie(plan, then_who, then_slot, then_day)
    hit = (
        (then_site == site[rows])
        & (then_slot == slot[rows])
        & (then_generation == generation[rows])
        & signs_in(plan, then_who, then_site, then_day)
    )
    return np.bincount(rows, weights=hit, minlength=len(who)) > 0


def start_second(uid: np.ndarray, seed: int, second: np.ndarray) -> np.ndarray:
    """Seconds after local midnight; a second visit comes within the next hours."""
    draw = unit(seed, "hour", uid)
    hour = np.searchsorted(HOURS, draw, side="right") - 1
    within = (draw - HOURS[hour]) / (HOURS[hour + 1] - HOURS[hour])
    seconds = ((hour + within) * 3600).astype(np.int64)
    early = (seconds * 0.4).astype(np.int64)
    return np.where(second == 1, np.maximum(seconds, 52000), np.where(second == 2, early,
                                                                     seconds))  # fmt: skip


def _day_second(plan: Plan, who: np.ndarray, day: int, visit: int,
                twice: np.ndarray) -> np.ndarray:  # fmt: skip
    """Seconds after local midnight at which a person's first or second visit starts."""
    uid = mix(plan.seed, "session", who, day, visit)
    return start_second(uid, plan.seed, np.where(twice, 1 if visit else 2, 0))


def person_batches(plan: Plan, day: int, low: int, high: int,
                   only_late: bool = False) -> list[Batch]:  # fmt: skip
    """Sessions of people low..high-1 on a day, one batch per property and visit.

    With `only_late`, those that may last beyond midnight: no session exceeds two hours.
    """
    everyone = np.arange(low, high, dtype=np.int64)
    who = everyone[acts(plan, everyone, day)]
    twice = returns_twice(plan, who, day)
    if only_late:
        second = _day_second(plan, who, day, 0, twice)
        second = np.maximum(second, np.where(twice, _day_second(plan, who, day, 1, twice), 0))
        who = who[second > 86400 - 3 * 3600]
        twice = returns_twice(plan, who, day)
    site, slot = place(plan, who, day)
    slot = slot.astype(np.int64)
    owner, generation = cookie(plan, who, slot, day)
    before = visits_before(plan, who, site, owner, slot, generation, day)
    shared = shares_device(plan, who) & (slot == 1)
    other = visits_before(plan, who ^ 1, site, owner, slot, generation, day) * shared
    persisted = ~shared & signed_in_before(plan, who, site, slot, generation, day)
    batches = []
    for number in range(len(PROPERTIES)):
        for visit in (0, 1):
            rows = (site == number) & (twice if visit else np.ones(len(who), dtype=bool))
            ours = who[rows]
            uid = mix(plan.seed, "session", ours, day, visit)
            start = plan.midnight(number, day) + _day_second(plan, ours, day, visit,
                                                             twice[rows])  # fmt: skip
            visitor = mix(plan.seed, "visitor", owner[rows], slot[rows], generation[rows],
                          number)  # fmt: skip
            count = before[rows] + other[rows] + 1 + visit
            batches.append(
                _walked(plan, day, number, ours, uid, visitor, count, start,
                        np.full(len(ours), KIND_PERSON), slot[rows], persisted[rows],
                        (before[rows] == 0) & (visit == 0), shared[rows], visit == 0)
            )  # fmt: skip
    return [batch for batch in batches if len(batch)]


def _walked(plan: Plan, day: int, site: int, who: np.ndarray, uid: np.ndarray,
            visitor: np.ndarray, count: np.ndarray, start: np.ndarray, kind: np.ndarray,
            slot: np.ndarray, persisted: np.ndarray, first: np.ndarray,
            shared: np.ndarray, events: bool) -> Batch:  # fmt: skip
    """Fill the matrices of sessions of people."""
    seed, size = plan.seed, len(who)
    sites = np.full(size, site)
    gift = np.where(unit(seed, "gift session", uid) < 0.08,
                    1 + pick(seed, "gift number", 3, who), 0)  # fmt: skip
    taste = taste_of(plan, who, gift)
    planned = appointment_of(plan, who)
    entries: dict[int, np.ndarray] = {}
    if events:
        entries[SIGN_IN] = signs_in(plan, who, sites, day)
        entries[REGISTER] = (
            (created_day_of(plan, who) == day)
            & (origin_of(plan, who) == ORIGIN_WEB)
            & (market_of(plan, who) == sites)
            & (who < plan.customers)
        )
        entries[REQUEST] = (
            (planned - booking_lead(plan, who) == day)
            & (planned != NEVER)
            & booked_on_web(plan, who)
        )
    mailed = (who < plan.customers) | (unit(seed, "prospect", who) < 0.25)
    entries[NEWSLETTER] = (unit(seed, "newsletter session", uid) < 0.012) & mailed
    entries[SIGN_OUT] = np.zeros(size, dtype=bool)
    if events:
        entries[SIGN_OUT] = entries[SIGN_IN] & (unit(seed, "signs out", uid) < 0.3)
    buys = np.full(size, -1, dtype=np.int64)
    buyers = np.nonzero((unit(seed, "buys", uid) < 0.024) & mailed)[0]
    draws = unit(seed, "bought sku", uid)
    for row in buyers:
        full_taste = int(taste[0][row] * 12 + taste[2][row] * 3 + taste[3][row])
        buys[row] = catalogue().bought(full_taste, float(draws[row]))
    state, arg = walk(seed, uid, taste, entries, buys)
    passive = unit(seed, "passive", uid) < 0.004
    state[passive] = 0
    state[passive, 0] = PASSIVE
    buys[passive] = -1
    ms = clock(seed, uid, state)
    return Batch(site, who, uid, visitor, count, start, kind, slot, persisted, state, arg,
                 ms, buys, gift, analytics_refused_of(plan, who), first,
                 shared)  # fmt: skip


def walk(seed: int, uid: np.ndarray, taste: tuple[Any, Any, Any, Any],
         entries: dict[int, np.ndarray], buys: np.ndarray,
         steps: int = WALK_STEPS) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
    """States and arguments of every step.

    Columns: an entry page, one column per planned event (sign-in, account, …), the walk,
    the purchase, the sign-out.
    """
    goods, size = catalogue(), len(uid)
    planned = [kind for kind in entries if kind != SIGN_OUT]
    width = 1 + len(planned) + steps + 7
    state = np.zeros((size, width), dtype=np.int8)
    arg = np.zeros((size, width), dtype=np.int16)
    first, second, material, band = taste
    column_taste = material * 3 + band
    rows = np.arange(size)
    draw = unit(seed, "entry", uid)
    now = np.select([draw < 0.46, draw < 0.74, draw < 0.94], [HOME, LIST, DETAIL], SEARCH)
    page = _page(seed, uid, 0, first, second)
    item = _item(seed, uid, 0, page, column_taste)
    state[:, 0], arg[:, 0] = now, np.where(now == LIST, page, item)
    for column, kind in enumerate(planned, start=1):
        state[:, column] = np.where(entries[kind], kind, 0)
    column = 1 + len(planned)
    for step in range(1, steps + 1):
        if not len(rows):
            break
        ids = uid[rows]
        draw = unit(seed, "step", ids, step)
        way = (draw[:, None] >= CHAIN_CDF[now]).sum(axis=1)
        before = now
        now = CHAIN_TO[now, np.minimum(way, 7)]
        new_page = _page(seed, ids, step, first[rows], second[rows])
        page = np.where(now == LIST, new_page, page)
        new_item = _item(seed, ids, step, page, column_taste[rows])
        moves = (now == CLICK) | ((now == DETAIL) & (before != CLICK))
        item = np.where(moves, new_item, item)
        state[rows, column] = now
        arg[rows, column] = np.where(now == LIST, page, item)
        stays = now != _EXIT
        rows, now, page, item = rows[stays], now[stays], page[stays], item[stays]
        column += 1
    column = 1 + len(planned) + steps
    bought = np.nonzero(buys >= 0)[0]
    for offset, kind in enumerate((DETAIL, ADD, CHECKOUT_1, CHECKOUT_2, PURCHASE, ECHO)):
        state[bought, column + offset] = kind
        arg[bought, column + offset] = goods.sku_item[buys[bought]]
    if SIGN_OUT in entries:
        state[:, column + 6] = np.where(entries[SIGN_OUT], SIGN_OUT, 0)
    return state, arg


def _page(seed: int, uid: np.ndarray, step: int, first: Any, second: Any) -> np.ndarray:
    """A list page: mostly of the liked categories, the popular pages more often."""
    goods = catalogue()
    draw = unit(seed, "category", uid, step)
    category = np.select([draw < 0.55, draw < 0.75], [first, second],
                         (draw * 1e6).astype(np.int64) % 6)  # fmt: skip
    count = goods.page_count[category]
    depth = unit(seed, "depth", uid, step) ** 2
    return goods.first_page[category] + (depth * count).astype(np.int64)


def _item(seed: int, uid: np.ndarray, step: int, page: Any, taste: Any) -> np.ndarray:
    """One product of a list page, as taste has it."""
    goods = catalogue()
    draw = unit(seed, "item", uid, step)
    place_on_page = (draw[:, None] >= goods.page_cdf[page, taste]).sum(axis=1)
    return goods.pages[page, np.minimum(place_on_page, goods.page_size - 1)]


def clock(seed: int, uid: np.ndarray, state: np.ndarray) -> np.ndarray:
    """Milliseconds since the first hit, rising along each row."""
    steps = np.arange(state.shape[1])[None, :]
    draw = unit(seed, "dwell", uid[:, None], steps)
    spent = np.minimum(-np.log1p(-draw) * DWELL[state] * 1000, 700_000).astype(np.int64)
    spent[state == PURCHASE] = 40
    # Two hits of the same millisecond happen: only the hit number tells their order.
    spent[(state == CLICK) & (draw < 0.05)] = 0
    total = np.cumsum(spent, axis=1)
    return np.minimum(total - spent, 7_190_000)


def tablet_batches(plan: Plan, day: int, low: int, high: int) -> list[Batch]:
    """Accounts opened on boutique tablets by people low..high-1."""
    everyone = np.arange(low, min(high, plan.customers), dtype=np.int64)
    here = (created_day_of(plan, everyone) == day) & (
        origin_of(plan, everyone) == ORIGIN_TABLET
    )
    who = everyone[here]
    if not len(who):
        return []
    market = market_of(plan, who)
    batches = []
    for site in range(len(PROPERTIES)):
        ours = who[market == site]
        if not len(ours):
            continue
        uid = mix(plan.seed, "tablet session", ours, day)
        start = tablet_start(plan, site, ours, day)
        device = np.array([tablet_of(plan, int(w)) for w in ours])
        visitor = mix(plan.seed, "tablet", device, site)
        off = np.zeros(len(ours), dtype=bool)
        taste = taste_of(plan, ours, 0)
        state, arg = walk(plan.seed, uid, taste,
                          {REGISTER: ~off}, np.full(len(ours), -1), 8)  # fmt: skip
        batches.append(Batch(
            site, ours, uid, visitor, np.full(len(ours), 2 + day), start,
            np.full(len(ours), KIND_TABLET), np.full(len(ours), 2), off, state, arg,
            clock(plan.seed, uid, state), np.full(len(ours), -1),
            np.zeros(len(ours), dtype=np.int64), off, off, ~off))  # fmt: skip
    return batches


def tablet_start(plan: Plan, site: int, who: np.ndarray, day: int) -> np.ndarray:
    """When somebody's account is opened on the boutique tablet, epoch seconds."""
    uid = mix(plan.seed, "tablet session", who, day)
    return plan.midnight(site, day) + 36000 + pick(plan.seed, "tablet hour", 32000, uid)


def tablet_of(plan: Plan, who: int) -> int:
    """Number of the boutique device: store index, or the unlisted kiosk of Shanghai."""
    store = store_of(plan, who)
    kiosk = store == 2 and unit(plan.seed, "kiosk", who) < 0.45
    return -1 if kiosk else store


def machine_batches(plan: Plan, day: int) -> list[Batch]:
    """Bots and test traffic of a day, one batch per property."""
    batches = []
    for site in range(len(PROPERTIES)):
        kinds: list[int] = []
        if pick(plan.seed, "crawler", 3, site, day) == 0:
            kinds.append(KIND_BOT)
        if pick(plan.seed, "scraper", 15, site, day) == 0:
            kinds.append(KIND_BOT + 100)
        if pick(plan.seed, "tester", 6, site, day) == 0:
            kinds.append(KIND_TEST)
        for kind in kinds:
            big = kind > 100
            uid = mix(plan.seed, "machine", np.array([kind]), site, day)
            start = plan.midnight(site, day) + 7200 + pick(plan.seed, "mh", 60000, uid)
            taste = taste_of(plan, np.array([day]), 9)
            off = np.zeros(1, dtype=bool)
            state, arg = walk(plan.seed, uid, taste, {}, np.full(1, -1))
            if big:
                state, arg = _scrape(plan, uid)
            batches.append(Batch(
                site, np.array([-1]), uid, mix(plan.seed, "bot", np.array([kind]), site),
                np.array([day + 1]), start,
                np.array([kind - 100 if big else kind]),
                np.array([1]), off, state, arg, clock(plan.seed, uid, state) // (
                    40 if big else 1), np.array([-1]),
                np.array([0]), off, off, off))  # fmt: skip
    return batches


def _scrape(plan: Plan, uid: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A robot that opens hundreds of product pages in a row."""
    many = 260 + int(pick(plan.seed, "scrape", 200, uid)[0])
    items = np.arange(many) % len(catalogue().items)
    return np.full((1, many), DETAIL, dtype=np.int8), items[None, :].astype(np.int16)
