"""Which carrier has which key at the provider, and whose number a bare number looks like.
Only China Post = 3011 is published; the other keys are this sandbox's own, a caller keeps them as settings."""

import re
from dataclasses import dataclass

S10 = r"^[A-Z]{2}\d{9}"


@dataclass(frozen=True, slots=True, kw_only=True)
class CarrierKey:
    key: int
    name: str
    slug: str
    names: tuple[str, ...] = ()
    shape: str = ""  # auto-detection; left empty when nothing certain is known


TABLE = (
    CarrierKey(key=3011, name="China Post", slug="china-post", names=("ems",), shape=S10 + "CN$"),
    CarrierKey(
        key=100101, name="DHL", slug="dhl", names=("dhl express",), shape=r"^(\d{10,11}|JD\d{10,18})$"
    ),
    CarrierKey(key=100102, name="UPS", slug="ups", shape=r"^1Z[A-Z0-9]{15}\d$"),
    CarrierKey(key=100103, name="FedEx", slug="fedex", shape=r"^(\d{12}|\d{15}|96\d{20})$"),
    CarrierKey(
        key=100104, name="J&T Express", slug="jt-express", names=("j&t", "jnt"), shape=r"^J[TPDOZX]\d{10,13}$"
    ),
    CarrierKey(
        key=100105,
        name="SPX Express",
        slug="spx",
        names=("shopee express", "spx"),
        shape=r"^SPX[A-Z0-9]{8,}$",
    ),
    CarrierKey(
        key=100106, name="Flash Express", slug="flash-express", names=("flash",), shape=r"^TH\d{10,14}[A-Z]?$"
    ),
    CarrierKey(
        key=100107, name="Ninja Van", slug="ninja-van", names=("ninja",), shape=r"^(NV|NINJA)[A-Z0-9]{6,}$"
    ),
    CarrierKey(
        key=100108,
        name="Kerry Express",
        slug="kerry-express",
        names=("kerry", "kex"),
        shape=r"^KEX[A-Z0-9]+$",
    ),
    CarrierKey(key=100109, name="SF Express", slug="sf-express", names=("sf",), shape=r"^SF\d{13}$"),
    CarrierKey(key=100110, name="YunExpress", slug="yunexpress", names=("yun express",), shape=r"^YT\d{16}$"),
    CarrierKey(key=100111, name="4PX", slug="4px", shape=r"^4PX\d{13}CN$"),
    CarrierKey(key=100112, name="Cainiao", slug="cainiao", shape=r"^LP\d{14,17}$"),
    CarrierKey(key=100113, name="GHN", slug="ghn", names=("giao hang nhanh",), shape=r"^GHN[A-Z0-9]+$"),
    CarrierKey(key=100114, name="GHTK", slug="ghtk", names=("giao hang tiet kiem",)),
    CarrierKey(
        key=100115, name="Viettel Post", slug="viettel-post", names=("viettel",), shape=r"^VTP[A-Z0-9]+$"
    ),
    CarrierKey(key=100116, name="GOFO", slug="gofo", shape=r"^GFUS\d{14}$"),
    CarrierKey(key=20101, name="Royal Mail", slug="royal-mail", shape=S10 + "GB$"),
    CarrierKey(key=20102, name="Thailand Post", slug="thailand-post", shape=S10 + "TH$"),
    CarrierKey(key=20103, name="Pos Malaysia", slug="pos-malaysia", names=("pos laju",), shape=S10 + "MY$"),
    CarrierKey(
        key=20104, name="Singapore Post", slug="singapore-post", names=("singpost",), shape=S10 + "SG$"
    ),
    CarrierKey(key=20105, name="Vietnam Post", slug="vietnam-post", names=("vnpost",), shape=S10 + "VN$"),
    CarrierKey(
        key=20106,
        name="USPS",
        slug="usps",
        shape=r"^(9[1-5]\d{20}|420\d{27}|420\d{31}|0\d{19}|[A-Z]{2}\d{9}US)$",
    ),
)
BY_KEY = {row.key: row for row in TABLE}
BY_SLUG = {row.slug: row for row in TABLE}


def by_name(name: str) -> CarrierKey | None:
    """The carrier that a shop or a person means by this name ("J&T Express VN")."""
    wanted = name.strip().casefold()
    for row in TABLE:
        names = (row.name.casefold(), row.slug, *row.names)
        if any(wanted == known or wanted.startswith((known + " ", known + "-")) for known in names):
            return row
    return None


def detect(number: str) -> CarrierKey | None:
    return next((row for row in TABLE if row.shape and re.match(row.shape, number)), None)
