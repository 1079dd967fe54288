"""The invented house: its sites, shops, advisors, products and the words people carry.

Everything here is fictional: Maison Orphée does not exist, addresses live under reserved
domains, telephone numbers under ranges set aside for fiction.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np

from .hashing import mix, pick, unit

DOMAIN = "maison-orphee.example"
CATALOGUE_SEED = 20240


@dataclass(frozen=True)
class Property:
    """One web property (a GA360 view) and where it keeps the reconciliation signals."""

    name: str
    country: str
    timezone: str
    currency: str
    crm_system: str
    hostname: str
    price_factor: float
    email_slot: int
    consent_slot: int
    crm_scope: str  # session, user or userId
    crm_slot: int
    loyalty_slot: int

    @property
    def zone(self) -> ZoneInfo:
        """The property's time zone."""
        return ZoneInfo(self.timezone)


PROPERTIES: tuple[Property, ...] = (
    Property("maison_fr", "FR", "Europe/Paris", "EUR", "crm_eu",
             f"www.{DOMAIN}", 1.0, 12, 5, "session", 3, 0),
    Property("maison_uk", "GB", "Europe/London", "GBP", "crm_uk",
             f"uk.{DOMAIN}", 0.9, 7, 4, "user", 2, 0),
    Property("maison_cn", "CN", "Asia/Shanghai", "CNY", "crm_cn",
             f"cn.{DOMAIN}", 8.2, 8, 6, "userId", 0, 9),
)  # fmt: skip

ONLINE_STORE = "ONLINE"


@dataclass(frozen=True)
class Store:
    """One boutique."""

    store_id: str
    name: str
    city: str
    country: str
    timezone: str
    region: str
    market: int


HOME_STORES: tuple[Store, ...] = (
    Store("PAR01", "Maison Orphée Paris", "Paris", "FR", "Europe/Paris", "EMEA", 0),
    Store("LON01", "Maison Orphée London", "London", "GB", "Europe/London", "EMEA", 1),
    Store("SHA01", "Maison Orphée Shanghai", "Shanghai", "CN", "Asia/Shanghai",
          "APAC", 2),
)  # fmt: skip

MORE_CITIES: tuple[tuple[str, int], ...] = (
    ("Lyon", 0), ("Manchester", 1), ("Beijing", 2), ("Nice", 0), ("Edinburgh", 1),
    ("Chengdu", 2), ("Bordeaux", 0), ("Birmingham", 1), ("Shenzhen", 2),
)  # fmt: skip


@lru_cache(maxsize=8)
def stores(customers: int) -> tuple[Store, ...]:
    """Boutiques of a house of that size: three, and one more per 5,000 customers."""
    found = list(HOME_STORES)
    for number in range(min(60, customers // 5000)):
        city, market = MORE_CITIES[number % len(MORE_CITIES)]
        home = HOME_STORES[market]
        found.append(
            Store(f"{city[:3].upper()}{number // len(MORE_CITIES) + 2:02d}",
                  f"Maison Orphée {city} {number // len(MORE_CITIES) + 1}", city,
                  home.country, home.timezone, home.region, market)
        )  # fmt: skip
    return tuple(found)


@lru_cache(maxsize=8)
def stores_by_market(customers: int) -> tuple[tuple[int, ...], ...]:
    """Indexes of the boutiques of each market."""
    every = stores(customers)
    return tuple(
        tuple(i for i, store in enumerate(every) if store.market == market)
        for market in range(3)
    )


# Categories: name, plural page name, number of products, price range in EUR, materials.
CATEGORIES: tuple[tuple[str, int, int, int, tuple[str, ...]], ...] = (
    ("jewellery", 62, 480, 38000, ("yellow gold", "rose gold", "platinum", "silver")),
    ("watches", 40, 1900, 46000, ("steel", "yellow gold", "ceramic", "titanium")),
    ("leather goods", 52, 390, 6800, ("calfskin", "lambskin", "canvas", "grained calf")),
    ("ready-to-wear", 50, 420, 7900, ("silk", "cashmere", "wool", "cotton")),
    ("fragrance", 26, 70, 420, ("floral", "woody", "amber", "citrus")),
    ("accessories", 26, 150, 1900, ("silk", "cashmere", "acetate", "calfskin")),
)
NOUNS: tuple[tuple[str, ...], ...] = (
    ("ring", "bracelet", "necklace", "earrings", "pendant", "brooch"),
    ("automatic", "chronograph", "moon phase", "quartz"),
    ("tote", "clutch", "card holder", "shoulder bag", "belt bag"),
    ("dress", "coat", "blouse", "trousers", "knit"),
    ("eau de parfum", "eau de toilette", "candle"),
    ("scarf", "sunglasses", "belt", "gloves"),
)
COLLECTIONS = ("Lyre", "Eurydice", "Argo", "Thrace", "Hebre", "Calliope", "Nocturne",
               "Rivage")  # fmt: skip
COLOURS = ("black", "ivory", "midnight", "burgundy", "sage", "honey")
SIZES = ("S", "M", "L")


@dataclass(frozen=True)
class Sku:
    """One stock keeping unit."""

    sku: str
    product_id: str
    name: str
    category: int
    subcategory: str
    collection: str
    material: int
    colour: str
    size: str
    gender: str
    price: int
    band: int
    web_item_id: str
    launched_on: dt.date
    discontinued_on: dt.date | None


class Catalogue:
    """Products, their web pages, and what a latent taste makes of them.

    `page_cdf[page, material * 3 + band]` is the chance of each of the six products of a
    list page; `buy_cdf[taste]` is the chance of each sku when someone buys. Neither
    looks at any click.
    """

    page_size = 6

    def __init__(self) -> None:
        self.skus = _skus()
        self.items: list[str] = []
        self.item_sku: list[int] = []
        self.sku_item = np.zeros(len(self.skus), dtype=np.int64)
        known: dict[str, int] = {}
        for number, sku in enumerate(self.skus):
            if sku.web_item_id not in known:
                known[sku.web_item_id] = len(self.items)
                self.items.append(sku.web_item_id)
                self.item_sku.append(number)
            self.sku_item[number] = known[sku.web_item_id]
        self._pages()
        self._tastes()

    def _pages(self) -> None:
        pages: list[list[int]] = []
        self.first_page = np.zeros(len(CATEGORIES), dtype=np.int64)
        self.page_count = np.zeros(len(CATEGORIES), dtype=np.int64)
        for category in range(len(CATEGORIES)):
            ours = [i for i, s in enumerate(self.item_sku)
                    if self.skus[s].category == category]  # fmt: skip
            ours.sort(key=lambda i: mix(CATALOGUE_SEED, "popularity", i))
            self.first_page[category] = len(pages)
            for at in range(0, len(ours), self.page_size):
                chunk = ours[at : at + self.page_size]
                pages.append((chunk + ours)[: self.page_size])
            self.page_count[category] = len(pages) - self.first_page[category]
        self.pages = np.array(pages, dtype=np.int64)

    def _tastes(self) -> None:
        material = np.array([self.skus[s].material for s in self.item_sku])
        band = np.array([self.skus[s].band for s in self.item_sku])
        cdf = np.zeros((len(self.pages), 12, self.page_size))
        for taste in range(12):
            match = 1.4 * (material == taste // 3) + 1.0 * (band == taste % 3)
            weight = np.exp(match)[self.pages] / np.sqrt(1 + np.arange(self.page_size))
            cdf[:, taste] = np.cumsum(weight, axis=1) / weight.sum(1, keepdims=True)
        self.page_cdf = cdf
        sku_category = np.array([s.category for s in self.skus])
        sku_material = np.array([s.material for s in self.skus])
        sku_band = np.array([s.band for s in self.skus])
        fame = np.array([0.3 + unit(CATALOGUE_SEED, "fame", i)
                         for i in range(len(self.skus))])  # fmt: skip
        buy = np.zeros((72, len(self.skus)))
        for taste in range(72):
            category, rest = divmod(taste, 12)
            weight = fame * np.exp(2.6 * (sku_category == category)
                                   + 1.6 * (sku_material == rest // 3)
                                   + 1.1 * (sku_band == rest % 3))  # fmt: skip
            buy[taste] = np.cumsum(weight) / weight.sum()
        self.buy_cdf = buy

    def bought(self, taste: int, draw: float) -> int:
        """The sku somebody of that taste buys."""
        return int(np.searchsorted(self.buy_cdf[taste], draw))


def _skus() -> list[Sku]:
    found: list[Sku] = []
    for category, (label, products, low, high, _) in enumerate(CATEGORIES):
        for number in range(products):
            key = category * 1000 + number
            material = pick(CATALOGUE_SEED, "material", 4, key)
            rank = unit(CATALOGUE_SEED, "price", key)
            price = int(round(low * (high / low) ** rank, -1))
            noun = NOUNS[category][pick(CATALOGUE_SEED, "noun", len(NOUNS[category]), key)]
            collection = COLLECTIONS[pick(CATALOGUE_SEED, "collection", 8, key)]
            prefix = "".join(word[0] for word in label.replace("-", " ").split()).upper()
            product_id = f"{prefix}{number + 1:04d}"
            by_page = category in (2, 3)
            variants = 1 + pick(CATALOGUE_SEED, "variants", 3, key) if by_page else 1
            launched = dt.date(2021, 1, 1) + dt.timedelta(
                days=pick(CATALOGUE_SEED, "launch", 1100, key))
            gone = (dt.date(2024, 4, 15)
                    if unit(CATALOGUE_SEED, "gone", key) < 0.03 else None)
            for variant in range(variants):
                colour = COLOURS[(key + variant * 2) % len(COLOURS)]
                size = SIZES[variant] if category == 3 else ""
                found.append(Sku(
                    f"{product_id}-{colour[:3].upper()}{size}", product_id,
                    f"{collection} {noun}", category, noun, collection, material,
                    colour, size, "women" if key % 3 else "men", price,
                    min(2, int(rank * 3)),
                    # The site sells leather and clothes by page, the rest by sku.
                    f"page-{product_id.lower()}" if by_page
                    else f"{product_id}-{colour[:3].upper()}{size}",
                    launched, gone))  # fmt: skip
    return found


@lru_cache(maxsize=1)
def catalogue() -> Catalogue:
    """The catalogue, built once per process."""
    return Catalogue()


# Names: the first of each list are far commoner than the rest, which makes homonyms.
NAMES: tuple[dict[str, tuple[str, ...]], ...] = (
    {
        "F": ("Marie", "Camille", "Jeanne", "Hélène", "Inès", "Zoé", "Margaux",
              "Éléonore", "Solène", "Apolline"),
        "M": ("Jean", "Pierre", "Louis", "Étienne", "Théo", "Rémi", "Gaspard",
              "Côme", "Anatole", "Loïc"),
        "last": ("Martin", "Dupont", "Bernard", "Lefèvre", "Moreau", "Garçon",
                 "D'Aubrac", "de la Rivière", "Chêne", "Noël", "Beaulieu", "Vauclair",
                 "Sainte-Rose", "Lenoir", "Aubépin", "Montclair"),
    },
    {
        "F": ("Emma", "Olivia", "Charlotte", "Fiona", "Imogen", "Siân", "Beatrix",
              "Harriet", "Niamh", "Tamsin"),
        "M": ("James", "Oliver", "Alistair", "Rhys", "Edmund", "Callum", "Rupert",
              "Felix", "Barnaby", "Hugh"),
        "last": ("Smith", "Jones", "O'Connor", "MacAllister", "Ashdown", "Pemberly",
                 "Hartwell-Gray", "Fenwick", "Larkspur", "Thornby", "Whitlow",
                 "Merrivale", "Okafor", "Dalgleish"),
    },
    {
        "F": ("Na", "Fang", "Min", "Jing", "Yan", "Xiaoyu", "Mengqi", "Ruolan"),
        "M": ("Wei", "Qiang", "Lei", "Jun", "Yang", "Haoran", "Zixuan", "Bowen"),
        "last": ("Wang", "Li", "Zhang", "Liu", "Chen", "Zhao", "Ouyang", "Lin"),
    },
)  # fmt: skip
NATIVE = {
    "Na": "娜", "Fang": "芳", "Min": "敏", "Jing": "静", "Yan": "艳", "Xiaoyu": "晓雨",
    "Mengqi": "梦琪", "Ruolan": "若兰", "Wei": "伟", "Qiang": "强", "Lei": "磊",
    "Jun": "军", "Yang": "洋", "Haoran": "浩然", "Zixuan": "子轩", "Bowen": "博文",
    "Wang": "王", "Li": "李", "Zhang": "张", "Liu": "刘", "Chen": "陈", "Zhao": "赵",
    "Ouyang": "欧阳", "Lin": "林",
}  # fmt: skip
STREETS = (
    ("rue Imaginaire", "avenue des Songes", "quai du Mirage", "place de l'Invention"),
    ("Fable Street", "Nowhere Lane", "Story Crescent", "Invention Road"),
    ("Xugou Road", "Mengjing Street", "Huanxiang Road", "Gushi Lane"),
)
CITIES = (
    (("Paris", "75001"), ("Lyon", "69001"), ("Nice", "06000"), ("Lille", "59000")),
    (("London", "W1A 0AX"), ("Oxford", "OX1 0AA"), ("Bath", "BA1 0AA")),
    (("Shanghai", "200000"), ("Beijing", "100000"), ("Hangzhou", "310000")),
)
EMAIL_DOMAINS = ("example.com", "example.org", "example.net", "mail.example",
                 "post.example")  # fmt: skip
PLACEHOLDER_EMAILS = ("noemail@example.com", "none@none.com", "na@na.com",
                      f"boutique.par01@{DOMAIN}", f"boutique.sha01@{DOMAIN}")  # fmt: skip

EVENTS: tuple[tuple[str, str, str, str], ...] = (
    ("*", "account", "login", "sign_in"),
    ("*", "account", "logout", "sign_out"),
    ("*", "account", "register", "account_created"),
    ("*", "newsletter", "subscribe", "newsletter_signup"),
    ("*", "wishlist", "add", "wish_list"),
    ("*", "store locator", "search", "store_locator"),
    ("*", "appointment", "request", "appointment_request"),
    ("*", "product", "notify me", "add_availability"),
)

RATES = {"EUR": 1.0, "GBP": 1.168, "CNY": 0.1285, "USD": 0.923, "JPY": 0.00612,
         "AED": 0.2513}  # fmt: skip
