"""The reconciliation key in SQL, against the standard library: HMAC vectors, normalisation, what sites send."""

from __future__ import annotations

import base64
import hashlib
import hmac
import unicodedata
from pathlib import Path

import duckdb
import pytest

from conftest import House
from rendezvous import keys

# RFC 4231: key, text, HMAC-SHA-256. Case 5 of the document truncates its output and is left out.
RFC_4231 = [
    (b"\x0b" * 20, "Hi There", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"),
    (b"Jefe", "what do ya want for nothing?",
     "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"),
    (b"\xaa" * 131, "Test Using Larger Than Block-Size Key - Hash Key First",
     "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"),
    (b"\xaa" * 131,
     "This is a test using a larger than block-size key and a larger than block-size data. "
     "The key needs to be hashed before being used by the HMAC algorithm.",
     "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"),
]
# Web exports reference 6.5; the first is Adobe's published example.
SHA256 = {
    "ecid@adobe.com": "a6ea4cde5da5ae7cc68baae894d1d6544fca26254433b0fff7c2cb4843b4a097",
    "user@example.com": "b4c9a289323b21a01c3e940f150eb9b8c542587f1abfd8f0e1cc1ffc5e475514",
    "janesaoirse@gmail.com": "92ee26057ed9dea2535d6c8b141d48373932476599196e00352254896db5888f",
    "jane.saoirse@gmail.com": "58bad64ae1c94e2bfdcf592ca545bea6201cbe1a87f8bef0cb88388f88009649",
    "MyEmailAddress@example.com ": "84059b07d4be67b806386c0aad8070a23f18836bbaae342275dc0a83414c32ee",
    "bücher@example.com": "bd46490df866277d709a9b53795ff118ce654fe12bd0b544058dd7d350e354b6",
    unicodedata.normalize("NFD", "bücher@example.com"):
        "bd46490df866277d709a9b53795ff118ce654fe12bd0b544058dd7d350e354b6",
    "\tuser@example.com\n": "b4c9a289323b21a01c3e940f150eb9b8c542587f1abfd8f0e1cc1ffc5e475514",
    "\u00a0user@example.com\u200b\ufeff": "b4c9a289323b21a01c3e940f150eb9b8c542587f1abfd8f0e1cc1ffc5e475514",
}
ADDRESS = "user@example.com"
HEX = SHA256[ADDRESS]
BASE64 = "tMmiiTI7IaAcPpQPFQ65uMVCWH8av9jw4cwf/F5HVRQ="
# What a site sends in the slot of the hashed e-mail -> status, and whether it meets the address.
RECEIVED = {
    HEX: ("ok", True),
    HEX.upper(): ("ok", True),
    f" {HEX}\n": ("ok", True),
    f"sha256:{HEX}": ("ok", True),
    f"0x{HEX}": ("ok", True),
    BASE64: ("ok", True),
    BASE64.rstrip("="): ("ok", True),
    BASE64.replace("+", "-").replace("/", "_"): ("ok", True),
    "User@Example.com": ("raw_email", True),
    "user%40example.com": ("raw_email", True),
    "user%2540example.com": ("raw_email", True),
    "b58996c504c5638798eb6b511e6f49af": ("legacy_hash", False),
    "63a710569261a24b3766275b7000ce8d7b32e2f7": ("legacy_hash", False),
    HEX[:36]: ("truncated", False),
    HEX[:63]: ("truncated", False),
    "null": ("placeholder", False),
    "undefined": ("placeholder", False),
    "N/A": ("placeholder", False),
    "guest": ("placeholder", False),
    hashlib.sha256(b"").hexdigest(): ("placeholder", False),
    hashlib.sha256(b"null").hexdigest().upper(): ("placeholder", False),
    "34292f4267fcc40572e19d90988467838747a21321372edf934e1d1c0f3e65f2": ("placeholder", False),
    base64.b64encode(hashlib.sha256(b"undefined").digest()).decode(): ("placeholder", False),
    hashlib.md5(b"").hexdigest(): ("placeholder", False),
    "noemail@noemail.com": ("placeholder", False),
    "@": ("bad_format", False),
    "not a key": ("bad_format", False),
    "2b1c6d1e-0f4e-4a52-9d3e-6a4b8c1d2e3f": ("bad_format", False),
    HEX * 2: ("bad_format", False),
}
IN_AN_ID_SLOT = {
    "000042": ("crm_customer", "ok", "000042"),
    "undefined": ("crm_customer", "placeholder", None),
    "User@Example.com": ("email", "raw_email", "the key"),
}


@pytest.fixture(scope="module")
def built(shared_house: House) -> House:
    """One visit per received value, in maison_fr, whose slots the reference seeds configure."""
    def row(number: int, hit_slots: list[dict], session_slots: list[dict]) -> dict:
        return {
            "fullVisitorId": f"{number:016d}", "visitId": "1717063200", "visitStartTime": "1717063200",
            "date": "20240530", "totals": {"visits": "1"}, "customDimensions": session_slots,
            "hits": [{"hitNumber": "1", "time": "0", "type": "EVENT",
                      "eventInfo": {"eventCategory": "Account", "eventAction": "Login"},
                      "customDimensions": hit_slots}],
        }

    rows = [row(n, [{"index": "12", "value": value}], []) for n, value in enumerate(RECEIVED)]
    rows += [row(1000 + n, [], [{"index": "3", "value": value}]) for n, value in enumerate(IN_AN_ID_SLOT)]
    rows += [row(2000, [{"index": "12", "value": ""}], [{"index": "3", "value": "(not set)"}])]
    shared_house.land_json("ga360/maison_fr/ga_sessions_20240530.json.gz", rows)
    shared_house.build(
        "-s", "+int_web__sign_ins", "--indirect-selection", "cautious"
    )
    return shared_house


def key_of(house: House, address: str) -> str:
    """What Python says the reconciliation key of an address is."""
    normal = unicodedata.normalize("NFC", address).strip("\u200b\ufeff").strip().lower()
    message = hashlib.sha256(normal.encode()).hexdigest()
    return "v1_EU:" + hmac.new(keys.read_ring(house.key)["EU"].secret, message.encode(), hashlib.sha256).hexdigest()


def test_each_received_value_has_its_status_and_its_key(built: House) -> None:
    rows = dict(
        (int(visitor), (status, value)) for visitor, status, value in built.query(
            "select sessions.visitor_id, keys.status, keys.identifier_value"
            " from intermediate.int_web__reconciliation_keys as keys"
            " inner join staging.stg_ga360__sessions as sessions using (session_part_key)"
            " where key_scope = 'hit'"
        )
    )
    expected = {
        number: (status, key_of(built, ADDRESS) if meets else None)
        for number, (status, meets) in enumerate(RECEIVED.values())
    }
    assert rows == expected


def test_an_id_slot_passes_ids_and_hashes_a_leaked_address(built: House) -> None:
    rows = built.query(
        "select identifier_type, status, identifier_value from intermediate.int_web__reconciliation_keys"
        " where key_scope = 'session' order by visitor_key"
    )
    expected = [
        (kind, status, key_of(built, ADDRESS) if value == "the key" else value)
        for kind, status, value in IN_AN_ID_SLOT.values()
    ]
    assert sorted(rows, key=str) == sorted(expected, key=str)


def test_an_empty_slot_is_no_key_at_all(built: House) -> None:
    assert built.query(
        "select count(*) from intermediate.int_web__reconciliation_keys as keys"
        " inner join staging.stg_ga360__sessions as sessions using (session_part_key)"
        " where sessions.visitor_id = '0000000000002000'"
    ) == [(0,)]


def test_a_sign_in_needs_an_event_and_a_usable_key(built: House) -> None:
    assert built.query(
        "select meaning, identifier_type, count(*) from intermediate.int_web__sign_ins group by all order by all"
    ) == [("session_id", "crm_customer", 1), ("session_id", "email", 1),
          ("sign_in", "email", sum(meets for _, meets in RECEIVED.values()))]


def test_nothing_clear_is_stored_outside_staging(built: House) -> None:
    for table in ("int_web__reconciliation_keys", "int_web__sign_ins", "int_web__hits"):
        assert built.query(
            f"select count(*) from intermediate.{table} as t where lower(t::varchar) like '%user@example%'"
            f" or lower(t::varchar) like '%{HEX}%'"
        ) == [(0,)]


@pytest.fixture(scope="module")
def probe(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """hmac_hex(x), normalise_email(x) and reconciliation_key(x) as dbt compiles them."""
    house = House(tmp_path_factory.mktemp("probe"))
    names = ("hmac_hex", "normalise_email", "reconciliation_key", "sha256_hex")
    inline = " ;; ".join(f"{{{{ {name}('x') }}}}" for name in names)
    done = house.dbt("--quiet", "compile", "--inline", f";; {inline} ;;")
    compiled = dict(zip(names, done.stdout.split(";;")[1:], strict=False))
    return compiled


def run(expression: str, value: str | None, key: bytes = b"") -> str | None:
    """One value through one expression, with the pads of a key."""
    inner, outer = keys.pads(key)
    connection = duckdb.connect()
    pads = {"inner_pads": {"v1_EU": inner}, "outer_pads": {"v1_EU": outer}}
    kinds = "struct(inner_pads map(varchar, blob), outer_pads map(varchar, blob))"
    connection.execute(f"set variable rendezvous = ?::{kinds}", [pads])
    row = "(select ?::varchar as x, 'v1_EU' as key_name)"
    return connection.execute(f"select {expression} from {row}", [value]).fetchone()[0]


@pytest.mark.parametrize(("key", "text", "expected"), RFC_4231)
def test_hmac_in_sql_is_that_of_rfc_4231(probe: dict, key: bytes, text: str, expected: str) -> None:
    assert run(probe["hmac_hex"], text, key) == expected
    assert hmac.new(key, text.encode(), hashlib.sha256).hexdigest() == expected


@pytest.mark.parametrize("nothing", [None, ""])
def test_nothing_has_no_key(probe: dict, nothing: str | None) -> None:
    assert run(probe["hmac_hex"], nothing, b"k") is None
    assert run(probe["reconciliation_key"], nothing, b"k") is None


@pytest.mark.parametrize(("address", "expected"), SHA256.items())
def test_an_address_is_normalised_as_sites_do_before_it_is_hashed(
    probe: dict, address: str, expected: str
) -> None:
    normal = run(probe["normalise_email"], address)
    assert run(probe["sha256_hex"], normal) == expected
    assert run(probe["reconciliation_key"], address, b"house") == "v1_EU:" + hmac.new(
        b"house", expected.encode(), hashlib.sha256
    ).hexdigest()


def test_the_key_is_nowhere_in_what_was_written(built: House) -> None:
    secret = built.key.read_text(encoding="ascii").strip()
    for path in [*Path(built.folder / "target").rglob("*.sql"), *Path(built.folder / "logs").rglob("*.log")]:
        assert secret not in path.read_text(encoding="utf-8", errors="ignore")
