"""A bare caller of the Marketing API, so that each contract test says only what it is about."""

import json

APP = {"app_id": "sandbox-ads-app", "secret": "sandbox-ads-secret"}
BASE = "/open_api/v1.3/"


class AdsClient:
    """Logs in over all accounts of one seller; `get` encodes lists and objects as JSON, as the platform wants."""

    def __init__(
        self, http, world, *, open_id: str | None = "sb-cedar", scope: list[int] | None = None
    ) -> None:
        self.http, self.world = http, world
        code = world.ads.new_auth_code(open_id=open_id, scope=scope)
        answer = http.post(f"{BASE}oauth2/access_token/", json=APP | {"auth_code": code}).json()
        self.advertiser_ids = answer["data"]["advertiser_ids"]
        self.advertiser_id = self.advertiser_ids[0]
        self.headers = {"Access-Token": answer["data"]["access_token"]}

    def get(self, path: str, **params) -> dict:
        query = {
            name: json.dumps(v) if isinstance(v, list | dict) else v for name, v in self._full(params).items()
        }
        return self._checked(self.http.get(BASE + path, params=query, headers=self.headers))

    def post(self, path: str, **body) -> dict:
        return self._checked(self.http.post(BASE + path, json=self._full(body), headers=self.headers))

    def data(self, path: str, **params) -> dict:
        answer = self.get(path, **params)
        assert answer["code"] == 0, answer
        return answer["data"]

    def one(self, kind: str, node_id: str) -> dict:
        """An object by id as the API shows it, deleted or not."""
        filtering = {f"{kind}_ids": [node_id], "primary_status": "STATUS_ALL"}
        return self.data(f"{kind}/get/", filtering=filtering)["list"][0]

    def named(self, table: str, name: str):
        """One of this account's objects by its (invented) name."""
        rows = getattr(self.world.ads, table).values()
        return next(row for row in rows if row.advertiser_id == self.advertiser_id and row.name == name)

    def _full(self, params: dict) -> dict:
        full = {"advertiser_id": self.advertiser_id} | params
        return {name: value for name, value in full.items() if value is not None}

    @staticmethod
    def _checked(answer) -> dict:
        assert answer.status_code == 200, answer.text
        return answer.json()
