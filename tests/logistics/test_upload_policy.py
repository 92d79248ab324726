"""When a number may go to the platform: never before its time, and by the guard only what left the house."""

from datetime import timedelta

import pytest

from logistics import tracking_upload
from logistics.models import TrackingUpload
from logistics.setup import policy_for
from logistics.upload_policy import UploadFacts, waits_for, why_now
from tests.make_logistics import handed_over, hear, labelled, said
from tests.make_orders import NOW

HOUR = timedelta(hours=1)


def facts(
    moment: str, *, labelled=True, docked=False, picked_up=False, due_in: float | None = 24.0
) -> UploadFacts:
    return UploadFacts(
        moment=moment,
        guard_hours=4,
        labelled_at=NOW if labelled else None,
        docked_at=NOW if docked else None,
        picked_up_at=NOW if picked_up else None,
        due_at=None if due_in is None else NOW + due_in * HOUR,
    )


@pytest.mark.parametrize(
    ("given", "reason", "missing"),
    [
        (facts("after_pickup", labelled=False, picked_up=True), "", "label"),
        (facts("after_pickup"), "", "pickup"),
        (facts("after_pickup", docked=True), "", "pickup"),
        (facts("after_pickup", docked=True, picked_up=True), "after_pickup", ""),
        (facts("after_pickup", picked_up=True), "after_pickup", ""),
        (facts("after_pickup", docked=True, due_in=4.1), "", "pickup"),
        (facts("after_pickup", docked=True, due_in=4.0), "guard", "pickup"),
        (facts("after_pickup", docked=True, due_in=-2.0), "guard", "pickup"),
        (facts("after_pickup", due_in=0.5), "", "pickup"),  # the guard never acts before handover
        (facts("after_pickup", docked=True, due_in=None), "", "pickup"),
        (facts("at_handover"), "", "handover"),
        (facts("at_handover", docked=True), "at_handover", ""),
        (facts("at_handover", due_in=0.5), "", "handover"),
        (facts("at_handover", picked_up=True), "after_pickup", ""),
        (facts("at_label"), "at_label", ""),
        (facts("at_label", labelled=False), "", "label"),
    ],
)
def test_the_moment(given, reason, missing):
    assert (why_now(given, now=NOW), waits_for(given)) == (reason, missing)


@pytest.fixture
def connected(monkeypatch, cedar_shop):
    """The shop as if it were connected; nothing is sent in these tests."""
    monkeypatch.setattr("logistics.setup.connected_shops", lambda shop_ids: set(shop_ids))
    return cedar_shop


def waiting_uploads() -> list[tuple[str, str]]:
    return list(TrackingUpload.objects.order_by("pk").values_list("tracking_number", "why_now"))


def test_after_pickup_waits_for_the_carriers_scan(connected, in_cedar):
    shipment = handed_over(shop=connected)
    tracking_upload.sweep(now=NOW)
    assert waiting_uploads() == []
    hear(shipment, said("picked_up"))
    assert tracking_upload.sweep(now=NOW) == 1
    assert waiting_uploads() == [(shipment.tracking_number, "after_pickup")]
    assert tracking_upload.sweep(now=NOW) == 0


def test_the_guard_uploads_a_handed_over_number_before_the_deadline(connected, in_cedar):
    ready, gone = labelled(shop=connected, number=1), handed_over(shop=connected, number=2)
    for row in (ready, gone):
        clock = row.package.order.clock
        clock.dispatch_due_at = NOW + 6 * HOUR
        clock.save()
    assert tracking_upload.sweep(now=NOW + HOUR) == 0
    assert tracking_upload.sweep(now=NOW + 2 * HOUR) == 1
    assert waiting_uploads() == [(gone.tracking_number, "guard")]


def test_at_handover_and_at_label(connected, in_cedar):
    policy = policy_for(connected)
    policy.upload_moment = "at_handover"
    policy.save()
    shipment = labelled(shop=connected, number=1)
    assert waiting_uploads() == []
    policy.upload_moment = "at_label"
    policy.save()
    assert tracking_upload.sweep(now=NOW) == 1
    other = labelled(shop=connected, number=2)
    assert waiting_uploads() == [(shipment.tracking_number, "at_label"), (other.tracking_number, "at_label")]


def test_a_file_fed_shop_has_no_uploads(cedar_shop, in_cedar):
    hear(handed_over(shop=cedar_shop), said("picked_up"))
    assert tracking_upload.sweep(now=NOW) == 0
    assert waiting_uploads() == []
