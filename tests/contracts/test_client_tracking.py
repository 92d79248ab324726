"""Our tracking clients against the sandbox: register, fetch, pushes, stop, and its faults."""

import httpx
import pytest
import stamina

from core.http import NeedsReauthorization, OutcomeUnknown, Retryable
from integrations import registry
from integrations.ports import ParcelToTrack
from integrations.tracking.aftership.client import AfterShipClient
from integrations.tracking.seventeentrack.client import SeventeenTrackClient
from tests.sandbox_transport import client_for, run

NUMBER, OTHER = "RB123456785GB", "9400111899223197428497"
JOURNEY = ("pickup", "transit", "arrival", "out_for_delivery", "delivered")


@pytest.fixture(autouse=True)
def quick_retries():
    stamina.set_testing(True, attempts=3)
    yield
    stamina.set_testing(False)


@pytest.fixture
def control(sandbox_world):
    with client_for(sandbox_world) as client:

        def post(path: str, **body):
            answer = client.post(f"/_sandbox/{path}", json=body)
            assert answer.status_code == 200, answer.text
            return answer.json()

        yield post


@pytest.fixture
def seventeen(sandbox_world) -> SeventeenTrackClient:
    return registry.tracking_client()


@pytest.fixture
def aftership(sandbox_world) -> AfterShipClient:
    return AfterShipClient(
        api_url="http://tracking.sandbox/tracking/2026-07",
        api_key="sandbox-aftership-key",
        webhook_secret="push-secret",
    )


@pytest.fixture(params=["seventeen", "aftership"])
def provider(request):
    return request.getfixturevalue(request.param)


def parcel(number: str = NUMBER, **changes) -> ParcelToTrack:
    return ParcelToTrack(**{"number": number, "carrier_code": "", "tag": "shp_1", **changes})


def test_registering_twice_is_fine(provider):
    for _ in range(2):
        results = provider.register(parcels=[parcel(), parcel(OTHER)])
        assert [(result.item_id, result.is_ok) for result in results] == [(NUMBER, True), (OTHER, True)]


def test_a_number_of_nobody_is_refused_alone(provider):
    good, bad = provider.register(parcels=[parcel(), parcel("X1")])
    assert good.is_ok
    assert (bad.item_id, bad.is_ok, bool(bad.message)) == ("X1", False, True)


def test_a_journey_in_our_words(provider, control):
    provider.register(parcels=[parcel()])
    for kind in JOURNEY:
        control("carrier/scan", tracking_number=NUMBER, kind=kind)
    (snapshot,) = provider.fetch(parcels=[parcel()])
    assert (snapshot.number, snapshot.tag, snapshot.status) == (NUMBER, "shp_1", "delivered")
    assert snapshot.exception == ""
    assert [event.status for event in snapshot.events] == [
        "label_created",
        "picked_up",
        "in_transit",
        "arrived_destination",
        "out_for_delivery",
        "delivered",
    ]
    assert len({event.event_hash for event in snapshot.events}) == 6
    (again,) = provider.fetch(parcels=[parcel()])
    assert again.events == snapshot.events


@pytest.mark.parametrize(
    ("kind", "exception"),
    [
        ("damaged", "damaged"),
        ("lost", "lost"),
        ("refused", "refused"),
        ("returning", "returning"),
        ("delayed", "delayed"),
    ],
)
def test_what_goes_wrong_on_the_way(seventeen, control, kind, exception):
    seventeen.register(parcels=[parcel()])
    for step in ("pickup", kind):
        control("carrier/scan", tracking_number=NUMBER, kind=step)
    (snapshot,) = seventeen.fetch(parcels=[parcel()])
    assert snapshot.exception == exception
    assert snapshot.events[-1].exception == exception


def test_a_number_that_nobody_registered_has_no_snapshot(provider):
    assert provider.fetch(parcels=[parcel(OTHER)]) == []


def test_stopping_and_stopping_again(provider):
    provider.register(parcels=[parcel()])
    assert [result.is_ok for result in provider.stop(numbers=[NUMBER, OTHER])] == [True, True]


@pytest.mark.parametrize(("name", "key"), [("17track", "sandbox-17track-key"), ("aftership", "push-secret")])
def test_a_push_is_genuine_and_says_what_a_poll_says(request, sandbox_world, control, name, key):
    provider = request.getfixturevalue("seventeen" if name == "17track" else "aftership")
    pushes: list[httpx.Request] = []

    async def receive(request: httpx.Request) -> httpx.Response:
        pushes.append(request)
        return httpx.Response(200)

    sandbox_world.deliverer.transport = httpx.MockTransport(receive)
    control("tracking/target", url="https://shop.example/push", key=key, provider=name)
    provider.register(parcels=[parcel()])
    control("carrier/scan", tracking_number=NUMBER, kind="pickup")
    run(sandbox_world.tick())
    assert pushes
    body = pushes[-1].content
    assert provider.verify(headers=dict(pushes[-1].headers), body=body)
    assert not provider.verify(
        headers=dict(pushes[-1].headers), body=body.replace(b"RB123456785GB", b"RB123456786GB")
    )
    (pushed,) = provider.parse_push(body=body)
    (polled,) = provider.fetch(parcels=[parcel()])
    assert (pushed.number, pushed.status, pushed.events) == (NUMBER, "picked_up", polled.events)


def test_a_wrong_key_needs_a_person(sandbox_world):
    for client in (
        SeventeenTrackClient(api_url="http://tracking.sandbox/track/v2.2", api_key="wrong"),
        AfterShipClient(api_url="http://tracking.sandbox/tracking/2026-07", api_key="wrong"),
    ):
        with pytest.raises(NeedsReauthorization):
            client.register(parcels=[parcel()])


def test_a_registration_cut_after_its_effect_is_unknown_and_can_be_repeated(provider, sandbox_world):
    sandbox_world.faults.set({"tracking": {"share_timeout_after": 1.0}})
    with pytest.raises(OutcomeUnknown):
        provider.register(parcels=[parcel()])
    sandbox_world.faults.set({"tracking": {}})
    (again,) = provider.register(parcels=[parcel()])
    assert again.is_ok


def test_reads_give_up_politely(provider, sandbox_world):
    sandbox_world.faults.set({"tracking": {"share_5xx": 1.0}})
    with pytest.raises(Retryable):
        provider.fetch(parcels=[parcel()])


def test_more_parcels_than_one_call_takes(seventeen):
    parcels = [parcel(f"JT{8_404_943_555_000 + place}", carrier_code="") for place in range(45)]
    results = seventeen.register(parcels=parcels)
    assert len(results) == 45
    taken = [one for one, result in zip(parcels, results, strict=True) if result.is_ok]
    assert len(seventeen.fetch(parcels=parcels)) == len(taken)
