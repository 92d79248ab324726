"""How people look at the queue: saved views, their own and the team's, and the columns that each of them chose."""

import pytest

from core import clock
from orders import queue_columns, queue_views
from orders.models import QueueLayout, SavedView
from tenancy import scoping
from tenancy.models import Role
from tests import make

URL = "/s/cedar/orders/"


# --- saved views ---


def save(page, name: str, query: str, **values):
    return page.post(f"{URL}views/", {"name": name, "query": query, **values})


def test_a_view_is_saved_opened_saved_again_and_deleted(page, cedar, take_in):
    take_in(1)
    answer = save(page, " My  morning ", "tab=hold&after=x&saved=3&junk=1")
    with scoping.scope(sellers=[cedar.pk]):
        view = SavedView.objects.get()
    assert (view.name, view.query, answer.url) == (
        "My morning",
        "tab=hold",
        f"{URL}?tab=hold&saved={view.pk}",
    )

    shown = page.get(answer.url)
    assert shown.context["current_view"] == view
    assert page.get(f"{URL}?tile=h4&saved={view.pk}").context["is_view_changed"]

    save(page, "My morning", "tile=h4")
    with scoping.scope(sellers=[cedar.pk]):
        assert SavedView.objects.get().query == "tile=h4"

    page.post(f"{URL}views/{view.pk}/", {"act": "delete"})
    with scoping.scope(sellers=[cedar.pk]):
        assert not SavedView.objects.exists()


def test_shared_views_are_the_teams_and_their_owners_to_change(page, client, cedar, mai):
    save(page, "Mine alone", "tile=h4")
    save(page, "For all", "tile=h12", is_shared="1")
    li = make.make_member(seller=cedar, role=Role.ORDER_CLERK, email="li@cedar.example", name="Li")
    with scoping.scope(sellers=[cedar.pk]):
        shared = SavedView.objects.get(name="For all")
    client.force_login(li)

    answer = client.get(URL)

    assert [view.name for view in answer.context["team_views"]] == ["For all"]
    assert answer.context["own_views"] == []
    assert client.post(f"{URL}views/{shared.pk}/", {"act": "delete"}).status_code == 403
    assert client.post(f"{URL}views/{shared.pk}/", {"name": "Taken"}).status_code == 403
    with scoping.scope(sellers=[cedar.pk]):
        assert SavedView.objects.filter(name="For all").exists()


def test_a_viewer_keeps_views_to_themselves(client, cedar):
    client.force_login(make.make_member(seller=cedar, role=Role.VIEWER, email="v@cedar.example"))

    save(client, "Mine", "tile=h4", is_shared="1")

    with scoping.scope(sellers=[cedar.pk]):
        assert not SavedView.objects.get().is_shared


def test_a_view_of_a_shop_that_is_closed_to_the_person_is_not_there(page, client, cedar, cedar_shop):
    other = make.make_shop(seller=cedar, slug="cedar-th", region="TH", platform_shop_id="7495540735365777599")
    save(page, "Vietnam", f"shop={cedar_shop.slug}", is_shared="1")
    client.force_login(make.make_member(seller=cedar, shops=[other.pk], email="th@cedar.example"))

    assert client.get(URL).context["team_views"] == []


@pytest.mark.parametrize("name", ["", "  ", "x" * 61])
def test_a_view_without_a_sensible_name_is_refused(page, cedar, name):
    assert save(page, name, "tile=h4").status_code == 422
    with scoping.scope(sellers=[cedar.pk]):
        assert not SavedView.objects.exists()


def test_the_ready_made_views_open_and_one_is_marked(page, take_in):
    take_in(1)
    for view in queue_views.LOCKED:
        answer = page.get(f"{URL}?{view.query}")
        assert answer.status_code == 200
        assert answer.context["locked_view"] == view


def test_a_foreign_view_is_not_there(page, cedar, north):
    with scoping.scope(sellers=[north.pk]):
        view = SavedView.objects.create(
            owner_id=1, owner_label="x", name="x", created_at=clock.now(), changed_at=clock.now()
        )
    assert page.post(f"{URL}views/{view.pk}/", {"act": "delete"}).status_code == 404


# --- columns ---


def heads(answer) -> list[str]:
    return [column.key for column in answer.context["columns"]]


def test_columns_are_chosen_and_ordered_for_one_person(page, client, cedar, take_in):
    take_in(1)
    page.post(
        f"{URL}columns/",
        {"column": ["clock", "tags", "sku"], "place-clock": "9", "place-tags": "2", "place-sku": "2"},
    )

    assert heads(page.get(URL)) == ["order", "tags", "sku", "clock"]
    assert [choice["column"].key for choice in page.get(f"{URL}columns/").context["choices"]][:4] == [
        "order",
        "tags",
        "sku",
        "clock",
    ]
    client.force_login(make.make_member(seller=cedar, email="li@cedar.example"))
    assert "shop" in heads(client.get(URL))


def test_no_column_at_all_is_refused_and_standard_ones_come_back(page, cedar, take_in):
    take_in(1)
    page.post(f"{URL}columns/", {"column": ["sku"]})

    assert page.post(f"{URL}columns/", {"column": ["nonsense"]}).status_code == 422
    assert heads(page.get(URL)) == ["order", "sku"]

    page.post(f"{URL}columns/", {"act": "reset"})
    with scoping.scope(sellers=[cedar.pk]):
        assert not QueueLayout.objects.exists()


def test_every_column_can_be_shown(page, take_in):
    order = take_in(1)
    for values in ({"act": "flag:red"}, {"act": "tag", "tag": "gift"}):
        page.post(f"{URL}{order.public_id}/mark/", values)
    page.post(f"{URL}columns/", {"column": list(queue_columns.COLUMNS)})

    assert page.get(URL).status_code == 200


def test_a_view_may_bring_its_columns(page, cedar, take_in):
    take_in(1)
    page.post(f"{URL}columns/", {"column": ["sku", "due"]})
    save(page, "With columns", "tile=h24", columns="1")
    page.post(f"{URL}columns/", {"act": "reset"})
    with scoping.scope(sellers=[cedar.pk]):
        view = SavedView.objects.get()

    assert heads(page.get(URL, {"tile": "h24", "saved": view.pk})) == ["order", "sku", "due"]
    assert "shop" in heads(page.get(URL))
