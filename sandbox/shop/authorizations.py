"""Who may act for which seller: codes used once, access and refresh tokens with their ends, revocation."""

from dataclasses import asdict, dataclass, field

from sandbox.shop import events

CODE_SECONDS = 30 * 60
WARN_SECONDS = 30 * 86_400
DAY = 86_400
SCOPES = (
    "seller.authorization.info",
    "seller.order.info",
    "seller.product.basic",
    "seller.product.write",
    "seller.fulfillment.package.read",
    "seller.fulfillment.package.write",
    "seller.logistics",
    "seller.return_refund.basic",
    "seller.customer_service",
)


class AuthError(Exception):
    """A refused code or refresh token, with the platform's number for it."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(slots=True, kw_only=True)
class Grant:
    open_id: str
    scopes: list[str]
    refresh_ends_at: float
    revoked: bool = False
    warned_on: int = 0
    access: dict[str, float] = field(default_factory=dict)
    refresh: dict[str, float] = field(default_factory=dict)


class Authorizations:
    def __init__(self, world) -> None:
        self.world = world
        self.codes: dict[str, tuple[str, float]] = {}
        self.grants: dict[str, Grant] = {}
        self.owners: dict[str, str] = {}
        self.refreshes = 0

    def new_code(self, open_id: str) -> str:
        code = f"SB_{self._secret(18)}"
        self.codes[code] = (open_id, self.world.clock.now() + CODE_SECONDS)
        return code

    def exchange(self, code: str) -> Grant:
        open_id, ends_at = self.codes.pop(code, ("", 0.0))
        if not open_id or ends_at <= self.world.clock.now():
            raise AuthError(36004004, "auth_code is invalid, used or expired")
        granted = [scope for scope in self.world.settings["granted_scopes"].split(",") if scope]
        ends = self.world.clock.now() + self.world.settings["refresh_token_seconds"]
        old = self.grants.get(open_id)
        grant = Grant(open_id=open_id, scopes=granted or list(SCOPES), refresh_ends_at=ends)
        if old is not None and not old.revoked:
            grant.access, grant.refresh = old.access, old.refresh
        self.grants[open_id] = grant
        return self._renew(grant)

    def refresh(self, token: str) -> Grant:
        grant = self.grants.get(self.owners.get(token, ""))
        if grant is None or grant.revoked or token not in grant.refresh:
            raise AuthError(36004005, "refresh_token is invalid")
        if grant.refresh[token] <= self.world.clock.now():
            raise AuthError(36004005, "refresh_token is expired")
        if self.world.settings["old_refresh_token_dies"]:
            del grant.refresh[token]
        self.refreshes += 1
        return self._renew(grant)

    def grant_of(self, access_token: str) -> Grant | None:
        """The grant that this token was once given for; whether it still holds is the gateway's question."""
        grant = self.grants.get(self.owners.get(access_token, ""))
        return grant if grant is not None and (grant.revoked or access_token in grant.access) else None

    def newest(self, grant: Grant) -> tuple[str, float, str, float]:
        access, access_ends = list(grant.access.items())[-1]
        refresh, refresh_ends = list(grant.refresh.items())[-1]
        return access, access_ends, refresh, refresh_ends

    def expire_access(self, open_id: str = "") -> int:
        """Let access tokens run out now, of one seller or of all."""
        now, count = self.world.clock.now(), 0
        for grant in self.grants.values():
            if open_id in ("", grant.open_id):
                count += len(grant.access)
                grant.access = dict.fromkeys(grant.access, now - 1)
        return count

    def revoke(self, open_id: str) -> bool:
        grant = self.grants.get(open_id)
        if grant is None or grant.revoked:
            return False
        grant.revoked = True
        grant.access, grant.refresh = {}, {}
        message = {"message": "The seller has removed the authorization of this app."}
        events.emit(self.world, type=6, data=message, open_id=open_id)
        return True

    def warn_of_expiry(self) -> None:
        """Once a day at midnight from thirty days before the end, until the seller renews."""
        now = self.world.clock.now()
        for grant in self.grants.values():
            near = grant.refresh_ends_at - WARN_SECONDS <= now < grant.refresh_ends_at
            if near and not grant.revoked and grant.warned_on < int(now // DAY):
                grant.warned_on = int(now // DAY)
                data = {
                    "message": "The authorization of this app is about to expire.",
                    "expiration_time": str(int(grant.refresh_ends_at)),
                }
                events.emit(self.world, type=7, data=data, open_id=grant.open_id)

    def _renew(self, grant: Grant) -> Grant:
        now = self.world.clock.now()
        access, refresh = f"ROW_{self._secret(32)}", f"ROW_{self._secret(40)}"
        grant.access[access] = now + self.world.settings["access_token_seconds"]
        grant.refresh[refresh] = grant.refresh_ends_at
        grant.access = dict(list(grant.access.items())[-20:])
        for token in (access, refresh):
            self.owners[token] = grant.open_id
        self.world.journal.record("token_issued", open_id=grant.open_id)
        return grant

    def _secret(self, length: int) -> str:
        return "".join(
            self.world.rng.choices("ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789", k=length)
        )

    def snapshot(self) -> dict:
        grants = {open_id: asdict(grant) for open_id, grant in self.grants.items()}
        return {
            "codes": dict(self.codes),
            "grants": grants,
            "owners": dict(self.owners),
            "refreshes": self.refreshes,
        }

    def restore(self, data: dict) -> None:
        self.codes, self.owners, self.refreshes = data["codes"], data["owners"], data["refreshes"]
        self.grants = {open_id: Grant(**row) for open_id, row in data["grants"].items()}
