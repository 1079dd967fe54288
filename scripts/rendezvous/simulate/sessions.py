"""Web sessions of one day: who comes, on which device, and the walk through the site.

Nothing here knows an analytics vendor: a `Batch` is rendered by a module per system.
Clicks come from a Markov walk steered by latent taste, popularity and noise. Purchases
come from taste alone, are decided before the walk and only end it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from .hashing import GOLDEN, MASK, UNIT, finish_array, mix, pick, unit
from .house import PROPERTIES, catalogue, stores
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

WALK_STEPS = 30
_EXIT = NONE
_CHAIN: dict[int, tuple[tuple[int, float], ...]] = {
    HOME: ((LIST, 0.60), (SEARCH, 0.10), (LOCATOR, 0.03), (PROMO, 0.08), (_EXIT, 0.19)),
    PROMO: ((LIST, 0.85), (_EXIT, 0.15)),
    SEARCH: ((LIST, 0.85), (_EXIT, 0.15)),
    LIST: ((CLICK, 0.30), (DETAIL, 0.28), (LIST, 0.26), (HOME, 0.04), (_EXIT, 0.12)),
    CLICK: ((DETAIL, 1.0),),
    DETAIL: ((ADD, 0.045), (ADD_BESIDE, 0.015), (WISH, 0.045), (LIST, 0.40),
             (DETAIL, 0.305), (NOTIFY, 0.01), (_EXIT, 0.18)),
    ADD: ((LIST, 0.35), (DETAIL, 0.25), (CHECKOUT_1, 0.08), (REMOVE, 0.07),
          (_EXIT, 0.25)),
    ADD_BESIDE: ((LIST, 0.4), (DETAIL, 0.3), (_EXIT, 0.3)),
    REMOVE: ((LIST, 0.5), (_EXIT, 0.5)),
    WISH: ((LIST, 0.5), (DETAIL, 0.3), (_EXIT, 0.2)),
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

KIND_PERSON, KIND_TABLET, KIND_BOT, KIND_TEST, KIND_SCRAPER = range(5)
NO_HITS = np.zeros(0, dtype=np.int64)


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
        shared: the device belongs to a couple.
        lost: the cookie replaces one that was lost on the same device.
        second: the person came on another device before.
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
    lost: np.ndarray
    second: np.ndarray

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
    return 4 + pick(plan.seed, "booking lead", 46, who)


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
        planned - booking_lead(plan, who) - 4,
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


def history(plan: Plan, who: np.ndarray, site: np.ndarray, owner: np.ndarray,
            slot: np.ndarray, generation: np.ndarray, day: int) -> np.ndarray:  # fmt: skip
    """What people did on earlier days, one row each of four counts.

    Returns:
        Visits on this cookie, sign-ins on it, visits on the same device before its cookie
        was lost, visits on another device of the same property.
    """
    size = len(who)
    if day <= 0 or not size:
        return np.zeros((4, size), dtype=np.int64)
    rows, at = np.nonzero(acts(plan, who[:, None], np.arange(day)[None, :]))
    then_who, then_day = who[rows], at.astype(np.int64)
    then_site, then_slot = place(plan, then_who, then_day)
    then_owner, then_generation = cookie(plan, then_who, then_slot, then_day)
    here = then_site == site[rows]
    device = here & (then_slot == slot[rows]) & (then_owner == owner[rows])
    same = device & (then_generation == generation[rows])
    weights = (
        same * (1 + returns_twice(plan, then_who, then_day)),
        same & signs_in(plan, then_who, then_site, then_day),
        device & ~same,
        here & (then_slot != slot[rows]),
    )
    return np.array([np.bincount(rows, weight, size) for weight in weights]).astype(np.int64)


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
    if not len(who):
        return []
    # First and second visits of all sites walk together: big arrays, few calls.
    visit = np.concatenate([np.zeros(len(who), dtype=np.int64),
                            np.ones(int(twice.sum()), dtype=np.int64)])  # fmt: skip
    who, twice = np.concatenate([who, who[twice]]), np.concatenate([twice, twice[twice]])
    site, slot = place(plan, who, day)
    slot = slot.astype(np.int64)
    owner, generation = cookie(plan, who, slot, day)
    before, signed, before_loss, elsewhere = history(plan, who, site, owner, slot,
                                                     generation, day)  # fmt: skip
    shared = shares_device(plan, who) & (slot == 1)
    both = np.nonzero(shared)[0]
    count = before + 1 + visit
    count[both] += history(plan, who[both] ^ 1, site[both], owner[both], slot[both],
                           generation[both], day)[0]  # fmt: skip
    first = (before == 0) & (visit == 0)
    midnights = np.array([plan.midnight(number, day) for number in range(len(PROPERTIES))])
    uid = mix(plan.seed, "session", who, day, visit)
    start = midnights[site] + start_second(
        uid, plan.seed, np.where(twice, np.where(visit == 1, 1, 2), 0)
    )
    visitor = mix(plan.seed, "visitor", owner, slot, generation, site)
    every = _walked(plan, day, site, visit, Batch(
        -1, who, uid, visitor, count, start, np.full(len(who), KIND_PERSON), slot,
        (signed > 0) & ~shared, NO_HITS, NO_HITS, NO_HITS, NO_HITS, NO_HITS,
        analytics_refused_of(plan, who), first, shared,
        first & (before_loss > 0), first & (elsewhere > 0)))  # fmt: skip
    batches = []
    for number in range(len(PROPERTIES)):
        batch = every.take(site == number)
        batch.site = number
        batches.append(batch)
    return [batch for batch in batches if len(batch)]


def _walked(plan: Plan, day: int, sites: np.ndarray, visit: np.ndarray,
            batch: Batch) -> Batch:  # fmt: skip
    """Fill in what people do in their sessions."""
    seed, who, uid, size = plan.seed, batch.who, batch.uid, len(batch.who)
    gift = np.where(unit(seed, "gift session", uid) < 0.08,
                    1 + pick(seed, "gift number", 3, who), 0)  # fmt: skip
    taste = taste_of(plan, who, gift)
    planned = appointment_of(plan, who)
    registers = (
        (created_day_of(plan, who) == day)
        & (origin_of(plan, who) == ORIGIN_WEB)
        & (market_of(plan, who) == sites)
        & (who < plan.customers)
    )
    books = (planned - booking_lead(plan, who) == day) & booked_on_web(plan, who)
    mailed = (who < plan.customers) | (unit(seed, "prospect", who) < 0.25)
    entries = {
        SIGN_IN: signs_in(plan, who, sites, day) & (visit == 0),
        REGISTER: registers & (visit == 0),
        REQUEST: books & (planned != NEVER) & (visit == 0),
        NEWSLETTER: (unit(seed, "newsletter session", uid) < 0.012) & mailed,
    }
    entries[SIGN_OUT] = entries[SIGN_IN] & (unit(seed, "signs out", uid) < 0.3)
    buys = np.full(size, -1, dtype=np.int64)
    draws = unit(seed, "bought sku", uid)
    for row in np.nonzero((unit(seed, "buys", uid) < 0.024) & mailed)[0]:
        full_taste = int(taste[0][row] * 12 + taste[2][row] * 3 + taste[3][row])
        buys[row] = catalogue().bought(full_taste, float(draws[row]))
    state, arg = walk(seed, uid, taste, entries, buys)
    passive = unit(seed, "passive", uid) < 0.004
    state[passive] = 0
    state[passive, 0] = PASSIVE
    buys[passive] = -1
    batch.gift, batch.buys, batch.state, batch.arg = gift, buys, state, arg
    batch.ms = clock(seed, uid, state)
    return batch


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
    rows, root = np.arange(size), mix(seed, "walk", uid)
    bits = _bits(root, 0)
    now = np.select([bits[0] < 0.46, bits[0] < 0.74, bits[0] < 0.94],
                    [HOME, LIST, DETAIL], SEARCH)  # fmt: skip
    page = _page(bits, first, second)
    item = _item(bits[3], page, column_taste)
    state[:, 0], arg[:, 0] = now, np.where(now == LIST, page, item)
    for column, kind in enumerate(planned, start=1):
        state[:, column] = np.where(entries[kind], kind, 0)
    column = 1 + len(planned)
    for step in range(1, steps + 1):
        if not len(rows):
            break
        bits = _bits(root[rows], step)
        way = (bits[0][:, None] >= CHAIN_CDF[now]).sum(axis=1)
        before = now
        now = CHAIN_TO[now, np.minimum(way, 7)]
        stays = np.nonzero(now != _EXIT)[0]
        rows, now, before = rows[stays], now[stays], before[stays]
        page, item, bits = page[stays], item[stays], bits[:, stays]
        lists = np.nonzero(now == LIST)[0]
        page[lists] = _page(bits[:, lists], first[rows[lists]], second[rows[lists]])
        moves = np.nonzero((now == CLICK) | ((now == DETAIL) & (before != CLICK)))[0]
        item[moves] = _item(bits[3][moves], page[moves], column_taste[rows[moves]])
        state[rows, column] = now
        arg[rows, column] = np.where(now == LIST, page, item)
        column += 1
    column = 1 + len(planned) + steps
    bought = np.nonzero(buys >= 0)[0]
    for offset, kind in enumerate((DETAIL, ADD, CHECKOUT_1, CHECKOUT_2, PURCHASE, ECHO)):
        state[bought, column + offset] = kind
        arg[bought, column + offset] = goods.sku_item[buys[bought]]
    if SIGN_OUT in entries:
        state[:, column + 6] = np.where(entries[SIGN_OUT], SIGN_OUT, 0)
    return state, arg


def _bits(root: np.ndarray, step: int) -> np.ndarray:
    """Four draws of 16 bits for a step of each session."""
    whole = finish_array(root ^ np.uint64(step * GOLDEN & MASK))
    shifts = np.array([[0], [16], [32], [48]], dtype=np.uint64)
    return ((whole[None, :] >> shifts) & np.uint64(0xFFFF)) * (1.0 / 65536)


def _page(bits: np.ndarray, first: Any, second: Any) -> np.ndarray:
    """A list page: mostly of the liked categories, the popular pages more often."""
    goods = catalogue()
    draw = bits[1]
    category = np.where(draw < 0.55, first, np.where(draw < 0.75, second,
                                                     (draw * 60000).astype(np.int64) % 6))
    return goods.first_page[category] + (
        bits[2] ** 2 * goods.page_count[category]
    ).astype(np.int64)


def _item(draw: np.ndarray, page: Any, taste: Any) -> np.ndarray:
    """One product of a list page, as taste has it."""
    goods = catalogue()
    place_on_page = (draw[:, None] >= goods.page_cdf[page, taste]).sum(axis=1)
    return goods.pages[page, np.minimum(place_on_page, goods.page_size - 1)]


def clock(seed: int, uid: np.ndarray, state: np.ndarray) -> np.ndarray:
    """Milliseconds since the first hit, rising along each row."""
    rows, columns = np.nonzero(state)
    kind = state[rows, columns]
    draw = (finish_array(mix(seed, "dwell", uid)[rows] ^ columns.astype(np.uint64))
            >> np.uint64(11)) * UNIT  # fmt: skip
    stay = np.minimum(-np.log1p(-draw) * DWELL[kind] * 1000, 700_000).astype(np.int64)
    stay[kind == PURCHASE] = 40
    # Two hits of the same millisecond happen: only the hit number tells their order.
    stay[(kind == CLICK) & (draw < 0.05)] = 0
    spent = np.zeros(state.shape, dtype=np.int64)
    spent[rows, columns] = stay
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
            np.zeros(len(ours), dtype=np.int64), off, off, ~off, off, off))  # fmt: skip
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
            kinds.append(KIND_SCRAPER)
        if pick(plan.seed, "tester", 6, site, day) == 0:
            kinds.append(KIND_TEST)
        for kind in kinds:
            uid = mix(plan.seed, "machine", np.array([kind]), site, day)
            start = plan.midnight(site, day) + 7200 + pick(plan.seed, "mh", 60000, uid)
            state, arg = walk(plan.seed, uid, taste_of(plan, np.array([day]), 9), {},
                              np.full(1, -1))  # fmt: skip
            if kind == KIND_SCRAPER:
                state, arg = _scrape(plan, uid)
            ms = clock(plan.seed, uid, state) // (40 if kind == KIND_SCRAPER else 1)
            visitor = mix(plan.seed, "bot", np.array([kind]), site)
            batches.append(_nobody(site, uid, visitor, day, start, kind, state, arg, ms))
    return batches


def _nobody(site: int, uid: np.ndarray, visitor: np.ndarray, day: int, start: np.ndarray,
            kind: int, state: np.ndarray, arg: np.ndarray, ms: np.ndarray) -> Batch:  # fmt: skip
    """Sessions without a person in front of them that could be named."""
    size = len(uid)
    off, none = np.zeros(size, dtype=bool), np.zeros(size, dtype=np.int64)
    return Batch(site, none - 1, uid, visitor, none + day + 1, start, none + kind, none + 1,
                 off, state, arg, ms, none - 1, none, off, off, off, off, off)  # fmt: skip


def idle_tablet_batches(plan: Plan, day: int) -> list[Batch]:
    """Somebody leafs through the catalogue on a boutique tablet, signed in as no one."""
    every = stores(plan.customers)
    places = [(at, store.market) for at, store in enumerate(every)] + [(-1, 2)]
    batches = []
    for device, site in places:
        if pick(plan.seed, "tablet idle", 2, device + 1, day):
            continue
        uid = mix(plan.seed, "idle", np.array([device]), day)
        start = plan.midnight(site, day) + 36000 + pick(plan.seed, "idle hour", 32000, uid)
        taste = taste_of(plan, np.array([day * 100 + device + 1]), 8)
        state, arg = walk(plan.seed, uid, taste, {}, np.full(1, -1), 8)
        visitor = mix(plan.seed, "tablet", np.array([device]), site)
        batch = _nobody(site, uid, visitor, day, start, KIND_TABLET, state, arg,
                        clock(plan.seed, uid, state))  # fmt: skip
        batch.slot[:] = 2
        batches.append(batch)
    return batches


def _scrape(plan: Plan, uid: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A robot that opens hundreds of product pages in a row."""
    many = 260 + int(pick(plan.seed, "scrape", 200, uid)[0])
    items = np.arange(many) % len(catalogue().items)
    return np.full((1, many), DETAIL, dtype=np.int8), items[None, :].astype(np.int16)
