"""The landing contract as data: which tables a house may land, and their columns.

Order and names follow the written contract (docs/landing_contract.md). A column may be added here, never renamed: other
tools and the staging models read these names.
"""

from __future__ import annotations


def _columns(text: str) -> list[str]:
    return [name.strip() for name in text.split(",")]


TABLES: dict[str, dict[str, list[str]]] = {
    "crm": {
        "customers": _columns(
            "source_system, customer_id, civility, first_name, last_name, first_name_native, last_name_native,"
            "birth_date, gender, language, email, phone, address_line_1, address_line_2, district, city,"
            "state_province, postal_code, country_code, address_native, home_store_id, advisor_id, client_tier,"
            "created_at, updated_at, deleted_at"
        ),
        "advisors": _columns("advisor_id, store_id, display_name, email, valid_from, valid_to"),
    },
    "stewardship": {
        "decisions": _columns(
            "decision_id, left_source_system, left_customer_id, right_source_system, right_customer_id, decision,"
            "reason, decided_by, decided_at"
        ),
    },
    "consent": {
        "consent_events": _columns(
            "consent_event_id, source_system, subject_type, subject_id, purpose, recipient, status, occurred_at,"
            "received_at, country_code, text_version, proof_ref"
        ),
    },
    "privacy": {
        "requests": _columns(
            "request_id, kind, subject_type, subject_id, received_at, identity_verified_at, status"
        ),
    },
    "pos": {
        "transactions": _columns(
            "transaction_id, store_id, source_system, customer_id, loyalty_id, email, phone, sold_at, currency_code,"
            "is_return, original_transaction_id, advisor_id, receipt_email"
        ),
        "transaction_lines": _columns(
            "transaction_id, line_number, sku, quantity, unit_price, discount_amount, net_amount, is_gift"
        ),
    },
    "ecommerce": {
        "orders": _columns(
            "order_id, customer_id, source_system, email, phone, ordered_at, status, currency_code, gross_amount,"
            "shipping_country_code, is_guest_checkout"
        ),
        "order_lines": _columns(
            "order_id, line_number, sku, quantity, unit_price, net_amount, returned_quantity, returned_at"
        ),
    },
    "marketplace": {
        "orders": _columns(
            "marketplace, order_id, buyer_id, relay_email, ordered_at, currency_code, gross_amount, country_code"
        ),
        "order_lines": _columns("marketplace, order_id, line_number, sku, quantity, net_amount"),
    },
    "loyalty": {
        "members": _columns(
            "loyalty_id, source_system, customer_id, email, phone, tier, joined_at, points"
        ),
    },
    "newsletter": {
        "events": _columns("newsletter_event_id, email, event_type, campaign_id, occurred_at"),
    },
    "service": {
        "cases": _columns(
            "case_id, source_system, customer_id, email, phone, channel, topic, sku, opened_at, closed_at, status"
        ),
    },
    "app": {
        "installs": _columns(
            "app_instance_id, platform, email, source_system, customer_id, first_opened_at, last_seen_at"
        ),
    },
    "appointments": {
        "appointment_events": _columns(
            "appointment_event_id, appointment_id, store_id, source_system, customer_id, email, phone, booked_via,"
            "motive, party_size, language, starts_at, ends_at, advisor_id, status, recorded_at"
        ),
        "outcomes": _columns("appointment_id, sku, outcome, reason_code, recorded_at"),
    },
    "catalog": {
        "products": _columns(
            "sku, product_id, product_name, category, subcategory, collection, material, colour, size, gender,"
            "list_price, currency_code, launched_on, discontinued_on, web_item_id"
        ),
        "stores": _columns(
            "store_id, store_name, store_type, city, country_code, timezone, region, opened_on, closed_on"
        ),
        "store_devices": _columns("store_id, property, client_id, installed_on, removed_on"),
    },
    "stock": {
        "levels": _columns("snapshot_at, store_id, sku, on_hand_quantity, in_transfer_quantity"),
    },
    "finance": {
        "exchange_rates": _columns("rate_on, currency_code, rate_to_eur"),
    },
}

KEYS: dict[str, dict[str, list[str]]] = {
    "crm": {"customers": ["source_system", "customer_id"], "advisors": ["advisor_id"]},
    "stewardship": {"decisions": ["decision_id"]},
    "consent": {"consent_events": ["consent_event_id"]},
    "privacy": {"requests": ["request_id"]},
    "pos": {
        "transactions": ["transaction_id"],
        "transaction_lines": ["transaction_id", "line_number"],
    },
    "ecommerce": {"orders": ["order_id"], "order_lines": ["order_id", "line_number"]},
    "marketplace": {
        "orders": ["marketplace", "order_id"],
        "order_lines": ["marketplace", "order_id", "line_number"],
    },
    "loyalty": {"members": ["loyalty_id"]},
    "newsletter": {"events": ["newsletter_event_id"]},
    "service": {"cases": ["case_id"]},
    "app": {"installs": ["app_instance_id"]},
    "appointments": {
        "appointment_events": ["appointment_event_id"],
        "outcomes": ["appointment_id", "sku"],
    },
    "catalog": {
        "products": ["sku"],
        "stores": ["store_id"],
        "store_devices": ["property", "client_id"],
    },
    "stock": {"levels": ["snapshot_at", "store_id", "sku"]},
    "finance": {"exchange_rates": ["rate_on", "currency_code"]},
}
"""Columns without which no row of a table can be told from another: a file without them is refused."""

_INDEXED = "STRUCT(index VARCHAR, value VARCHAR)[]"
_PRODUCT = (
    "STRUCT(productSKU VARCHAR, v2ProductName VARCHAR, v2ProductCategory VARCHAR, productVariant VARCHAR,"
    " productBrand VARCHAR, productRevenue VARCHAR, localProductRevenue VARCHAR, productPrice VARCHAR,"
    " localProductPrice VARCHAR, productQuantity VARCHAR, productRefundAmount VARCHAR, isImpression VARCHAR,"
    " isClick VARCHAR, productListName VARCHAR, productListPosition VARCHAR, productCouponCode VARCHAR)[]"
)
_HIT = (
    "STRUCT(hitNumber VARCHAR, time VARCHAR, isInteraction VARCHAR, referer VARCHAR, type VARCHAR,"
    " page STRUCT(pagePath VARCHAR, hostname VARCHAR, pageTitle VARCHAR),"
    ' "transaction" STRUCT(transactionId VARCHAR, transactionRevenue VARCHAR, transactionTax VARCHAR,'
    " transactionShipping VARCHAR, currencyCode VARCHAR, localTransactionRevenue VARCHAR,"
    " localTransactionTax VARCHAR, localTransactionShipping VARCHAR, transactionCoupon VARCHAR),"
    " appInfo STRUCT(screenName VARCHAR),"
    " eventInfo STRUCT(eventCategory VARCHAR, eventAction VARCHAR, eventLabel VARCHAR),"
    f" product {_PRODUCT},"
    " promotion STRUCT(promoId VARCHAR, promoName VARCHAR, promoCreative VARCHAR, promoPosition VARCHAR)[],"
    " promotionActionInfo STRUCT(promoIsView VARCHAR, promoIsClick VARCHAR),"
    " refund STRUCT(refundAmount VARCHAR, localRefundAmount VARCHAR),"
    " eCommerceAction STRUCT(action_type VARCHAR, step VARCHAR, option VARCHAR),"
    f" customDimensions {_INDEXED})[]"
)

GA360_COLUMNS: dict[str, str] = {
    "fullVisitorId": "VARCHAR",
    "clientId": "VARCHAR",
    "userId": "VARCHAR",
    "visitId": "VARCHAR",
    "visitNumber": "VARCHAR",
    "visitStartTime": "VARCHAR",
    "date": "VARCHAR",
    "channelGrouping": "VARCHAR",
    "totals": "STRUCT(visits VARCHAR, hits VARCHAR, newVisits VARCHAR)",
    "trafficSource": (
        "STRUCT(source VARCHAR, medium VARCHAR, campaign VARCHAR, isTrueDirect VARCHAR,"
        " adwordsClickInfo STRUCT(gclId VARCHAR))"
    ),
    "device": "STRUCT(browser VARCHAR, deviceCategory VARCHAR)",
    "geoNetwork": "STRUCT(country VARCHAR)",
    "privacy_info": "STRUCT(analytics_storage VARCHAR, ads_storage VARCHAR)",
    "customDimensions": _INDEXED,
    "hits": _HIT,
    "exportTimeUsec": "VARCHAR",
    "exportKey": "VARCHAR",
    "visitKey": "VARCHAR",
}
"""What is read of a GA360 export, every scalar as text: a value of the wrong type must become NULL and be
listed, not stop the day. Anything else in the export is left in the file. A column a day lacks reads NULL."""
