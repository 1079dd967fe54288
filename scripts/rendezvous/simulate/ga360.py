"""Renders sessions as the GA360 export writes them: one JSON object per session part.

INT64 is a JSON string, NULL fields are left out (a few sessions spell them out instead),
money is in micros, hit times are milliseconds since visitStartTime. Whatever does not
vary between hits is rendered once per property and only glued together per hit.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import re
from functools import lru_cache
from typing import Any

import numpy as np
import orjson

from . import sessions as s
from .hashing import mix, pick, unit
from .house import CATEGORIES, DOMAIN, PROPERTIES, catalogue
from .orders import Order, local_price, order_of
from .people import person_of
from .plan import Plan

DEVICES: tuple[tuple[tuple[str, str, str, bool], ...], ...] = (
    (("Safari", "iOS", "mobile", True), ("Chrome", "Android", "mobile", True),
     ("Samsung Internet", "Android", "mobile", True)),
    (("Chrome", "Windows", "desktop", False), ("Safari", "Macintosh", "desktop", False),
     ("Edge", "Windows", "desktop", False), ("Firefox", "Linux", "desktop", False)),
    (("Safari", "iOS", "tablet", True),),
)  # fmt: skip
# channel, source, medium, campaign, referer, true direct
SOURCES: tuple[tuple[str, str, str, str, str, bool], ...] = (
    ("Direct", "(direct)", "(none)", "(not set)", "", True),
    ("Organic Search", "google", "organic", "(not set)", "https://www.google.com/", False),
    ("Paid Search", "google", "cpc", "brand_spring", "https://www.google.com/", False),
    ("Email", "newsletter", "email", "lettre-{month}", "", False),
    ("Social", "instagram", "social", "lyre_launch", "https://l.instagram.com/", False),
    ("Referral", "journal.example", "referral", "(not set)",
     "https://journal.example/maison-orphee", False),
    ("Display", "dv360", "display", "remarketing", "https://news.example/", False),
    ("Organic Search", "baidu", "organic", "(not set)", "https://www.baidu.com/", False),
)  # fmt: skip
SOURCE_CDF = np.cumsum([0.30, 0.26, 0.14, 0.10, 0.08, 0.05, 0.04, 0.03])
GEOS = (
    (("Europe", "Western Europe", "France", "Ile-de-France", "Paris"),
     ("Europe", "Western Europe", "France", "Auvergne-Rhone-Alpes", "Lyon"),
     ("Europe", "Western Europe", "Switzerland", "Geneva", "Geneva")),
    (("Europe", "Northern Europe", "United Kingdom", "England", "London"),
     ("Europe", "Northern Europe", "United Kingdom", "Scotland", "Edinburgh"),
     ("Europe", "Northern Europe", "Ireland", "County Dublin", "Dublin")),
    (("Asia", "Eastern Asia", "China", "Shanghai", "Shanghai"),
     ("Asia", "Eastern Asia", "China", "Beijing", "Beijing"),
     ("Asia", "Eastern Asia", "Hong Kong", "(not set)", "(not set)")),
)  # fmt: skip
PLACEHOLDER_KEYS = ("", "null", "(not set)", "undefined",
                    hashlib.sha256(b"").hexdigest())  # fmt: skip
# The banners of the home page, from the top; the first is the one that is clicked.
PROMOTIONS = [
    {"promoId": "lyre-2024", "promoName": "Lyre", "promoCreative": "film", "promoPosition": "hero"},
    {"promoId": "gifts-2024", "promoName": "Gifts", "promoCreative": "stills", "promoPosition": "row 2"},
    {"promoId": "care-2024", "promoName": "Care", "promoCreative": "stills", "promoPosition": "row 3"},
]
CLICK_ID = "demo-click-id"
# A hit is glued from pieces: its number, its time, hour and minute, what only the ends of a
# session have, and its body. Every hit closes the one before it.
PIECES = 5
FIRST_HIT = [f'{{"hitNumber":"{number}","time":"' for number in range(1024)]
NEXT_HIT = [f"}},{first}" for first in FIRST_HIT]
CLOCK = [f'","hour":"{at // 60}","minute":"{at % 60}",' for at in range(1440)]
EXIT = '"isExit":true,'
ENTRANCE = ['"isEntrance":true,' + (f'"referer":"{referer}",' if referer else "")
            for _, _, _, _, referer, _ in SOURCES]  # fmt: skip
END_OF_SESSION = "}]}\n"
KEY_HITS = (s.SIGN_IN, s.REGISTER, s.NEWSLETTER, s.REQUEST, s.PURCHASE, s.ECHO)


def wire(text: str) -> str:
    """Text with one character per UTF-8 byte, so that lines join and encode by copying.

    All text of this module is in this form; files take it as `.encode("latin-1")`.
    """
    return text.encode().decode("latin-1")


def dumps(value: Any) -> str:
    """Compact JSON, as wire text."""
    return orjson.dumps(value).decode("latin-1")


def inner(value: dict[str, Any]) -> str:
    """The members of a JSON object, without the braces."""
    return dumps(value)[1:-1]


def visitor_id(visitor: int) -> str:
    """fullVisitorId: 16 to 20 digits, some with a leading zero, some beyond INT64."""
    if visitor >> 60 == 15:
        return str(visitor)
    if visitor % 23 == 0:
        return f"{visitor % 10**16:016d}"
    return f"{visitor % 10**19:019d}"


def client_id(visitor: int) -> str:
    """clientId of a cookie."""
    return f"{visitor >> 32}.{1600000000 + visitor % 90000000}"


class Fragments:
    """Hit fragments of one property, indexed by state and argument."""

    def __init__(self, site: int) -> None:
        self.site, self.web = site, PROPERTIES[site]
        self.offset = np.zeros(32, dtype=np.int64)
        self.text: list[str] = [""]
        goods = catalogue()
        pages, items = range(len(goods.pages)), range(len(goods.items))
        makers: tuple[tuple[int, Any, Any], ...] = (
            (s.LIST, self._list, pages), (s.CLICK, self._click, items),
            (s.DETAIL, self._detail, items), (s.ADD, self._add, items),
            (s.ADD_BESIDE, self._add_beside, items), (s.REMOVE, self._remove, items),
            (s.WISH, self._wish, items), (s.NOTIFY, self._notify, items),
            (s.CHECKOUT_1, self._checkout_1, items),
            (s.CHECKOUT_2, self._checkout_2, items),
        )  # fmt: skip
        for state, maker, span in makers:
            self.offset[state] = len(self.text)
            self.text += [maker(number) for number in span]
        single = {
            s.HOME: self._home(),
            s.SEARCH: self._page("/search?q=gift&mode=grid", "Search",
                                 {"searchKeyword": "gift"}),
            s.LOCATOR: self._event("store locator", "search", self.web.country,
                                   "/stores"),
            s.SIGN_IN: self._event("account", "login", "form", "/account/login"),
            s.SIGN_OUT: self._event("account", "logout", "", "/account"),
            s.REGISTER: self._event("account", "register", "form", "/account/new"),
            s.NEWSLETTER: self._event("newsletter", "subscribe", "footer", "/"),
            s.REQUEST: self._event("appointment", "request", "form", "/appointments"),
            s.PASSIVE: self._event("consent", "banner shown", "", "/", False),
            s.PROMO: self._promo(),
            s.PURCHASE: "", s.ECHO: "",
        }  # fmt: skip
        for state, text in single.items():
            self.offset[state] = len(self.text)
            self.text.append(text)
        self.by_item = np.zeros(32, dtype=bool)
        for state, _, _ in makers:
            self.by_item[state] = True

    def page(self, path: str, title: str, more: dict[str, str] | None = None) -> dict:
        """The page record."""
        level = path.split("?")[0].split("/")[1]
        return {"pagePath": path, "hostname": self.web.hostname, "pageTitle": title,
                **(more or {}), "pagePathLevel1": f"/{level}"}  # fmt: skip

    def _hit(self, kind: str, page: dict, action: str = "0", interaction: bool = True,
             **more: Any) -> str:  # fmt: skip
        step = "2" if more.pop("second_step", False) else "1"
        body: dict[str, Any] = {"isInteraction": interaction, "type": kind, "page": page,
                                **more}  # fmt: skip
        body["eCommerceAction"] = {"action_type": action, "step": step}
        body["dataSource"] = "web"
        return inner(body)

    def _page(self, path: str, title: str, more: dict[str, str] | None = None) -> str:
        return self._hit("PAGE", self.page(path, title, more))

    def _event(self, category: str, action: str, label: str, path: str,
               interaction: bool = True) -> str:  # fmt: skip
        info = {"eventCategory": category, "eventAction": action}
        if label:
            info["eventLabel"] = label
        return self._hit("EVENT", self.page(path, "Maison Orphée"), "0", interaction,
                         eventInfo=info)  # fmt: skip

    def product(self, item: int, **more: Any) -> dict[str, Any]:
        """A product record of an item."""
        goods = catalogue()
        sku = goods.skus[goods.item_sku[item]]
        micros = str(local_price(sku, self.site) * 1_000_000)
        record = {"productSKU": goods.items[item], "v2ProductName": sku.name,
                  "v2ProductCategory": CATEGORIES[sku.category][0],
                  "productVariant": f" {sku.colour}" if item % 9 == 0 else "(not set)",
                  "productPrice": micros, **more}  # fmt: skip
        if "isImpression" not in more:
            record |= {"productBrand": "(not set)", "localProductPrice": micros}
        return record

    def _item_page(self, item: int) -> dict[str, str]:
        goods = catalogue()
        sku = goods.skus[goods.item_sku[item]]
        label = CATEGORIES[sku.category][0].replace(" ", "-")
        return self.page(f"/{label}/{goods.items[item].lower()}", sku.name)

    def _list(self, page: int) -> str:
        goods = catalogue()
        category = goods.skus[goods.item_sku[goods.pages[page, 0]]].category
        label = CATEGORIES[category][0]
        number = page - int(goods.first_page[category]) + 1
        products = [
            self.product(int(item), isImpression=True, productListName=label,
                         productListPosition=str(at + 1))
            for at, item in enumerate(goods.pages[page])
        ]  # fmt: skip
        path = f"/{label.replace(' ', '-')}?page={number}"
        return self._hit("PAGE", self.page(path, label.capitalize()), product=products)

    def _click(self, item: int) -> str:
        product = self.product(item, isClick=True, productListName="list")
        return self._hit("EVENT", self._item_page(item), "1", product=[product],
                         eventInfo={"eventCategory": "ecommerce",
                                    "eventAction": "click"})  # fmt: skip

    def _detail(self, item: int) -> str:
        product = self.product(item, productListName="(not set)")
        return self._hit("PAGE", self._item_page(item), "2", product=[product])

    def _quantity(self, item: int) -> dict[str, str]:
        return {} if item % 6 == 0 else {"productQuantity": "1"}

    def _add(self, item: int) -> str:
        product = self.product(item, **self._quantity(item), productListName="(not set)")
        return self._hit("EVENT", self._item_page(item), "3", product=[product],
                         eventInfo={"eventCategory": "ecommerce",
                                    "eventAction": "add to bag"})  # fmt: skip

    def _add_beside(self, item: int) -> str:
        others = [self.product((item + step) % len(catalogue().items), isImpression=True,
                               productListName="you may also like",
                               productListPosition=str(step)) for step in (1, 2, 3)]
        added = self.product(item, productQuantity="1", productListName="(not set)")
        return self._hit("EVENT", self._item_page(item), "3",
                         product=[*others[:2], added, others[2]],
                         eventInfo={"eventCategory": "ecommerce",
                                    "eventAction": "add to bag"})  # fmt: skip

    def _remove(self, item: int) -> str:
        product = self.product(item, productQuantity="1")
        return self._hit("EVENT", self.page("/bag", "Bag"), "4", product=[product],
                         eventInfo={"eventCategory": "ecommerce",
                                    "eventAction": "remove"})  # fmt: skip

    def _wish(self, item: int) -> str:
        return self._hit("EVENT", self._item_page(item), product=[self.product(item)],
                         eventInfo={"eventCategory": "wishlist", "eventAction": "add",
                                    "eventLabel": catalogue().items[item]})  # fmt: skip

    def _notify(self, item: int) -> str:
        return self._hit("EVENT", self._item_page(item), product=[self.product(item)],
                         eventInfo={"eventCategory": "product",
                                    "eventAction": "notify me",
                                    "eventLabel": catalogue().items[item]})  # fmt: skip

    def _checkout_1(self, item: int) -> str:
        product = self.product(item, **self._quantity(item))
        return self._hit("PAGE", self.page("/checkout/shipping", "Checkout"), "5",
                         product=[product])  # fmt: skip

    def _checkout_2(self, item: int) -> str:
        product = self.product(item, **self._quantity(item))
        return self._hit("PAGE", self.page("/checkout/payment", "Checkout"), "5",
                         product=[product], second_step=True)  # fmt: skip

    def _home(self) -> str:
        return self._hit("PAGE", self.page("/", "Maison Orphée"), promotion=PROMOTIONS,
                         promotionActionInfo={"promoIsView": True})  # fmt: skip

    def _promo(self) -> str:
        return self._hit("EVENT", self.page("/", "Maison Orphée"), promotion=PROMOTIONS[:1],
                         promotionActionInfo={"promoIsClick": True},
                         eventInfo={"eventCategory": "promotion",
                                    "eventAction": "click"})  # fmt: skip

    def purchase(self, order: Order, echo: bool, with_coupon: bool) -> str:
        """The thank-you page; its echo repeats it without amounts."""
        goods, currency = catalogue(), self.web.currency
        micros = str(order.gross * 1_000_000)
        transaction: dict[str, Any] = {"transactionId": order.order_id}
        if not echo:
            transaction |= {
                "transactionRevenue": micros, "localTransactionRevenue": micros,
                "transactionShipping": str(order.shipping * 1_000_000),
                "localTransactionShipping": str(order.shipping * 1_000_000),
                "transactionTax": "0", "localTransactionTax": "0",
                "affiliation": "online", "currencyCode": currency,
            }  # fmt: skip
        products = []
        for at, line in enumerate(order.lines):
            item = int(goods.sku_item[line.number])
            product = self.product(item, productListName="(not set)")
            product["productVariant"] = line.sku.colour
            if not echo:
                paid = line.quantity * line.unit_price + (order.shipping if at == 0 else 0)
                product |= {"productQuantity": str(line.quantity),
                            "productRevenue": str(paid * 1_000_000),
                            "localProductRevenue": str(paid * 1_000_000)}  # fmt: skip
                if with_coupon and order.is_gift:
                    product["productCouponCode"] = "GIFTWRAP"
            products.append(product)
        return self._hit("PAGE", self.page("/checkout/thanks?mode=1", "Thank you"), "6",
                         transaction=transaction, product=products,
                         item={"transactionId": order.order_id,
                               "currencyCode": currency})  # fmt: skip


def people_told(batch: s.Batch) -> list[int]:
    """Whose words a rendering of the batch needs: those who sign in, give an e-mail, buy."""
    tells = np.isin(batch.state, KEY_HITS).any(axis=1) | batch.persisted | (batch.buys >= 0)
    return batch.who[tells & (batch.who >= 0)].tolist()


@lru_cache(maxsize=4)
def fragments(site: int) -> Fragments:
    """The fragments of a property, built once per process."""
    return Fragments(site)


@lru_cache(maxsize=4)
def _device_texts(site: int) -> list[list[str]]:
    languages = (("fr-fr", "en-gb"), ("en-gb", "en-us"), ("zh-cn", "en-us"))[site]
    return [
        [inner({"device": {"browser": browser, "operatingSystem": system,
                           "isMobile": mobile, "language": language,
                           "deviceCategory": category}})
         for browser, system, category, mobile in kind for language in languages]
        for kind in DEVICES
    ]  # fmt: skip


@lru_cache(maxsize=4)
def _geo_texts(site: int) -> list[str]:
    names = ("continent", "subContinent", "country", "region", "city")
    return [inner({"geoNetwork": dict(zip(names, geo, strict=True))})
            for geo in GEOS[site]]  # fmt: skip


@lru_cache(maxsize=256)
def _source_text(number: int, month: str, provisional: bool) -> str:
    """The trafficSource member; the click id of a paid click is filled in later."""
    _, source, medium, campaign, _, direct = SOURCES[number]
    body: dict[str, Any] = {"campaign": campaign.format(month=month), "source": source,
                            "medium": medium}  # fmt: skip
    if direct:
        body["isTrueDirect"] = True
    if medium == "organic":
        body["keyword"] = "(not provided)"
    if medium == "cpc" and not provisional:
        body["adwordsClickInfo"] = {"campaignId": "71100", "customerId": "5550100",
                                    "gclId": CLICK_ID, "slot": "Top",
                                    "isVideoAd": False}  # fmt: skip
    return inner({"trafficSource": body})


def email_key(plan: Plan, uid: int, email: str) -> tuple[str, str]:
    """What the site sends for an e-mail, and the trap it is (empty when it is sound)."""
    clean = email.strip().lower().encode()
    sound = hashlib.sha256(clean).hexdigest()
    draw = unit(plan.seed, "key damage", uid)
    if draw > 0.12:
        return sound, ""
    which = int(draw / 0.12 * 6)
    if which == 0:
        number = pick(plan.seed, "placeholder key", len(PLACEHOLDER_KEYS), uid)
        return PLACEHOLDER_KEYS[number], "key_placeholder"
    if which == 1:
        return sound[:36], "key_truncated"
    if which == 2:
        return email, "key_raw_email"
    if which == 3:
        return hashlib.md5(clean).hexdigest(), "key_legacy_md5"
    if which == 4:
        return sound.upper(), "key_upper_case"
    return base64.b64encode(hashlib.sha256(clean).digest()).decode(), "key_base64"


class Renderer:
    """Renders batches of one property for one report date.

    Args:
        plan: the simulation.
        site: index of the property.
        day: report date as day number.
        form: `daily`, `intraday` or `streaming`.
        cut_s: nothing later than this instant is in the export.
    """

    def __init__(self, plan: Plan, site: int, day: int, form: str, cut_s: int) -> None:
        self.plan, self.site, self.day = plan, site, day
        self.form, self.cut_s, self.web = form, cut_s, PROPERTIES[site]
        self.text = fragments(site)
        self.date = plan.date(day).strftime("%Y%m%d")
        self.month = plan.date(day).strftime("%Y-%m")
        # Older shards were created before the column existed.
        self.has_client_id = day >= plan.days // 3
        self.hits = 0
        self.sessions = 0
        self.lines = 0
        self.planted: list[tuple[str, str, str, str, str]] = []

    def render(self, batch: s.Batch, batch_day: int) -> list[str]:
        """Lines for the hits of a batch that fall on the report date, in pieces to be joined.

        Most pieces are fragments, each of which stands in memory once.
        """
        plan = self.plan
        at_s = batch.start_s[:, None] + batch.ms // 1000
        inside = (batch.state != 0) & (at_s < self.cut_s) & ~batch.refused[:, None]
        split = at_s >= plan.midnight(self.site, batch_day + 1)
        inside &= split if batch_day < self.day else ~split
        rows, columns = np.nonzero(inside)
        if not len(rows):
            return []
        number = np.cumsum(batch.state != 0, axis=1)[rows, columns]
        state = batch.state[rows, columns].astype(np.int64)
        arg = batch.arg[rows, columns].astype(np.int64)
        moment = batch.start_s[rows] * 1000 + batch.ms[rows, columns]
        sessions, first, counts = np.unique(rows, return_index=True, return_counts=True)
        start_ms = moment[first]
        part_start = start_ms // 1000
        base = np.repeat(np.where(split[sessions, columns[first]], part_start * 1000,
                                  batch.start_s[sessions] * 1000), counts)  # fmt: skip
        # hits.time counts from the part's first hit: the export's first time is 0.
        elapsed = moment - np.maximum(base, np.repeat(start_ms, counts))
        local = self._local_seconds(moment // 1000)
        source = np.searchsorted(SOURCE_CDF, unit(plan.seed, "source", batch.uid[sessions]))
        hits = [""] * (PIECES * len(rows))
        hits[0::PIECES] = map(NEXT_HIT.__getitem__, number.tolist())
        hits[1::PIECES] = map(str, elapsed.tolist())
        hits[2::PIECES] = map(CLOCK.__getitem__, (local // 60).tolist())
        hits[3::PIECES], hits[4::PIECES] = self._bodies(batch, rows, columns, state, arg, first,
                                                        source.tolist())  # fmt: skip
        for at in first.tolist():
            hits[PIECES * at] = FIRST_HIT[number[at]]
        pageviews = np.add.reduceat(s.IS_PAGE[state].astype(np.int64), first)
        return self._sessions(batch.take(sessions), first, counts, part_start, moment, state,
                              pageviews, source.tolist(), hits)  # fmt: skip

    def _local_seconds(self, at: np.ndarray) -> np.ndarray:
        """Seconds since local midnight by the wall clock (days of 23 or 25 hours too)."""
        opens = self.plan.midnight(self.site, self.day)
        length = self.plan.midnight(self.site, self.day + 1) - opens
        since = at - opens
        if length != 86400:
            zone, moments = self.web.zone, range(opens, opens + length, 3600)
            offsets = [dt.datetime.fromtimestamp(m, zone).utcoffset() for m in moments]
            changed = since >= 3600 * next(
                hour for hour, offset in enumerate(offsets) if offset != offsets[0]
            )
            since = since + np.where(changed, 86400 - length, 0)
        return since

    def _bodies(self, batch: s.Batch, rows: np.ndarray, columns: np.ndarray,
                state: np.ndarray, arg: np.ndarray, first: np.ndarray,
                source: list[int]) -> tuple[list[str], list[str]]:  # fmt: skip
        """What the ends of sessions have, and the rest of each hit but its number and times."""
        code = self.text.offset[state] + np.where(self.text.by_item[state], arg, 0)
        body = list(map(self.text.text.__getitem__, code.tolist()))
        ends = [""] * len(body)
        for at, number in zip(first.tolist(), source, strict=True):
            ends[at] = ENTRANCE[number]
        last = np.append(first[1:], len(rows)) - 1
        for at in last.tolist():
            ends[at] = EXIT + ends[at]
        for at in np.nonzero((state == s.PURCHASE) | (state == s.ECHO))[0].tolist():
            order = self._order(batch, int(rows[at]))
            echo = bool(state[at] == s.ECHO)
            body[at] += self.text.purchase(order, echo, self.has_client_id)
        for at in np.nonzero(np.isin(state, KEY_HITS))[0].tolist():
            body[at] += self._hit_dimensions(batch, int(rows[at]), int(state[at]))
        for at in np.nonzero(batch.kind[rows] == s.KIND_TEST)[0].tolist():
            body[at] = body[at].replace(f'"{self.web.hostname}"', f'"staging.{DOMAIN}"')
        self._leak(batch, rows, first, ends, body)
        self._spell_nulls(batch, rows, state, body)
        return ends, body

    def _hit_dimensions(self, batch: s.Batch, row: int, state: int) -> str:
        """Hit-scope slots set on a hit that tells who is there."""
        if batch.who[row] < 0:
            return ""
        uid = int(batch.uid[row])
        person = person_of(self.plan, int(batch.who[row]))
        email, note = person.web_email, ""
        tablet = batch.kind[row] == s.KIND_TABLET
        if tablet and unit(self.plan.seed, "advisor types", uid) < 0.06:
            email = f"advisor.{1 + pick(self.plan.seed, 'staff', 9, uid)}@{DOMAIN}"
            note = "staff_email"
        if not email:
            return ""
        value, trap = email_key(self.plan, uid, email)
        if trap or note:
            self._plant(trap or note, batch, row, "on a web hit")
        slots = f'{{"index":"{self.web.email_slot}","value":"{value}"}}'
        if self.web.loyalty_slot and state == s.SIGN_IN and person.loyalty_id:
            slots += f',{{"index":"{self.web.loyalty_slot}","value":"{person.loyalty_id}"}}'
        return f',"customDimensions":[{slots}]'

    def _plant(self, trap: str, batch: s.Batch, row: int, note: str) -> None:
        fvid = visitor_id(int(batch.visitor[row]))
        self.planted.append((trap, "web_visitor", self.web.name, fvid, note))

    def _leak(self, batch: s.Batch, rows: np.ndarray, first: np.ndarray, ends: list[str],
              body: list[str]) -> None:  # fmt: skip
        """Personal data where sites leak it: addresses, referrers, titles, labels."""
        uid = batch.uid[rows[first]]
        who = batch.who[rows[first]]
        leaks = (unit(self.plan.seed, "leak", uid) < 0.006) & (who >= 0)
        for at in np.nonzero(leaks)[0].tolist():
            hit, row = int(first[at]), int(rows[first[at]])
            email = person_of(self.plan, int(who[at])).mailbox
            coded = email.replace("@", "%40")
            kind = pick(self.plan.seed, "leak kind", 5, int(uid[at]))
            old = ends[hit] + body[hit]
            if kind == 0:
                new = old.replace('"pagePath":"',
                                  f'"pagePath":"/confirm?email={coded}&next=', 1)  # fmt: skip
            elif kind == 1:
                new = old.replace('"pageTitle":"', wire(f'"pageTitle":"{email} – '), 1)
            elif kind == 2:
                twice = coded.replace("%", "%25")
                new = re.sub('"referer":"[^"]*",', "", old)
                new = f'"referer":"https://mail.example/open?to={twice}",{new}'
            elif kind == 3:
                new = old.replace('"isInteraction"', '"eventInfo":{"eventCategory":"form",'
                                  f'"eventAction":"error","eventLabel":"{email}"}},'
                                  '"isInteraction"', 1) if "eventInfo" not in old else old
            else:
                new = old.replace('"pagePath":"', f'"pagePath":"/u/{email}', 1)
            ends[hit], body[hit] = "", new
            if new != old:
                self._plant("pii_in_url", batch, row, ("query", "title", "referer",
                                                      "label", "path")[kind])  # fmt: skip

    def _spell_nulls(self, batch: s.Batch, rows: np.ndarray, state: np.ndarray,
                     body: list[str]) -> None:  # fmt: skip
        """Some exports write NULL and [] out; a reader must take both."""
        spelled = unit(self.plan.seed, "spelled nulls", batch.uid) < 0.02
        for at in np.nonzero(spelled[rows])[0].tolist():
            more = ""
            if '"customDimensions"' not in body[at]:
                more += ',"customDimensions":' + ("[]" if state[at] % 2 else "null")
            if '"transaction":' not in body[at]:
                more += ',"transaction":null'
            if '"product":' not in body[at]:
                more += ',"product":[]'
            body[at] += more + ',"customMetrics":[]'

    def _sessions(self, ours: s.Batch, first: np.ndarray, counts: np.ndarray,
                  part_start: np.ndarray, moment: np.ndarray, state: np.ndarray,
                  pageviews: np.ndarray, source: list[int], hits: list[str]) -> list[str]:  # fmt: skip
        """Session objects around the hits; several snapshots each when streaming."""
        seconds = (moment[np.append(first[1:], len(moment)) - 1] - moment[first]) // 1000
        sold = np.add.reduceat(state == s.PURCHASE, first).tolist()
        interacts = ((counts > 1) | (state[first] != s.PASSIVE)).tolist()
        new = (ours.visit_number == 1).tolist()
        around = zip(first.tolist(), counts.tolist(), pageviews.tolist(), seconds.tolist(),
                     interacts, ours.uid.tolist(), *self._around(ours, part_start, source),
                     strict=True)  # fmt: skip
        self.hits += int(counts.sum())
        self.sessions += len(first)
        if self.form == "streaming":
            snapshots: list[str] = []
            for at, (low, count, *_, uid, head, tail) in enumerate(around):
                snapshots += self._streamed(ours, at, low, count, moment, state, uid, head,
                                            tail, hits)  # fmt: skip
            return snapshots
        end = ""
        for at, (low, count, views, spent, acted, uid, head, tail) in enumerate(around):
            order = self._order(ours, at) if sold[at] else None
            totals = self._totals(count, views, spent, new[at], uid, order, acted)
            hits[PIECES * low] = f"{end}{head}{totals}{tail}{hits[PIECES * low]}"
            end = END_OF_SESSION
        self.lines += len(first)
        hits.append(END_OF_SESSION)
        return hits

    def _around(self, ours: s.Batch, part_start: np.ndarray,
                source: list[int]) -> tuple[list[str], list[str]]:  # fmt: skip
        """What stands before and after the totals of every session."""
        seed = self.plan.seed
        device = pick(seed, "device", 840, ours.visitor).tolist()
        geo = np.maximum(0, pick(seed, "geo", 10, ours.visitor) - 7).tolist()
        spelled = (unit(seed, "spelled nulls", ours.uid) < 0.02).tolist()
        who = self._who(ours)
        devices, geos = _device_texts(self.site), _geo_texts(self.site)
        sources = [_source_text(number, self.month, self.form == "streaming")
                   for number in range(len(SOURCES))]  # fmt: skip
        heads, tails = [], []
        columns = zip(part_start.tolist(), ours.visit_number.tolist(), ours.start_s.tolist(),
                      ours.uid.tolist(), ours.slot.tolist(), ours.kind.tolist(),
                      source, strict=True)  # fmt: skip
        for at, (start, visit, opened, uid, slot, kind, number) in enumerate(columns):
            text = devices[slot][device[at] % len(devices[slot])]
            if kind == s.KIND_BOT:
                text = text.replace('"browser":"', '"browser":"Orpheebot/2.0 crawler ', 1)
            traffic = sources[number]
            if number == 2:
                traffic = traffic.replace(CLICK_ID, f"demo-{uid & 0xFFFFFFFF:x}")
            channel = (f',"channelGrouping":"{SOURCES[number][0]}"' if self.form == "daily"
                       else "")  # fmt: skip
            nulls = ""
            if spelled[at]:
                nulls = ',"visitorId":null'
                nulls += "" if '"userId"' in who[at] else ',"userId":null'
            heads.append(f'{{"visitNumber":"{visit}","visitId":"{opened}",'
                         f'"visitStartTime":"{start}","date":"{self.date}","totals":')  # fmt: skip
            tails.append(f',{traffic},{text},{geos[geo[at]]},'
                         f'"socialEngagementType":"Not Socially Engaged"{channel},{who[at]}'
                         f'{nulls},"hits":[')  # fmt: skip
        return heads, tails

    def _streamed(self, ours: s.Batch, at: int, low: int, count: int, moment: np.ndarray,
                  state: np.ndarray, uid: int, head: str, tail: str,
                  hits: list[str]) -> list[str]:  # fmt: skip
        """The growing snapshots of one session."""
        pieces: list[str] = []
        for snapshot, size in enumerate(self._snapshots(uid, count)):
            end = low + size
            span = state[low:end]
            order = self._order(ours, at) if (span == s.PURCHASE).any() else None
            totals = self._totals(size, int(s.IS_PAGE[span].sum()),
                                  int(moment[end - 1] - moment[low]) // 1000,
                                  bool(ours.visit_number[at] == 1), uid, order,
                                  size > 1 or span[0] != s.PASSIVE)  # fmt: skip
            export = self._export(uid, snapshot, int(moment[end - 1]))
            pieces += (head, totals, tail, *hits[PIECES * low : PIECES * end],
                       f"}}]{export}}}\n")  # fmt: skip
            self.lines += 1
        return pieces

    def _order(self, batch: s.Batch, row: int) -> Order:
        return order_of(self.plan, self.site, int(batch.uid[row]), int(batch.who[row]),
                        int(batch.buys[row]), int(batch.gift[row]))  # fmt: skip

    def _snapshots(self, uid: int, count: int) -> list[int]:
        """Sizes of the growing snapshots; now and then the last is exported twice."""
        many = 1 + pick(self.plan.seed, "snapshots", 3, uid)
        sizes = sorted({max(1, -(-count * step // many)) for step in range(1, many + 1)})
        twice = unit(self.plan.seed, "exported twice", uid) < 0.1
        return [*sizes, count] if twice else sizes

    def _export(self, uid: int, snapshot: int, last_ms: int) -> str:
        """The three columns a streaming export adds."""
        micros = (last_ms + 420_000) * 1000
        key = mix(self.plan.seed, "export", uid, self.day, snapshot)
        visit = mix(self.plan.seed, "visit key", uid, self.day)
        return (f',"exportTimeUsec":"{micros}","exportKey":"{key:016x}",'
                f'"visitKey":"{visit:016x}"')  # fmt: skip

    def _totals(self, size: int, pageviews: int, seconds: int, new: bool, uid: int,
                order: Order | None, interacts: bool) -> str:  # fmt: skip
        text = f'{{"hits":"{size}"'
        if interacts:
            text += ',"visits":"1","newVisits":"1"' if new else ',"visits":"1"'
        if pageviews:
            text += f',"pageviews":"{pageviews}"'
        if pageviews == 1 and size == 1:
            text += ',"bounces":"1"'
        if seconds:
            text += f',"timeOnSite":"{seconds}"'
        if order:
            text += f',"transactions":"1","totalTransactionRevenue":"{order.gross}000000"'
        if self.form == "daily":
            text += f',"sessionQualityDim":"{1 + uid % 100}"'
        return text + "}"

    def _who(self, batch: s.Batch) -> list[str]:
        """Visitor ids and session-level slots of every session."""
        consent = unit(self.plan.seed, "consent slot", np.maximum(batch.who, 0))
        answer = np.where(batch.who < 0, 2, (consent > 0.84) * 1 + (consent > 0.9) * 1)
        slot = f'{{"index":"{self.web.consent_slot}","value":'
        answers = (f'{slot}"granted"}}', f'{slot}"denied"}}', "")
        states = batch.state
        known = ((states == s.SIGN_IN) | (states == s.REGISTER)).any(axis=1)
        if self.web.crm_scope == "user":
            known = known | batch.persisted
        known &= batch.who >= 0
        texts = []
        for row, (visitor, which, tells) in enumerate(
            zip(batch.visitor.tolist(), answer.tolist(), known.tolist(), strict=True)
        ):
            text = f'"fullVisitorId":"{visitor_id(visitor)}"'
            if self.has_client_id:
                text += f',"clientId":"{client_id(visitor)}"'
            slots = answers[which]
            if tells:
                user, more = self._crm_slot(batch, row)
                text += user
                slots = ",".join(part for part in (slots, more) if part)
            if slots:
                text += f',"customDimensions":[{slots}]'
            texts.append(text)
        return texts

    def _crm_slot(self, batch: s.Batch, row: int) -> tuple[str, str]:
        """The CRM id as userId member or as dimension of the session."""
        customer = person_of(self.plan, int(batch.who[row])).account_on(self.site)
        if not customer:
            return "", ""
        if self.web.crm_scope == "userId":
            return f',"userId":"{customer}"', ""
        slot = f'{{"index":"{self.web.crm_slot}","value":'
        repeated = unit(self.plan.seed, "repeated slot", int(batch.uid[row])) < 0.03
        return "", (f'{slot}""}},' if repeated else "") + f'{slot}"{customer}"}}'
