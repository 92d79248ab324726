"""The command that explains deadlines: golden vectors, every region, the document, bad questions."""

import json
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from orders.sla_rules import markets

CLOCKS = [
    "late_dispatch",
    "late_collection",
    "auto_cancel_ship",
    "auto_cancel_collect",
    "deliver_by",
    "promise",
]


def run(**options) -> str:
    out = StringIO()
    call_command("sla_explain", stdout=out, **options)
    return out.getvalue()


def clocks(*, region: str, created: str, **options) -> dict[str, dict]:
    document = json.loads(run(region=region, created=created, json=True, **options))
    return {clock["metric"]: clock for clock in document["clocks"]}


@pytest.mark.parametrize(
    ("region", "created", "due"),
    [
        ("US", "2026-11-16T17:00:00Z", "2026-11-19T07:59:59Z"),
        ("US", "2026-11-21T06:30:00Z", "2026-11-25T07:59:59Z"),
        ("US", "2026-11-25T18:00:00Z", "2026-12-01T07:59:59Z"),
        ("US", "2026-11-19T07:30:00Z", "2026-11-21T07:59:59Z"),
        ("US", "2026-11-21T12:00-08:00", "2026-11-25T07:59:59Z"),
        ("VN", "2026-11-19T13:59", "2026-11-19T16:59:59Z"),
        ("VN", "2026-11-19T14:00", "2026-11-20T16:59:59Z"),
        ("vn", "2026-11-19T13:59:59.999999", "2026-11-19T16:59:59Z"),
    ],
)
def test_the_golden_vectors(region, created, due):
    assert clocks(region=region, created=created)["late_dispatch"]["due_utc"] == due


def test_the_plain_promise_across_the_end_of_daylight_saving():
    promise = clocks(region="US", created="2026-10-30T12:00")["promise"]
    assert promise["due_utc"] == "2026-11-01T19:00:00Z"
    assert promise["due_local"] == "2026-11-01T11:00:00-08:00"


def test_the_document_has_every_clock_with_every_field():
    found = clocks(region="US", created="2026-11-25T18:00:00Z")
    assert list(found) == CLOCKS
    clock = found["late_dispatch"]
    assert {key: clock[key] for key in ("start", "due_local", "rule", "version", "unit", "is_sure")} == {
        "start": "2026-11-25T18:00:00Z",
        "due_local": "2026-11-30T23:59:59-08:00",
        "rule": "us.late_dispatch.normal",
        "version": 2,
        "unit": "business_days",
        "is_sure": True,
    }
    assert clock["skipped"] == [
        {"date": "2026-11-26", "why": "Thanksgiving Day"},
        {"date": "2026-11-28", "why": "Saturday"},
        {"date": "2026-11-29", "why": "Sunday"},
    ]
    assert "Thanksgiving Day" in clock["reason"]
    assert found["deliver_by"]["due_utc"] is None
    assert set(found["deliver_by"]) == set(clock)


@pytest.mark.parametrize("region", sorted(markets()))
def test_every_region_is_known(region):
    assert clocks(region=region, created="2026-11-25T18:00:00Z")["promise"]["due_utc"]


def test_an_american_order_of_a_saturday_is_counted_by_an_unconfirmed_reading():
    assert clocks(region="US", created="2026-11-21T12:00")["late_dispatch"]["is_sure"] is False


def test_kedah_works_from_sunday_to_thursday():
    thursday = {"region": "MY", "created": "2026-11-26T15:00"}
    assert clocks(**thursday)["late_dispatch"]["due_local"] == "2026-11-27T23:59:59+08:00"
    kedah = clocks(**thursday, sub_region="KEDAH")["late_dispatch"]
    assert kedah["due_local"] == "2026-11-29T23:59:59+08:00"
    assert [day["why"] for day in kedah["skipped"]] == ["Friday", "Saturday"]


def test_a_rule_changes_at_midnight_of_the_market():
    before = clocks(region="US", created="2026-01-26T07:59:59Z")
    after = clocks(region="US", created="2026-01-26T08:00:00Z")
    assert [found["late_dispatch"]["version"] for found in (before, after)] == [1, 2]
    assert [found["late_collection"]["due_utc"] is None for found in (before, after)] == [True, False]


def test_a_leap_day_is_a_day_like_any_other():
    found = clocks(region="US", created="2028-02-28T10:00")["late_dispatch"]
    assert found["due_local"] == "2028-03-01T23:59:59-08:00"
    late = clocks(region="VN", created="2028-02-28T15:00")["late_dispatch"]
    assert late["due_local"] == "2028-02-29T23:59:59+07:00"


def test_deliver_by_counts_from_awaiting_shipment():
    found = clocks(region="GB", created="2026-11-16T10:00:00Z", paid="2026-11-16T23:30:00Z")["deliver_by"]
    assert (found["start"], found["due_utc"]) == ("2026-11-17T00:30:00Z", "2026-11-24T23:59:59Z")


def test_a_pre_order_waits_for_its_close():
    waiting = clocks(region="US", created="2026-11-16T17:00:00Z", order_type="PRE_ORDER")
    assert waiting["late_dispatch"]["due_utc"] is None
    assert waiting["promise"]["due_utc"] is None
    closed = clocks(
        region="US",
        created="2026-11-16T17:00:00Z",
        order_type="PRE_ORDER",
        preorder_close="2026-12-01T18:00:00Z",
    )
    assert closed["late_dispatch"]["due_utc"] == "2026-12-03T07:59:59Z"


def test_handling_time_capacity_and_cross_border_have_their_say():
    custom = {"region": "US", "created": "2026-11-16T17:00:00Z", "order_type": "MADE_TO_ORDER"}
    assert clocks(**custom)["late_dispatch"]["due_local"].startswith("2026-11-19")
    assert clocks(**custom, handling_days=5)["late_dispatch"]["due_local"].startswith("2026-11-23")
    full = clocks(region="US", created="2026-11-16T17:00:00Z", over_capacity=True)["late_dispatch"]
    assert full["due_local"].startswith("2026-11-19")
    abroad = clocks(region="TH", created="2026-11-19T09:00", cross_border=True)
    assert abroad["late_dispatch"]["due_local"] == "2026-11-21T09:00:00+07:00"
    assert abroad["late_collection"]["due_local"] == "2026-11-22T23:59:59+07:00"


def test_the_lines_say_the_same():
    text = run(region="US", created="2026-11-25T18:00:00Z", shipping_type="SELLER", order_type="NORMAL")
    assert "2026-12-01T07:59:59Z" in text
    assert "2026-11-30T23:59:59-08:00 America/Los_Angeles" in text
    assert "us.late_dispatch.normal v2" in text
    assert "skipped 2026-11-26 Thanksgiving Day" in text


@pytest.mark.parametrize(
    "wrong",
    [
        {"region": "XX"},
        {"created": "yesterday"},
        {"created": "2026-13-01T00:00:00Z"},
        {"created": "0001-01-01T00:00:00+14:00"},
        {"sub_region": "JOHOR"},
        {"shipping_type": "PIGEON"},
        {"order_type": "GIFT"},
        {"time_zone": "Mars/Olympus"},
        {"time_zone": "../../etc"},
        {"paid": "12"},
        {"promise_hours": 0},
        {"handling_days": -1},
    ],
)
def test_a_bad_question_gets_one_sentence_and_code_two(wrong):
    asked = {"region": "MY", "created": "2026-11-25T18:00:00Z", **wrong}
    with pytest.raises(CommandError) as refused:
        run(**asked)
    assert refused.value.returncode == 2
    assert "\n" not in str(refused.value)


def test_thailand_cancels_after_two_and_three_working_days():
    found = clocks(region="TH", created="2026-11-19T16:00")
    assert found["auto_cancel_ship"]["due_local"] == "2026-11-21T23:59:59+07:00"
    assert found["auto_cancel_collect"]["due_local"] == "2026-11-23T23:59:59+07:00"
    assert found["fast_dispatch"]["due_local"] == "2026-11-20T23:59:59+07:00"
