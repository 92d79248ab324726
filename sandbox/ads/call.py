"""One call as an endpoint sees it: who asks, for which ad account, with which parameters, all checked."""

import json
from dataclasses import dataclass, field

from sandbox.ads.errors import ApiError
from sandbox.ads.model import Advertiser, Grant, Node

MOST_IDS = 20
MOST_FILTER_IDS = 100
DEFAULT_PAGE, MOST_ROWS = 10, 1_000


@dataclass(slots=True, kw_only=True)
class Call:
    world: object
    path: str
    params: dict
    grant: Grant | None = None
    changed: list[dict] = field(default_factory=list)

    @property
    def ads(self):
        return self.world.ads

    @property
    def now(self) -> float:
        return self.world.clock.now()

    def text(self, name: str, *, required: bool = True) -> str:
        value = self.params.get(name)
        if value in (None, "") and not required:
            return ""
        if not isinstance(value, str) or not value:
            raise ApiError(40002, f"{name}: must be a non-empty string")
        return value

    def ids(self, name: str, *, most: int = MOST_IDS, least: int = 1) -> list[str]:
        """A list of ids as strings; numbers are refused, as 64-bit ids do not survive being numbers."""
        value = self.params.get(name)
        if not isinstance(value, list) or not all(isinstance(item, str) and item for item in value):
            raise ApiError(40002, f"{name}: must be a list of strings")
        if not least <= len(value) <= most:
            raise ApiError(40002, f"{name}: size must be between {least} and {most}")
        return value

    def advertiser(self) -> Advertiser:
        return self.allowed(self.text("advertiser_id"))

    def allowed(self, advertiser_id: str) -> Advertiser:
        advertiser = self.ads.advertisers.get(advertiser_id)
        if advertiser is None:
            raise ApiError(40300, f"Advertiser {advertiser_id} doesn't exist")
        if advertiser_id not in self.grant.advertiser_ids:
            raise ApiError(40001, f"No permission to operate advertiser {advertiser_id}")
        return advertiser

    def node(self, kind: str, node_id: str, advertiser: Advertiser) -> Node:
        node = self.ads.find(kind, node_id)
        if node is None:
            raise ApiError(40007, f"{kind} {node_id} doesn't exist")
        if node.advertiser_id != advertiser.id:
            raise ApiError(40301, f"{kind} {node_id} doesn't belong to advertiser {advertiser.id}")
        return node

    def filtering(self) -> dict:
        value = self.params.get("filtering") or {}
        if not isinstance(value, dict):
            raise ApiError(40002, "filtering: must be a JSON object")
        for name, items in value.items():
            if isinstance(items, list) and len(items) > MOST_FILTER_IDS:
                raise ApiError(40002, f"filtering.{name}: at most {MOST_FILTER_IDS} values")
        return value

    def store(self, advertiser: Advertiser):
        store = self.ads.stores.get(self.text("store_id"))
        if store is None or store.bc_id != advertiser.bc_id:
            raise ApiError(40001, "No permission for this store")
        return store

    def page(self, rows: list, *, key: str = "list", most: int = MOST_ROWS) -> dict:
        """One page by number. Where a list has another name on the wire it is there under both."""
        page, size = self._number("page", 1), self._number("page_size", DEFAULT_PAGE)
        if page < 1:
            raise ApiError(40002, "page: must be at least 1")
        if not 1 <= size <= most:
            raise ApiError(40002, f"page_size: must be between 1 and {most}")
        shown = rows[(page - 1) * size : page * size]
        info = {
            "page": page,
            "page_size": size,
            "total_number": len(rows),
            "total_page": -(-len(rows) // size),
        }
        return {"list": shown, key: shown, "page_info": info}

    def trimmed(self, rows: list[dict], *, always: tuple[str, ...]) -> list[dict]:
        """Only the `fields` that were asked for."""
        wanted = self.params.get("fields")
        if not wanted:
            return rows
        if not isinstance(wanted, list):
            raise ApiError(40002, "fields: must be a list of strings")
        unknown = [name for name in wanted if rows and name not in rows[0]]
        if unknown:
            raise ApiError(40002, f"fields: invalid value {unknown[0]}")
        return [
            {name: value for name, value in row.items() if name in wanted or name in always} for row in rows
        ]

    def _number(self, name: str, default: int) -> int:
        value = self.params.get(name, default)
        if isinstance(value, bool) or not isinstance(value, int):
            raise ApiError(40002, f"{name}: must be an integer")
        return value


def from_query(pairs: list[tuple[str, str]]) -> dict:
    """Query parameters: lists and objects are JSON in text; ids stay text though they look like numbers."""
    found: dict = {}
    for name, value in pairs:
        if value[:1] in "[{" and value:
            try:
                found[name] = json.loads(value)
            except ValueError as error:
                raise ApiError(40002, f"{name}: is not valid JSON") from error
        elif name in {"page", "page_size"} and value.lstrip("-").isdigit():
            found[name] = int(value)
        else:
            found[name] = {"true": True, "false": False}.get(value, value)
    return found


def from_body(raw: bytes) -> dict:
    try:
        body = json.loads(raw)
    except ValueError as error:
        raise ApiError(40002, "The request body is not valid JSON") from error
    if not isinstance(body, dict):
        raise ApiError(40002, "The request body must be a JSON object")
    return body
