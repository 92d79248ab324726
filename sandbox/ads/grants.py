"""Who was let in: authorization codes (once, one hour) and tokens (no timer, they die when revoked)."""

import secrets

from sandbox.ads.errors import ApiError
from sandbox.ads.model import AuthCode, Grant, rows

CODE_SECONDS = 3600
# what a scope number opens
ACCOUNT, MANAGEMENT, REPORT, SHOP_ADS = 1, 2, 4, 12
ALL_SCOPES = [ACCOUNT, MANAGEMENT, REPORT, SHOP_ADS]


class Grants:
    def __init__(self, world) -> None:
        self.world = world
        self.codes: dict[str, AuthCode] = {}
        self.tokens: dict[str, Grant] = {}

    def new_code(self, advertiser_ids: list[str], scope: list[int] | None = None) -> str:
        code = secrets.token_hex(20)
        self.codes[code] = AuthCode(
            code=code,
            advertiser_ids=advertiser_ids,
            scope=list(ALL_SCOPES if scope is None else scope),
            created_at=self.world.clock.now(),
        )
        return code

    def exchange(self, code: str) -> Grant:
        now, found = self.world.clock.now(), self.codes.get(code)
        if found is None or found.is_used:
            raise ApiError(40110, "auth_code is invalid or has been used")
        if now - found.created_at > CODE_SECONDS:
            raise ApiError(40115, "auth_code has expired")
        found.is_used = True
        token = secrets.token_hex(20)
        self.tokens[token] = Grant(
            token=token, advertiser_ids=found.advertiser_ids, scope=found.scope, created_at=now
        )
        self.world.journal.record("ads_authorized", advertiser_ids=found.advertiser_ids)
        return self.tokens[token]

    def check(self, token: str) -> Grant:
        if not token:
            raise ApiError(40104, "Access token is empty")
        grant = self.tokens.get(token)
        if grant is None:
            raise ApiError(40105, "Access token is incorrect or has been revoked")
        if self.world.faults.expires_token("ads"):
            grant.is_revoked = True
        if grant.is_revoked:
            raise ApiError(40102, "Access token has expired")
        return grant

    def revoke(self, token: str) -> None:
        if token not in self.tokens:
            raise ApiError(40105, "Access token is incorrect or has been revoked")
        del self.tokens[token]
        self.world.journal.record("ads_revoked")

    def snapshot(self) -> dict:
        return {"codes": rows(self.codes.values()), "tokens": rows(self.tokens.values())}

    def restore(self, data: dict) -> None:
        self.codes = {row["code"]: AuthCode(**row) for row in data["codes"]}
        self.tokens = {row["token"]: Grant(**row) for row in data["tokens"]}
