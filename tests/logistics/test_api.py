"""REST: shipments out, tracking numbers in, by the same ladder as at the station."""

import pytest

from logistics.models import Shipment
from tenancy import keys, scoping
from tests.make_logistics import carrier, handed_over, hear, labelled, said, waiting


@pytest.fixture
def api(client, cedar, cedar_shop):
    """Ask as a partner; each write has its own id unless `key` is given."""
    _key, secret = keys.create(seller=cedar, name="wms", scopes=["all"])
    count = iter(range(1, 100))

    def ask(path: str, body: dict | None = None, *, key: str = ""):
        headers = {"Authorization": f"Api-Key {secret}"}
        if body is None:
            return client.get(f"/api/v1/{path}", headers=headers)
        headers["Idempotency-Key"] = key or f"write-{next(count)}"
        return client.post(f"/api/v1/{path}", body, content_type="application/json", headers=headers)

    return ask


@pytest.fixture
def inside(cedar):
    return lambda: scoping.scope(sellers=[cedar.pk])


def test_shipments_are_listed_and_filtered(api, inside, cedar_shop):
    with inside():
        first = labelled(shop=cedar_shop, number=1)
        hear(handed_over(shop=cedar_shop, number=2), said("picked_up", text="Collected"))
    rows = api("shipments/").json()["results"]
    assert [row["state"] for row in rows] == ["in_transit", "labelled"]
    assert {"tracking_number", "carrier", "state", "uploaded_at"} <= rows[0].keys()
    (only,) = api(f"shipments/?tracking_number={first.tracking_number}").json()["results"]
    assert (only["id"], only["carrier"], only["shop"], only["uploaded_at"]) == (
        first.public_id,
        "jt",
        "cedar-vn",
        None,
    )
    assert api("shipments/?state=nonsense").status_code == 400
    assert len(api("shipments/?page_size=1").json()["results"]) == 1


def test_one_shipment_has_its_events(api, inside, cedar_shop):
    with inside():
        row = hear(handed_over(shop=cedar_shop), said("picked_up", text="Collected"))
    found = api(f"shipments/{row.public_id}/").json()
    assert [(event["status"], event["text"]) for event in found["events"]] == [("picked_up", "Collected")]
    assert api("shipments/shp_nothing/").status_code == 404


@pytest.mark.parametrize("path", ["tracking_numbers", "tracking_numbers/"])
def test_a_number_comes_in_once(api, inside, cedar_shop, path):
    with inside():
        row = waiting(shop=cedar_shop)
        carrier("jt")
    body = {
        "platform_order_id": "576461413038790001",
        "carrier": "J&T Express",
        "tracking_number": "jt840172639501",
    }
    answer = api(path, body, key="one")
    assert answer.status_code == 201
    made = answer.json()
    assert (made["tracking_number"], made["carrier"], made["state"]) == ("JT840172639501", "jt", "labelled")
    assert "scan will prove it" in made["warning"]
    again = api(path, body, key="one")
    assert (again.status_code, again.json()) == (201, made)
    assert api(path, {**body, "tracking_number": "JT840172639502"}, key="one").status_code == 409
    with inside():
        row.refresh_from_db()
    assert (row.tracking_number, row.number_source) == ("JT840172639501", "api")


def test_wrong_numbers_and_parcels_are_refused_in_words(api, inside, cedar_shop):
    with inside():
        row = waiting(shop=cedar_shop, number=1)
        package = row.package.public_id
        taken = labelled(shop=cedar_shop, number=2).tracking_number
    good = {"package": package, "carrier": "jt", "tracking_number": "JT840172639577"}
    for change, status, words in (
        ({"tracking_number": "000000000000"}, 422, "made up"),
        ({"tracking_number": taken}, 409, "already"),
        ({"carrier": "pigeon"}, 400, "no carrier"),
        ({"package": "pkg_nothing"}, 400, "No packed parcel"),
        ({"package": None, "platform_order_id": "1"}, 400, ""),
        ({"tracking_number": ""}, 400, ""),
    ):
        answer = api("tracking_numbers", {**good, **change})
        assert answer.status_code == status, answer.content
        assert words in answer.content.decode()
        assert set(answer.json()) == {"error"}
    with inside():
        assert Shipment.objects.get(pk=row.pk).tracking_number == ""
    assert api("tracking_numbers", {"carrier": "jt", "tracking_number": "JT840172639577"}).status_code == 400


def test_a_key_without_the_scope_is_refused(client, cedar, cedar_shop):
    _key, secret = keys.create(seller=cedar, name="reader", scopes=["shipments:read"])
    headers = {"Authorization": f"Api-Key {secret}", "Idempotency-Key": "x"}
    assert client.get("/api/v1/shipments/", headers=headers).status_code == 200
    answer = client.post("/api/v1/tracking_numbers", {}, content_type="application/json", headers=headers)
    assert answer.status_code == 403
