"""The pages of services and prices, and the carrier of one parcel as the pack station shows it."""

from decimal import Decimal

import pytest
from django.urls import reverse

from logistics import labels
from logistics.models import CarrierService, ServiceArea, ServiceRate, Shipment
from tenancy import scoping
from tenancy.models import Role
from tests import make, make_warehouse
from tests.make_logistics import carrier
from tests.make_orders import NOW
from tests.make_rates import make_service

FORM = {
    "name": "Standard",
    "currency": "VND",
    "days": ["0", "1", "2", "3", "4"],
    "is_active": "on",
} | dict.fromkeys(("divisor", "max_weight_g", "max_side_mm", "max_sum_mm", "transit_days"), "0")


@pytest.fixture
def inside(cedar):
    return lambda: scoping.scope(sellers=[cedar.pk])


@pytest.fixture
def service(inside, cedar_shop):
    with inside():
        return make_service(prices={500: 18000})


@pytest.fixture
def page(client, cedar, cedar_shop):
    """Ask for a page by its name, as the owner or in another role; `post=` sends a form."""
    people: dict[str, object] = {}

    def ask(name: str, *, post: dict | None = None, query: str = "", role: str = Role.OWNER, **kwargs):
        if role not in people:
            people[role] = make.make_member(seller=cedar, role=role, email=f"{role}@cedar.example")
        client.force_login(people[role])
        address = reverse(f"logistics:{name}", kwargs={"seller": cedar.slug, **kwargs}) + query
        return client.get(address) if post is None else client.post(address, post)

    return ask


@pytest.fixture
def parcel(inside, cedar_shop):
    """A mug of 500 g in its closed carton."""
    with inside():
        site = make_warehouse.make_site()
        make_warehouse.make_stock("MUG", 9, weight_g=400)
        return make_warehouse.packed(shop=cedar_shop, warehouse=site)


def text(response) -> str:
    return response.content.decode()


def test_a_service_is_added_from_its_carriers_page(page, inside):
    with inside():
        carrier("jt")
    assert "/carriers/jt/services/add/" in text(page("carrier", code="jt"))
    response = page("service_add", code="jt", post={**FORM, "code": "std"})
    with inside():
        made = CarrierService.objects.get()
    assert (response.status_code, response.url) == (302, f"/s/cedar/logistics/carriers/services/{made.pk}/")
    assert (made.code, made.days, made.cut_off_at) == ("std", 0b0011111, None)
    assert "There is no price yet" in text(page("service", service_id=made.pk))


def test_a_wrong_service_comes_back_with_the_reason(page, inside, service):
    response = page("service_add", code="jt", post={**FORM, "code": "std"})
    assert (response.status_code, "has a service “std” already" in text(response)) == (422, True)
    response = page("service_edit", service_id=service.pk, post={**FORM, "currency": "??"})
    assert (response.status_code, "A currency has three letters" in text(response)) == (422, True)


def test_prices_and_areas_by_form(page, inside, service):
    page("service_rate", service_id=service.pk, post={"zone": "A", "up_to_g": "900", "amount": "5000"})
    page("service_area", service_id=service.pk, post={"zone": "B", "region": "VN"})
    with inside():
        rate, area = ServiceRate.objects.get(zone="A"), ServiceArea.objects.get()
    shown = text(page("service", service_id=service.pk))
    assert "Zones without a price: B" in shown
    assert "Zones that no area belongs to: A, —" in shown
    response = page("service_rate", service_id=service.pk, post={"up_to_g": "x", "amount": "1"})
    assert (response.status_code, "no weight in grams" in text(response)) == (422, True)
    response = page("service_area", service_id=service.pk, post={"region": "VNM"})
    assert response.status_code == 422
    page("rate_remove", service_id=service.pk, rate_id=rate.pk, post={})
    page("area_remove", service_id=service.pk, area_id=area.pk, post={})
    with inside():
        assert (ServiceRate.objects.count(), ServiceArea.objects.count()) == (1, 0)


def test_a_file_is_tried_refused_and_taken(page, inside, service):
    good = {"text": "carrier,service,zone,up_to_g,price\njt,std,,500,19000\n"}
    tried = text(page("rate_file", post={**good, "do": "try"}))
    assert "Dry run: nothing is written yet" in tried
    with inside():
        assert ServiceRate.objects.get().amount == 18000
    response = page("rate_file", post={"text": good["text"] + "jt,std,,0,1\n", "do": "take"})
    assert response.status_code == 422
    assert "Line 3, column up_to_g" in text(response)
    response = page("rate_file", post={"text": " ", "do": "try"})
    assert (response.status_code, "Choose a file, or paste its text" in text(response)) == (422, True)
    assert page("rate_file", post={**good, "do": "take"}).status_code == 302
    with inside():
        assert ServiceRate.objects.get().amount == 19000
    assert "jt,std,,500,19000.00" in text(page("rate_file_as_is", what="prices"))
    assert page("rate_file_as_is", what="secrets").status_code == 404


def test_a_packer_sees_prices_and_changes_none(page, service):
    assert page("service", service_id=service.pk, role=Role.PACKER).status_code == 200
    post = {"up_to_g": "900", "amount": "1"}
    assert page("service_rate", service_id=service.pk, post=post, role=Role.PACKER).status_code == 403


def test_the_trial_page(page, inside, service, parcel):
    with inside():
        labels.open_shipments(package_ids=[parcel.pk], now=NOW)
    assert "<h1>" in text(page("rating_trial"))


def test_the_packer_sees_who_takes_the_parcel_and_why(page, service, parcel):
    shown = text(page("parcel_carrier", public_id=parcel.public_id, role=Role.PACKER))
    assert "Standard at 500 g: VND 18,000." in shown
    assert 'name="reason"' in shown


def test_the_packer_takes_another_one_with_a_reason(page, inside, service, parcel):
    with inside():
        make_service(of="spx", prices={500: 20000})
    here = {"public_id": parcel.public_id, "role": Role.PACKER}
    refused = page("parcel_carrier", post={"carrier": "spx", "reason": " "}, **here)
    assert (refused.status_code, "Say why this parcel goes with" in text(refused)) == (422, True)
    with inside():
        assert not Shipment.objects.exists()
    changed = text(page("parcel_carrier", post={"carrier": "spx", "reason": "rain"}, **here))
    assert "rain" in changed
    with inside():
        shipment = Shipment.objects.select_related("carrier").get()
        assert (shipment.carrier.code, shipment.freight_amount) == ("spx", Decimal(20000))
    page("parcel_carrier", post={"do": "auto"}, **here)
    with inside():
        assert Shipment.objects.select_related("carrier").get().carrier.code == "jt"


def test_somebody_who_only_looks_changes_nothing(page, inside, service, parcel):
    here = {"public_id": parcel.public_id, "role": Role.VIEWER}
    assert 'name="reason"' not in text(page("parcel_carrier", post={"carrier": "jt", "reason": "x"}, **here))
    with inside():
        assert not Shipment.objects.exists()


def test_nobody_takes_it_and_the_station_says_what_to_do(page, inside, service, parcel):
    with inside():
        ServiceRate.objects.update(up_to_g=100)
    shown = text(page("parcel_carrier", public_id=parcel.public_id))
    assert "No carrier" in shown
    assert "has no price for 500 g" in shown
    assert "Choose a carrier by hand and say why" in shown


def test_an_open_parcel_is_chosen_for_by_the_weight_on_the_scale(page, inside, service, cedar_shop):
    with inside():
        site = make_warehouse.make_site()
        make_warehouse.make_stock("MUG", 9)
        open_one = make_warehouse.picked(shop=cedar_shop, warehouse=site)
    here = {"public_id": open_one.public_id}
    assert "VND 18,000" in text(page("parcel_carrier", query="?carton=3&weight=480", **here))
    assert "has no price for 510 g" in text(page("parcel_carrier", query="?carton=3&weight=510", **here))
    assert "when the parcel is weighed" in text(page("parcel_carrier", query="?weight=x", **here))
    with inside():
        assert not Shipment.objects.exists()
