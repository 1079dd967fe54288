"""Web sessions of some days: who comes, on which device, and the walk through the site.

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


def _next_states() -> np.ndarray:
    """The state that follows each state, by a draw of 16 bits."""
    cdf, target = _chain()
    draws = np.arange(65536) / 65536
    return np.array([target[state, np.searchsorted(cdf[state, :7], draws, side="right")]
                     for state in range(24)])  # fmt: skip


NEXT_STATE = _next_states()
HOURS = np.cumsum([1.6, 0.8, 0.4, 0.3, 0.3, 0.5, 1.2, 2.5, 3.8, 4.6, 5.0, 5.2, 5.6, 5.4,
                   5.0, 4.9, 5.0, 5.6, 6.4, 7.6, 8.8, 9.0, 6.8, 3.7])  # fmt: skip
HOURS = np.concatenate([[0.0], HOURS / HOURS[-1]])
# Mean seconds spent on a hit before the next one, by state.
DWELL = np.array([0, 22, 34, 1.5, 55, 4, 4, 25, 20, 9, 4, 4, 1, 12, 3, 15, 8, 9, 60, 70,
                  0, 20, 2, 4], dtype=float)  # fmt: skip
IS_PAGE = np.zeros(24, dtype=bool)
IS_PAGE[[HOME, LIST, DETAIL, LOCATOR, SEARCH, CHECKOUT_1, CHECKOUT_2, PURCHASE, ECHO]] = True

_16_BITS = np.uint64(0xFFFF)
TABLET_STEPS = 8
KIND_PERSON, KIND_TABLET, KIND_BOT, KIND_TEST, KIND_SCRAPER = range(5)
# Which machines come to a property: stream, once in so many days, kind.
MACHINES = (("crawler", 3, KIND_BOT), ("scraper", 15, KIND_SCRAPER), ("tester", 6, KIND_TEST))
# People times days looked at in one go; bounds the memory of long simulations.
HISTORY_CELLS = 1 << 20


@dataclass
class Batch:
    """Sessions and their hits as dense matrices (0 = no hit).

    Attributes:
        site: index of the property; one per session until they are split.
        day: day number.
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

    site: Any
    day: np.ndarray
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

    def split(self, days: range) -> list[list[Batch]]:
        """One list per day, of one batch per property that has sessions on it, in order."""
        order = np.lexsort((self.site, self.day))
        place = self.day[order] * len(PROPERTIES) + self.site[order]
        found: list[list[Batch]] = []
        for day in days:
            keys = np.arange(len(PROPERTIES) + 1) + day * len(PROPERTIES)
            bounds = np.searchsorted(place, keys).tolist()
            found.append([])
            for site, (low, high) in enumerate(zip(bounds, bounds[1:], strict=False)):
                if low < high:
                    batch = self.take(order[low:high])
                    batch.site = site
                    found[-1].append(batch)
        return found


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
    reach = np.where(customer, 13, 3)
    near = (day >= centre - reach) & (day <= centre + reach)
    near_rate, far_rate = rate * np.where(customer, 1.9, 1.0), rate * (customer * 0.5)
    comes = unit(plan.seed, "comes", who, day) < np.where(near, near_rate, far_rate)
    return comes | forced(plan, who, day)


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
            slot: np.ndarray, generation: np.ndarray, day: np.ndarray) -> np.ndarray:  # fmt: skip
    """What people did before a day, one row each of four counts.

    Returns:
        Visits on this cookie, sign-ins on it, visits on the same device before its cookie
        was lost, visits on another device of the same property.
    """
    last = int(day.max(initial=0))
    if last <= 0:
        return np.zeros((4, len(who)), dtype=np.int64)
    chunk = max(1, HISTORY_CELLS // last)
    return np.concatenate([
        _history(plan, *(column[at : at + chunk]
                         for column in (who, site, owner, slot, generation, day)), last)
        for at in range(0, len(who), chunk)
    ], axis=1)  # fmt: skip


def _history(plan: Plan, who: np.ndarray, site: np.ndarray, owner: np.ndarray,
             slot: np.ndarray, generation: np.ndarray, day: np.ndarray,
             last: int) -> np.ndarray:  # fmt: skip
    people, person = np.unique(who, return_inverse=True)
    days = np.arange(last)
    came = acts(plan, people[:, None], days)
    rows, then_day = np.nonzero(came[person] & (days < day[:, None]))
    then_who = who[rows]
    then_site, then_slot = place(plan, then_who, then_day)
    here = then_site == site[rows]
    alike = here & (then_slot == slot[rows])
    elsewhere = rows[here & ~alike]
    rows, then_who, then_day = rows[alike], then_who[alike], then_day[alike]
    then_owner, then_generation = cookie(plan, then_who, slot[rows], then_day)
    ours = then_owner == owner[rows]
    same = ours & (then_generation == generation[rows])
    lost = rows[ours & ~same]
    rows, then_who, then_day = rows[same], then_who[same], then_day[same]
    twice = returns_twice(plan, then_who, then_day)
    signed = rows[signs_in(plan, then_who, site[rows], then_day)]
    counted = (np.concatenate([rows, rows[twice]]), signed, lost, elsewhere)
    return np.array([np.bincount(found, minlength=len(who)) for found in counted])


def start_second(uid: np.ndarray, seed: int, second: np.ndarray) -> np.ndarray:
    """Seconds after local midnight; a second visit comes within the next hours."""
    draw = unit(seed, "hour", uid)
    hour = np.searchsorted(HOURS, draw, side="right") - 1
    within = (draw - HOURS[hour]) / (HOURS[hour + 1] - HOURS[hour])
    seconds = ((hour + within) * 3600).astype(np.int64)
    early = (seconds * 0.4).astype(np.int64)
    return np.where(second == 1, np.maximum(seconds, 52000), np.where(second == 2, early,
                                                                     seconds))  # fmt: skip


def person_batches(plan: Plan, days: range, low: int,
                   high: int) -> list[tuple[list[Batch], list[Batch]]]:  # fmt: skip
    """Sessions of people low..high-1, drawn together for all days.

    Returns:
        For each day, what the day before left running at midnight, and the day's own; one
        batch per property.
    """
    first = max(0, days.start - 1)
    everyone = np.arange(low, high, dtype=np.int64)
    came = acts(plan, everyone[:, None], np.arange(first, days.stop))
    day, who = np.nonzero(came.T)
    day, who = day + first, who + low
    # A day's first visits stand before its second ones.
    twice = returns_twice(plan, who, day)
    visit = np.repeat([0, 1], [len(who), int(twice.sum())])
    who, day = np.concatenate([who, who[twice]]), np.concatenate([day, day[twice]])
    twice = np.concatenate([twice, twice[twice]])
    order = np.argsort(day, kind="stable")
    who, day, visit, twice = who[order], day[order], visit[order], twice[order]
    uid = mix(plan.seed, "session", who, day, visit)
    second = start_second(uid, plan.seed, np.where(twice, np.where(visit == 1, 1, 2), 0))
    # Of the day before, only what may last beyond midnight: no session exceeds two hours.
    matters = np.nonzero((day >= days.start) | (second > 86400 - 3 * 3600))[0]
    who, day, visit, uid, second = (
        column[matters] for column in (who, day, visit, uid, second)
    )
    site, slot = place(plan, who, day)
    slot = slot.astype(np.int64)
    midnights = plan.midnight_array
    start = midnights[site, day + 1] + second
    walked = _walked(plan, day, site, visit, who, uid)
    _, _, state, _, ms = walked
    end = start + np.where(state != 0, ms, 0).max(axis=1, initial=0) // 1000
    late = end >= midnights[site, day + 2]
    if first < days.start:
        kept = np.nonzero((day >= days.start) | late)[0]
        who, day, visit, site, slot, uid, start, late, *walked = (
            column[kept] for column in (who, day, visit, site, slot, uid, start, late, *walked)
        )
    every = _persons(plan, site, slot, day, visit, who, uid, start, walked)
    before = every.take(np.nonzero(late)[0]).split(range(days.start - 1, days.stop - 1))
    return list(zip(before, every.split(days), strict=True))


def _persons(plan: Plan, site: np.ndarray, slot: np.ndarray, day: np.ndarray,
             visit: np.ndarray, who: np.ndarray, uid: np.ndarray, start: np.ndarray,
             walked: Any) -> Batch:  # fmt: skip
    """The sessions, with what their cookies remember of earlier days."""
    gift, buys, state, arg, ms = walked
    owner, generation = cookie(plan, who, slot, day)
    before, signed, before_loss, elsewhere = history(plan, who, site, owner, slot,
                                                     generation, day)  # fmt: skip
    shared = shares_device(plan, who) & (slot == 1)
    both = np.nonzero(shared)[0]
    count = before + 1 + visit
    count[both] += history(plan, who[both] ^ 1, site[both], owner[both], slot[both],
                           generation[both], day[both])[0]  # fmt: skip
    first = (before == 0) & (visit == 0)
    visitor = mix(plan.seed, "visitor", owner, slot, generation, site)
    return Batch(site, day, who, uid, visitor, count, start, np.full(len(who), KIND_PERSON),
                 slot, (signed > 0) & ~shared, state, arg, ms, buys, gift,
                 analytics_refused_of(plan, who), first, shared,
                 first & (before_loss > 0), first & (elsewhere > 0))  # fmt: skip


def _walked(plan: Plan, day: np.ndarray, sites: np.ndarray, visit: np.ndarray, who: np.ndarray,
            uid: np.ndarray) -> Any:  # fmt: skip
    """What people do in their sessions: gift, buys, state, arg, ms."""
    seed, size = plan.seed, len(who)
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
    return gift, buys, state, arg, clock(seed, uid, state)


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
    draw = _draw(bits, 0)
    now = np.select([draw < 0.46, draw < 0.74, draw < 0.94], [HOME, LIST, DETAIL], SEARCH)
    page = _page(bits, first, second)
    item = _item(bits, page, column_taste)
    state[:, 0], arg[:, 0] = now, np.where(now == LIST, page, item)
    for column, kind in enumerate(planned, start=1):
        state[:, column] = np.where(entries[kind], kind, 0)
    for column in range(1 + len(planned), 1 + len(planned) + steps):
        bits = _bits(root[rows], column - len(planned))
        before, now = now, NEXT_STATE[now, bits & _16_BITS]
        stays = np.nonzero(now)[0]
        if not len(stays):
            break
        rows, now, before = rows[stays], now[stays], before[stays]
        page, item, bits = page[stays], item[stays], bits[stays]
        on_list = now == LIST
        lists = np.nonzero(on_list)[0]
        page[lists] = _page(bits[lists], first[rows[lists]], second[rows[lists]])
        moves = np.nonzero((now == CLICK) | ((now == DETAIL) & (before != CLICK)))[0]
        item[moves] = _item(bits[moves], page[moves], column_taste[rows[moves]])
        state[rows, column] = now
        arg[rows, column] = np.where(on_list, page, item)
    column = 1 + len(planned) + steps
    bought = np.nonzero(buys >= 0)[0]
    for offset, kind in enumerate((DETAIL, ADD, CHECKOUT_1, CHECKOUT_2, PURCHASE, ECHO)):
        state[bought, column + offset] = kind
        arg[bought, column + offset] = goods.sku_item[buys[bought]]
    if SIGN_OUT in entries:
        state[:, column + 6] = np.where(entries[SIGN_OUT], SIGN_OUT, 0)
    return state, arg


def _bits(root: np.ndarray, step: int) -> np.ndarray:
    """The 64 bits of a step of each session: four draws of 16."""
    return finish_array(root ^ np.uint64(step * GOLDEN & MASK))


def _draw(bits: np.ndarray, number: int) -> np.ndarray:
    """One of the four draws as a number in [0, 1)."""
    return ((bits >> np.uint64(16 * number)) & _16_BITS) * (1.0 / 65536)


def _page(bits: np.ndarray, first: Any, second: Any) -> np.ndarray:
    """A list page: mostly of the liked categories, the popular pages more often."""
    goods, draw = catalogue(), _draw(bits, 1)
    category = np.where(draw < 0.55, first, np.where(draw < 0.75, second,
                                                     (draw * 60000).astype(np.int64) % 6))
    return goods.first_page[category] + (
        _draw(bits, 2) ** 2 * goods.page_count[category]
    ).astype(np.int64)


def _item(bits: np.ndarray, page: Any, taste: Any) -> np.ndarray:
    """One product of a list page, as taste has it."""
    goods, draw = catalogue(), _draw(bits, 3)
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


def tablet_batches(plan: Plan, days: range, low: int, high: int) -> list[list[Batch]]:
    """For each day, accounts opened on boutique tablets by people low..high-1."""
    everyone = np.arange(low, max(low, min(high, plan.customers)), dtype=np.int64)
    day = created_day_of(plan, everyone)
    here = (day >= days.start) & (day < days.stop) & (
        origin_of(plan, everyone) == ORIGIN_TABLET
    )
    who, day = everyone[here], day[here]
    if not len(who):
        return [[] for _ in days]
    market = market_of(plan, who)
    uid = mix(plan.seed, "tablet session", who, day)
    device = np.array([tablet_of(plan, w) for w in who.tolist()])
    visitor = mix(plan.seed, "tablet", device, market)
    off, none = np.zeros(len(who), dtype=bool), np.zeros(len(who), dtype=np.int64)
    state, arg = walk(plan.seed, uid, taste_of(plan, who, 0), {REGISTER: ~off}, none - 1,
                      TABLET_STEPS)  # fmt: skip
    every = Batch(market, day, who, uid, visitor, none + 2 + day,
                  tablet_start(plan, market, who, day), none + KIND_TABLET, none + 2, off,
                  state, arg, clock(plan.seed, uid, state), none - 1, none, off, off,
                  ~off, off, off)  # fmt: skip
    return every.split(days)


def tablet_start(plan: Plan, site: Any, who: np.ndarray, day: Any) -> np.ndarray:
    """When somebody's account is opened on the boutique tablet, epoch seconds."""
    uid = mix(plan.seed, "tablet session", who, day)
    midnight = plan.midnight_array[site, day + 1]
    return midnight + 36000 + pick(plan.seed, "tablet hour", 32000, uid)


def tablet_of(plan: Plan, who: int) -> int:
    """Number of the boutique device: store index, or the unlisted kiosk of Shanghai."""
    store = store_of(plan, who)
    kiosk = store == 2 and unit(plan.seed, "kiosk", who) < 0.45
    return -1 if kiosk else store


def nobody_batches(plan: Plan, days: range) -> list[list[Batch]]:
    """For each day, bots, test traffic, and catalogues leafed through on boutique tablets.

    None of these sessions lasts beyond midnight.
    """
    machines, idle = _machines(plan, days), _idle_tablets(plan, days)
    if not len(machines) + len(idle):
        return [[] for _ in days]
    site, day, kind, device = np.concatenate([machines, idle]).T
    robots, tablets = np.arange(len(machines)), np.arange(len(machines), len(site))
    tablet = np.arange(len(site)) >= len(machines)
    uid = np.where(tablet, mix(plan.seed, "idle", device, day),
                   mix(plan.seed, "machine", kind, site, day))  # fmt: skip
    visitor = np.where(tablet, mix(plan.seed, "tablet", device, site),
                       mix(plan.seed, "bot", kind, site))  # fmt: skip
    second = np.where(tablet, 36000 + pick(plan.seed, "idle hour", 32000, uid),
                      7200 + pick(plan.seed, "mh", 60000, uid))  # fmt: skip
    tastes = zip(taste_of(plan, day[robots], 9),
                 taste_of(plan, (day * 100 + device + 1)[tablets], 8), strict=True)  # fmt: skip
    first, second_taste, material, band = (np.concatenate(both) for both in tastes)
    state, arg = walk(plan.seed, uid, (first, second_taste, material, band), {},
                      np.full(len(uid), -1))  # fmt: skip
    state[tablets, 1 + TABLET_STEPS :] = 0
    for row in np.nonzero(kind == KIND_SCRAPER)[0].tolist():
        state, arg = _scrape(plan, uid, row, state, arg)
    ms = clock(plan.seed, uid, state) // np.where(kind == KIND_SCRAPER, 40, 1)[:, None]
    off, none = np.zeros(len(uid), dtype=bool), np.zeros(len(uid), dtype=np.int64)
    start = plan.midnight_array[site, day + 1] + second
    return Batch(site, day, none - 1, uid, visitor, day + 1, start, kind, none + 1 + tablet,
                 off, state, arg, ms, none - 1, none, off, off, off, off, off).split(days)  # fmt: skip


def _machines(plan: Plan, days: range) -> np.ndarray:
    """Which machines come: rows of property, day, kind and no device."""
    found = [(site, day, kind, 0)
             for site in range(len(PROPERTIES)) for day in days
             for name, often, kind in MACHINES
             if pick(plan.seed, name, often, site, day) == 0]  # fmt: skip
    return np.array(found, dtype=np.int64).reshape(-1, 4)


def _idle_tablets(plan: Plan, days: range) -> np.ndarray:
    """Which boutique tablets somebody uses who signs in as no one: rows as above."""
    every = [(at, store.market) for at, store in enumerate(stores(plan.customers))]
    found = [(site, day, KIND_TABLET, device) for device, site in [*every, (-1, 2)]
             for day in days
             if pick(plan.seed, "tablet idle", 2, device + 1, day) == 0]  # fmt: skip
    return np.array(found, dtype=np.int64).reshape(-1, 4)


def _scrape(plan: Plan, uid: np.ndarray, row: int, state: np.ndarray,
            arg: np.ndarray) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
    """Lets a session be a robot's that opens hundreds of product pages in a row."""
    many = 260 + pick(plan.seed, "scrape", 200, int(uid[row]))
    wider = ((0, 0), (0, max(0, many - state.shape[1])))
    state, arg = np.pad(state, wider), np.pad(arg, wider)
    state[row], arg[row] = 0, 0
    state[row, :many] = DETAIL
    arg[row, :many] = np.arange(many) % len(catalogue().items)
    return state, arg
