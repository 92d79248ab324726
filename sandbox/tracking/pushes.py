"""What the provider tells by itself: signed pushes, composed at the moment of the scan and sent by the deliverer.
Where they go and what signs them is set from outside, one target per provider."""

import base64
import hashlib
import hmac
import json
import uuid

RETRIES = (60.0, 600.0, 3600.0)


def seventeen_sign(body: bytes, key: str) -> str:
    """Hex SHA-256 of body, slash and key: a plain hash, no HMAC."""
    return hashlib.sha256(body + b"/" + key.encode()).hexdigest()


def aftership_sign(body: bytes, secret: str) -> str:
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()


def compact(data: dict) -> bytes:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()


class Pushes:
    """Targets live in the settings, so that they outlast a reset of the world."""

    def __init__(self, world) -> None:
        self.world = world

    @property
    def targets(self) -> dict:
        return self.world.settings.setdefault("tracking_targets", {})

    def set_target(self, provider: str, *, url: str, key: str) -> None:
        self.world.settings["tracking_targets"] = self.targets | {provider: {"url": url, "key": key}}

    def seventeen(self, event: str, number: str, data: dict) -> None:
        target = self.targets.get("17track")
        if not target or not target["url"]:
            return
        body = compact({"event": event, "data": data})
        self._send(target, {"sign": seventeen_sign(body, target["key"])}, body, kind=event, number=number)

    def aftership(self, number: str, message: dict, *, is_first_tag: bool) -> None:
        target = self.targets.get("aftership")
        if not target or not target["url"]:
            return
        event_id = str(uuid.UUID(int=self.world.rng.getrandbits(128), version=4))
        envelope = {"ts": int(self.world.clock.now()), "event": "tracking_update", "event_id": event_id}
        body = compact(envelope | {"is_tracking_first_tag": is_first_tag, "msg": message})
        sign = {"aftership-hmac-sha256": aftership_sign(body, target["key"])}
        self._send(target, sign, body, kind="tracking_update", number=number)

    def _send(self, target: dict, sign: dict, body: bytes, *, kind: str, number: str) -> None:
        self.world.deliverer.enqueue(
            channel="tracking",
            url=target["url"],
            headers={"content-type": "application/json"} | sign,
            body=body,
            kind=kind,
            ref=number,
            schedule=RETRIES,
        )
