"""Whose shop a push is about: remembered for a moment, never beyond."""

from tenancy import routes
from tenancy.models import ShopRoute


def ask(reference: str) -> int | None:
    return routes.seller_of(platform="tiktok_shop", reference=reference)


def test_an_answer_is_remembered_for_a_few_seconds(cedar, cedar_shop, django_assert_num_queries, monkeypatch):
    now = [100.0]
    monkeypatch.setattr(routes.time, "monotonic", lambda: now[0])
    with django_assert_num_queries(1):
        assert ask(cedar_shop.platform_shop_id) == ask(cedar_shop.platform_shop_id) == cedar.pk
    ShopRoute.objects.all().delete()
    now[0] += routes.REMEMBERED_S
    assert ask(cedar_shop.platform_shop_id) is None


def test_that_nobody_has_a_shop_is_never_remembered(cedar, django_assert_num_queries):
    with django_assert_num_queries(2):
        assert ask("77") is ask("77") is None


def test_what_was_forgotten_is_asked_anew(cedar, cedar_shop):
    assert ask(cedar_shop.platform_shop_id) == cedar.pk
    ShopRoute.objects.all().delete()
    routes.forget()
    assert ask(cedar_shop.platform_shop_id) is None
