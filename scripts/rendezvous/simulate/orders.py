"""Online orders: what a buying session leaves in the shop, whatever analytics saw of it."""

from __future__ import annotations

from dataclasses import dataclass

from .hashing import pick, unit
from .house import PROPERTIES, Sku, catalogue
from .people import taste_of
from .plan import Plan

COUNTRY_CODE = ("FR", "UK", "CN")


@dataclass(frozen=True)
class OrderLine:
    """One line, price in the currency of the property."""

    number: int
    sku: Sku
    quantity: int
    unit_price: int


@dataclass(frozen=True)
class Order:
    """One online order."""

    order_id: str
    lines: tuple[OrderLine, ...]
    shipping: int
    is_gift: bool

    @property
    def gross(self) -> int:
        """Merchandise and shipping."""
        return sum(line.quantity * line.unit_price for line in self.lines) + self.shipping


def local_price(sku: Sku, site: int) -> int:
    """List price in whole units of the property's currency."""
    return max(1, round(sku.price * PROPERTIES[site].price_factor))


def order_of(plan: Plan, site: int, uid: int, who: int, sku: int, gift: int) -> Order:
    """The order of a buying session: one or two lines, free shipping above 500."""
    goods = catalogue()
    chosen = [sku]
    if unit(plan.seed, "second line", uid) < 0.22:
        first, _, material, band = taste_of(plan, who, gift)
        taste = int(first * 12 + material * 3 + band)
        chosen.append(goods.bought(taste, unit(plan.seed, "second sku", uid)))
    lines = tuple(
        OrderLine(
            number,
            goods.skus[number],
            2 if unit(plan.seed, "two of", uid, at) < 0.04 else 1,
            local_price(goods.skus[number], site),
        )
        for at, number in enumerate(dict.fromkeys(chosen))
    )
    merchandise = sum(line.quantity * line.unit_price for line in lines)
    shipping = 0 if merchandise > 500 * PROPERTIES[site].price_factor else 15
    number = pick(plan.seed, "order", 10**10, uid)
    return Order(f"W{COUNTRY_CODE[site]}-{number:010d}", lines, shipping, gift > 0)
