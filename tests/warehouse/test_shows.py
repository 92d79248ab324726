"""Live shows: the record, the plan by dry run, every refusal with its sentence, what time does to them."""

from datetime import timedelta

import pytest
from django.utils import translation

from tenancy import scoping
from tenancy.models import AuditEntry, Shop
from tests import make, make_shows
from tests.make_orders import NOW
from tests.make_shows import (
    ENDS,
    STARTS,
    booked,
    bring,
    make_zone,
    mug_show,
    prepack,
    product,
    refused,
    sized,
    tasks,
)
from tests.make_warehouse import MAI, allocated, bin_of, in_bin, make_stock
from warehouse import show_alerts, show_book, show_plan, show_words, shows
from warehouse.models import (
    Bin,
    Carton,
    Show,
    ShowProduct,
    ShowTask,
    StockLevel,
)
from warehouse.show_book import Wanted

BY = {"actor": MAI, "now": NOW}


def test_a_show_is_booked_with_what_is_expected(site, cedar_shop):
    show = mug_show(site, cedar_shop, expected=12, prepack=None)
    one = product(show)
    assert (show.state, show.host, show.starts_at, show.by_label) == ("planned", "Linh", STARTS, "Mai")
    assert (one.expected_units, one.prepack_wish, one.use, one.why["by"]) == (12, None, "", "typed")
    assert show_words.expected_text(one) == "typed; no past show sold it"
    assert AuditEntry.objects.filter(action="show.booked").count() == 1


@pytest.mark.parametrize(
    ("times", "kind", "sentence"),
    [
        ((NOW, ENDS), show_book.ShowInPast, "This show would have begun already. Choose a time to come."),
        ((STARTS, STARTS), show_book.ShowEndsFirst, "A show ends after it has begun."),
        ((STARTS, STARTS + timedelta(hours=25)), show_book.ShowEndsFirst, "A show lasts 24 hours at most."),
    ],
)
def test_times_that_make_no_sense_are_refused(site, cedar_shop, times, kind, sentence):
    starts_at, ends_at = times
    text = refused(kind, booked, site=site, shop=cedar_shop, starts_at=starts_at, ends_at=ends_at)
    assert text.startswith(sentence)
    assert not Show.objects.exists()


def test_what_nobody_knows_must_be_typed(site, cedar_shop):
    sku = make_stock("MUG", 5)
    text = refused(
        show_book.NothingKnown, booked, site=site, shop=cedar_shop, products=[Wanted(sku_id=sku.pk)]
    )
    assert text == "No past show sold MUG: type how many units you expect."


def test_another_sellers_shop_is_not_there(site, cedar_shop, north_shop):
    text = refused(show_book.BadShow, booked, site=site, shop=north_shop)
    assert text == "Choose a shop and a warehouse of yours."


def test_past_shows_say_what_to_expect_and_how_much_is_ordered_alone(site, cedar_shop):
    make_stock("MUG", 100)
    make_stock("CUP", 100)
    began = NOW - timedelta(days=7)
    past = booked(
        site,
        cedar_shop,
        title="Last week",
        starts_at=began,
        ends_at=began + timedelta(hours=1),
        now=began - timedelta(days=1),
    )
    Show.objects.filter(pk=past.pk).update(state="closed")
    for number in range(20):
        lines = {"MUG": 1} if number < 15 else {"MUG": 2, "CUP": 1}
        at = began + timedelta(minutes=number)
        allocated(shop=cedar_shop, number=number, lines=lines, placed_at=at)
    allocated(shop=cedar_shop, number=50, lines={"MUG": 7}, placed_at=began + timedelta(hours=2))
    sku = make_stock("MUG", 0)
    show = booked(site, cedar_shop, products=[Wanted(sku_id=sku.pk)])
    one = product(show)
    assert (one.expected_units, one.why["by"], one.why["share"]) == (25, "past", 0.75)
    assert one.why["shows"] == [["Last week", "2026-11-16", 25]]
    assert show_words.expected_text(one) == "the middle of 1 past show: 25"


def test_the_dry_run_says_what_goes_where_and_changes_nothing(site, cedar_shop):
    make_zone(site, bins=2)
    box = make_shows.carton_stock(50)
    show = mug_show(site, cedar_shop, expected=10, prepack=None)
    plan = show_plan.look(show=show)
    (line,) = plan.lines
    assert (line.bin_id, line.bring, line.prepack) == (bin_of("LIVE-01").pk, 10, 6)
    assert line.carton_id == Carton.objects.get(code="3").pk
    assert [(one.sku_id, one.need, one.have) for one in plan.materials] == [(box.pk, 6, 50)]
    assert plan.problems == ()
    assert show_words.line_text(product(show), line) == (
        "Expected: typed; no past show sold it. 2 m from the pack point. "
        "Pre-packed: usually 60 % are ordered alone."
    )
    with translation.override("zh-hans"):
        text = show_words.line_text(product(show), line)
    assert "手工填写；以往直播没有卖过" in text and text.endswith(
        "距打包点 2 米。预包装：通常 60 % 是单件下单。"
    )
    assert (Show.objects.get().state, ShowTask.objects.count(), in_bin("B-03-1", product(show).sku)) == (
        "planned",
        0,
        20,
    )


def test_the_plan_becomes_tasks_that_are_due_half_an_hour_before(site, cedar_shop):
    make_zone(site)
    show = mug_show(site, cedar_shop)
    make_stock("MUG", 4, at="A-01-1")
    shows.prepare(show_id=show.pk, **BY)
    show.refresh_from_db()
    assert [(t.source.code, t.target.code, t.quantity) for t in tasks(show, "bring")] == [
        ("B-03-1", "LIVE-01", 10)
    ]
    assert [(t.target.code, t.quantity, t.due_at) for t in tasks(show, "pack")] == [
        ("LIVE-01", 4, STARTS - timedelta(minutes=30))
    ]
    assert (show.state, product(show).use) == ("preparing", "kept")


def test_without_a_forward_bin_nothing_is_prepared(site, cedar_shop):
    show = mug_show(site, cedar_shop)
    text = refused(shows.NoForwardBin, shows.prepare, show_id=show.pk, **BY)
    assert text == "There is no forward bin left for MUG. Make one more, or take a product off the show."


def test_a_show_without_products_is_not_prepared(site, cedar_shop):
    show = booked(site, cedar_shop)
    text = refused(shows.NothingToBring, shows.prepare, show_id=show.pk, **BY)
    assert text == "“Mug night” has no products yet. Add some first."


def test_no_more_is_prepacked_than_is_free(site, cedar_shop):
    make_zone(site)
    show = mug_show(site, cedar_shop, units=6, expected=10, prepack=6)
    allocated(shop=cedar_shop, lines={"MUG": 2})
    text = refused(shows.MorePrepacksThanStock, shows.prepare, show_id=show.pk, **BY)
    assert text == "6 × MUG cannot be pre-packed: only 4 are free. Type fewer, or receive some."


def test_materials_that_run_short_are_told_before(site, cedar_shop):
    make_zone(site)
    make_shows.carton_stock(3)
    show = mug_show(site, cedar_shop, prepack=4)
    text = refused(shows.MaterialShort, shows.prepare, show_id=show.pk, **BY)
    assert text == "Pre-packing uses up 4 of BOX-S, 3 are there. Receive some, or pre-pack less."


def test_goods_of_unknown_size_need_a_carton_from_a_person(site, cedar_shop):
    make_zone(site)
    sku = make_stock("VASE", 9, at="B-03-1")
    show = booked(site, cedar_shop, products=[Wanted(sku.pk, expected=5, prepack=2)])
    text = refused(shows.NoCartonFits, shows.prepare, show_id=show.pk, **BY)
    assert text == "No carton is known to take VASE. Choose one, or pre-pack none of it."
    wanted = Wanted(sku.pk, expected=5, prepack=2, carton_code="4")
    show_book.set_products(show_id=show.pk, products=[wanted], **BY)
    shows.prepare(show_id=show.pk, **BY)
    assert product(show, "VASE").carton.code == "4"


def test_nothing_free_is_nothing_to_bring(site, cedar_shop):
    make_zone(site)
    show = mug_show(site, cedar_shop, units=0, prepack=None)
    text = refused(shows.NothingToBring, shows.prepare, show_id=show.pk, **BY)
    assert text == "Nothing of MUG is free to be brought. Receive some, or take it off the show."


def test_two_shows_never_have_one_bin_at_one_time(site, cedar_shop):
    make_zone(site, bins=1)
    first = mug_show(site, cedar_shop)
    shows.prepare(show_id=first.pk, **BY)
    cup = sized(make_stock("CUP", 9, at="A-02-1"))
    second = booked(
        site,
        cedar_shop,
        title="Cups",
        starts_at=STARTS + timedelta(hours=1),
        ends_at=ENDS + timedelta(hours=1),
        products=[Wanted(cup.pk, expected=5, bin_code="LIVE-01")],
    )
    text = refused(shows.BinOfAnotherShow, shows.prepare, show_id=second.pk, **BY)
    assert text == "LIVE-01 has the goods of “Mug night”. Choose another bin for CUP."


def test_a_bin_with_other_goods_is_not_taken(site, cedar_shop):
    make_zone(site, bins=1)
    make_stock("CUP", 1, at="LIVE-01")
    show = mug_show(site, cedar_shop)
    wanted = Wanted(product(show).sku_id, expected=5, bin_code="LIVE-01")
    show_book.set_products(show_id=show.pk, products=[wanted], **BY)
    text = refused(shows.BinIsFilled, shows.prepare, show_id=show.pk, **BY)
    assert text == "Other goods lie in LIVE-01. Empty it, or choose another bin for MUG."


def test_two_products_do_not_share_a_bin(site, cedar_shop):
    make_zone(site)
    cup = sized(make_stock("CUP", 9, at="A-02-1"))
    show = mug_show(site, cedar_shop)
    both = [Wanted(one, expected=5, bin_code="LIVE-01") for one in (cup.pk, product(show).sku_id)]
    show_book.set_products(show_id=show.pk, products=both, **BY)
    text = refused(shows.BinIsFilled, shows.prepare, show_id=show.pk, **BY)
    assert text == "Two products of this show want LIVE-01. Choose another bin for MUG."


def test_a_shelf_is_no_forward_bin(site, cedar_shop):
    show = mug_show(site, cedar_shop)
    wanted = Wanted(product(show).sku_id, expected=5, bin_code="A-01-1")
    text = refused(show_book.BadShow, show_book.set_products, show_id=show.pk, products=[wanted], **BY)
    assert text == "“A-01-1” is no forward bin of Main warehouse. Choose one of the forward zone."


def test_a_small_bin_takes_what_fits_and_the_most_expected_goes_nearest(site, cedar_shop):
    make_zone(site, bins=1, liters=5)
    make_zone(site, bins=1)
    cup = sized(make_stock("CUP", 30, at="A-02-1"))
    show = mug_show(site, cedar_shop, expected=8, prepack=0)
    show_book.set_products(show_id=show.pk, products=[Wanted(cup.pk, expected=30, prepack=0)], **BY)
    plan = show_plan.look(show=show)
    codes = dict(Bin.objects.values_list("pk", "code"))
    # A mug fills 729 ml: 6 fit into 5 liters, 30 only into the bin without a limit.
    assert [(codes[line.bin_id], line.bring) for line in plan.lines] == [("LIVE-02", 30), ("LIVE-01", 6)]
    assert "No more fit into the bin" in show_words.line_text(product(show), plan.lines[1])


def test_the_plan_is_taken_back_while_nothing_was_carried(site, cedar_shop):
    make_zone(site)
    show = mug_show(site, cedar_shop)
    shows.prepare(show_id=show.pk, **BY)
    assert shows.take_back_plan(show_id=show.pk, **BY).state == "planned"
    assert (ShowTask.objects.count(), product(show).use, product(show).bin) == (0, "", None)
    shows.prepare(show_id=show.pk, **BY)
    bring(show)
    text = refused(shows.GoodsAreCarried, shows.take_back_plan, show_id=show.pk, **BY)
    assert text.startswith("Goods of “Mug night” lie in the forward zone already.")


def test_products_are_set_once_the_plan_is_carried_out(site, cedar_shop):
    make_zone(site)
    show = mug_show(site, cedar_shop)
    shows.prepare(show_id=show.pk, **BY)
    wanted = Wanted(product(show).sku_id, expected=3)
    text = refused(show_book.ShowIsSet, show_book.set_products, show_id=show.pk, products=[wanted], **BY)
    assert text.startswith("The products of “Mug night” are set")


def test_a_show_that_moves_moves_its_tasks(site, cedar_shop):
    make_zone(site)
    show = mug_show(site, cedar_shop)
    shows.prepare(show_id=show.pk, **BY)
    later = STARTS + timedelta(hours=1)
    facts = make_shows.facts(site, cedar_shop, starts_at=later, ends_at=later + timedelta(hours=2))
    show_book.change(show_id=show.pk, facts=facts, **BY)
    assert {task.due_at for task in tasks(show, "bring")} == {later - timedelta(minutes=30)}


def test_goods_not_in_place_half_an_hour_before_are_told_once(site, cedar_shop):
    make_zone(site)
    show = mug_show(site, cedar_shop)
    shows.prepare(show_id=show.pk, **BY)
    shows.run(now=STARTS - timedelta(minutes=31))
    assert not AuditEntry.objects.filter(action="show.late").exists()
    for minutes in (30, 29):
        shows.run(now=STARTS - timedelta(minutes=minutes))
    told = AuditEntry.objects.get(action="show.late")
    assert (told.actor_kind, told.detail["tasks"]) == ("auto", 2)
    assert Show.objects.filter(show_alerts.late(now=STARTS - timedelta(minutes=29))).count() == 1


def test_other_sellers_have_no_part_in_it(site, cedar_shop, north):
    mug_show(site, cedar_shop)
    with scoping.scope(sellers=[north.pk]):
        assert not Show.objects.exists()
        assert not ShowProduct.objects.exists()


def test_people_of_one_shop_do_not_see_the_shows_of_another(site, cedar_shop, cedar):
    mug_show(site, cedar_shop)
    other = make.make_shop(seller=cedar, slug="cedar-th", region="TH", platform_shop_id="77")
    with scoping.scope(sellers=[cedar.pk], shops=[other.pk]):
        assert not Show.objects.exists()
    assert Shop.objects.count() == 2


def test_goods_kept_for_a_show_are_sold_all_the_same(site, cedar_shop):
    make_zone(site)
    show = mug_show(site, cedar_shop, units=10, expected=10, prepack=0)
    shows.prepare(show_id=show.pk, **BY)
    bring(show)
    prepack(show)
    assert allocated(shop=cedar_shop, lines={"MUG": 10}).state == "allocated"
    assert StockLevel.objects.get(sku__seller_sku="MUG").available == 0
