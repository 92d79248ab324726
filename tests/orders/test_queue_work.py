"""The queue as a place of work: marks, bulk acts as jobs, undo of what was automatic."""

import pytest

from core import clock
from orders import queue_bulk, queue_marks
from orders.models import Order, OrderHistory, OrderMark, OrderTag, Tag
from relay import jobs
from relay.models import Job, JobRow, JobState
from tenancy import actors, scoping
from tenancy.models import Role
from tests import make

URL = "/s/cedar/orders/"


def ids(answer) -> list[str]:
    return sorted(row.order.platform_order_id[-2:] for row in answer.context["rows"])


def labels(chips) -> list[str]:
    return [str(chip["label"]) for chip in chips]


def act(page, what: str, *orders: Order, **values):
    return page.post(f"{URL}bulk/", {"act": what, "ids": [order.public_id for order in orders], **values})


def run_latest(cedar) -> Job:
    with scoping.scope(sellers=[cedar.pk]):
        job = Job.objects.latest("pk")
    jobs.run(seller_id=cedar.pk, job_id=job.pk)
    with scoping.scope(sellers=[cedar.pk]):
        return Job.objects.get(pk=job.pk)


# --- flags, tags, notes ---


def test_flags_tags_and_notes_are_put_on_many_and_filter_the_list(page, take_in):
    one, two, three = take_in(1), take_in(2), take_in(3)

    act(page, "flag:red", one, two)
    act(page, "tag", two, three, tag="  vip   buyer ")
    act(page, "note", three, note="call before noon")

    assert ids(page.get(URL, {"mark": "flag:red"})) == ["01", "02"]
    assert ids(page.get(URL, {"mark": "tag:vip buyer"})) == ["02", "03"]
    assert ids(page.get(URL, {"mark": "noted"})) == ["03"]
    both = page.get(URL, {"mark": ["flag:red", "tag:vip buyer"]})
    assert ids(both) == ["02"]
    assert labels(both.context["chips"]) == ["red flag", "Tag: vip buyer"]
    assert both.context["chips"][0]["href"] == "?mark=tag%3Avip+buyer"
    assert ids(page.get(URL, {"mark": "tag:nobody knows it"})) == []


def test_counts_follow_the_marks(page, take_in):
    one = take_in(1)
    take_in(2)
    act(page, "flag:blue", one)

    tabs = {str(tab["label"]): tab["count"] for tab in page.get(URL, {"mark": "flag:blue"}).context["tabs"]}

    assert (tabs["All open"], tabs["To pick"]) == (1, 1)


def test_a_row_shows_its_marks(page, take_in):
    order = take_in(1)
    act(page, "flag:green", order)
    act(page, "tag", order, tag="gift")
    act(page, "note", order, note="ribbon")

    text = page.get(URL).content.decode()

    assert "flag-green" in text
    assert "ribbon" in text
    assert ">gift<" in text.replace("</svg>gift<", "</svg>>gift<")


def test_marks_are_in_the_time_line_and_go_again(page, cedar, take_in):
    order = take_in(1)
    address = f"{URL}{order.public_id}/mark/"

    for what in ("flag:red", "tag", "untag", "flag:"):
        page.post(address, {"act": what, "tag": "gift"})

    with scoping.scope(sellers=[cedar.pk]):
        actions = OrderHistory.objects.filter(order=order, kind="note").order_by("pk")
        assert list(actions.values_list("action", flat=True)) == [
            "mark.flagged",
            "mark.tagged",
            "mark.untagged",
            "mark.unflagged",
        ]
        assert not OrderTag.objects.exists()
        assert OrderMark.objects.get().flag == ""
    text = page.get(f"{URL}{order.public_id}/").content.decode()
    assert "Flag: red flag." in text
    assert "Tag “gift” taken off." in text


def test_what_has_the_mark_already_is_skipped_with_the_reason(page, take_in):
    one, two = take_in(1), take_in(2)
    act(page, "flag:red", one)

    answer = act(page, "flag:red", one, two)

    assert [(row["result"].outcome, row["result"].reason) for row in answer.context["rows"]] == [
        ("skipped", "It has this flag already."),
        ("done", ""),
    ]


@pytest.mark.parametrize(
    ("what", "values"),
    [
        ("flag:pink", {}),
        ("tag", {"tag": "  "}),
        ("tag", {"tag": "x" * 41}),
        ("note", {"note": " "}),
        ("note", {"note": "x" * 401}),
        ("dance", {}),
    ],
)
def test_a_mark_that_makes_no_sense_is_refused_and_changes_nothing(page, cedar, take_in, what, values):
    order = take_in(1)

    assert act(page, what, order, **values).status_code == 422

    with scoping.scope(sellers=[cedar.pk]):
        assert not OrderMark.objects.exists()
        assert not Tag.objects.exists()
        assert not OrderHistory.objects.filter(kind="note").exists()


def test_there_is_an_end_to_tags(cedar, in_cedar, take_in, monkeypatch):
    monkeypatch.setattr(queue_marks, "MOST_TAGS", 1)
    order, by = take_in(1), actors.AUTO
    queue_marks.tag_many(order_ids=[order.pk], name="one", actor=by, now=clock.now())

    with pytest.raises(queue_marks.BadMark):
        queue_marks.tag_many(order_ids=[order.pk], name="two", actor=by, now=clock.now())


def test_who_may_only_look_marks_nothing(client, cedar, take_in):
    order = take_in(1)
    client.force_login(make.make_member(seller=cedar, role=Role.VIEWER, email="v@cedar.example"))

    assert act(client, "flag:red", order).status_code == 403
    assert client.post(f"{URL}{order.public_id}/mark/", {"act": "flag:red"}).status_code == 403


# --- many at once ---


def test_more_than_a_page_becomes_a_job_with_a_result_for_each_row(page, cedar, take_in, monkeypatch):
    monkeypatch.setattr("orders.views.bulk.AT_ONCE", 2)
    asks, fine, held = take_in(1, is_buyer_cancel_requested=True), take_in(2), take_in(3, status="on_hold")

    answer = act(page, "approve", asks, fine, held, note="agreed")
    job = run_latest(cedar)

    assert answer.url == f"/s/cedar/jobs/{job.public_id}/"
    assert (job.state, job.total, job.done, job.skipped, job.failed) == (JobState.DONE, 3, 1, 1, 1)
    with scoping.scope(sellers=[cedar.pk]):
        rows = dict(JobRow.objects.filter(job=job).values_list("label", "state"))
        assert rows == {
            "576461413038780001": "done",
            "576461413038780002": "skipped",
            "576461413038780003": "failed",
        }
        assert Order.objects.get(pk=asks.pk).state == "approved"
    text = page.get(answer.url).content.decode()
    assert "cannot be decided away" in text
    assert "/s/cedar/orders/?q=576461413038780003" in text


def test_retry_failed_takes_the_failed_orders_alone(page, cedar, take_in, monkeypatch):
    monkeypatch.setattr("orders.views.bulk.AT_ONCE", 1)
    held, fine = take_in(1, status="on_hold"), take_in(2, is_buyer_cancel_requested=True)
    act(page, "approve", held, fine, note="agreed")
    job = run_latest(cedar)
    assert (job.done, job.failed) == (1, 1)

    page.post(f"/s/cedar/jobs/{job.public_id}/retry/")
    again = run_latest(cedar)

    assert again.pk != job.pk
    assert again.params["note"] == "agreed"
    assert (again.total, again.failed) == (1, 1)


def test_all_that_match_means_the_filter_as_it_was_and_every_row_once(page, cedar, take_in, monkeypatch):
    monkeypatch.setattr("orders.views.bulk.AT_ONCE", 1)
    monkeypatch.setattr(queue_bulk, "CHUNK", 2)
    for number in range(1, 6):
        take_in(number, is_buyer_cancel_requested=True)
    take_in(6)

    # Approving takes the order out of the very filter that is walked.
    page.post(f"{URL}bulk/", {"act": "approve", "all": "1", "query": "tab=hold", "note": "all fine"})
    take_in(7, is_buyer_cancel_requested=True)
    job = run_latest(cedar)

    assert (job.total, job.done, job.skipped, job.failed) == (5, 5, 0, 0)
    assert ids(page.get(URL, {"tab": "hold"})) == ["07"]


def test_a_thousand_ticked_orders_are_taken_and_no_more(page, cedar, take_in, monkeypatch):
    monkeypatch.setattr(queue_bulk, "MOST_CHOSEN", 2)
    monkeypatch.setattr("orders.views.bulk.AT_ONCE", 1)
    act(page, "flag:red", *(take_in(number) for number in range(1, 5)))

    assert run_latest(cedar).done == 2


def test_the_whole_selection_done_leads_back_to_the_list(page, take_in):
    answer = act(page, "hold", take_in(1), take_in(2), query="tile=h12")

    assert answer.url == f"{URL}?tile=h12"


# --- undo ---


def test_what_was_decided_automatically_can_be_undone_from_the_time_line(page, cedar, take_in):
    order = take_in(1)
    address = f"{URL}{order.public_id}/"
    assert 'value="hold">' in page.get(address).content.decode()

    timeline = page.get(address).context["timeline"]
    assert [entry.undo for entry in timeline if entry.undo] == ["hold"]
    page.post(f"{address}act/", {"act": "hold", "note": "Undone by hand"})

    with scoping.scope(sellers=[cedar.pk]):
        assert Order.objects.get().state == "on_hold"
    assert [entry.undo for entry in page.get(address).context["timeline"] if entry.undo] == []


def test_a_hold_that_lifts_itself_offers_no_undo(page, take_in):
    order = take_in(1, status="on_hold")

    timeline = page.get(f"{URL}{order.public_id}/").context["timeline"]

    assert [entry.undo for entry in timeline if entry.undo] == []


def test_orders_that_review_warns_of_are_found(page, take_in, cedar):
    warned, _plain = take_in(1), take_in(2)
    with scoping.scope(sellers=[cedar.pk]):
        Order.objects.filter(pk=warned.pk).update(warnings={"high_value": "VND 9,000,000"})

    found = page.get(URL, {"mark": "warned"})

    assert ids(found) == ["01"]
    assert labels(found.context["chips"]) == ["With warnings"]
