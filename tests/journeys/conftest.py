"""A real browser on the running pages. What a journey commits, as the restricted role, is taken back at its end.

Take `cedar`, `cedar_shop`, … as in other tests; then `visit(user)` gives a page of Chromium, wide or as a phone.
Make rows inside `scoping.scope(...)` blocks that end before the browser looks: `in_cedar` would never commit.
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.db import connection, connections
from django.test import Client
from django.test.testcases import LiveServerThread
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests import make
from tests.emptied import empty
from tests.journeys.walking import lay_walk
from warehouse.models import PickList

# The program itself where Debian keeps it: the script before it adds flags that cost a journey a quarter of its time.
PROGRAMS = ("/usr/lib/chromium/chromium", "/usr/bin/chromium", "/usr/bin/google-chrome")
CHROMIUM = os.environ.get("KUAIFA_CHROMIUM") or next(
    (one for one in PROGRAMS if Path(one).exists()), PROGRAMS[1]
)
WIDE = {"width": 1440, "height": 960}
PHONE = {"width": 390, "height": 844}
PATIENCE_MS = 20_000  # two cores may be busy with other tests
expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture
def db(django_db_setup, django_db_blocker, database_cluster) -> Iterator[None]:
    """Instead of one transaction per test: the database as it is, so that the server's threads see what is written."""
    with django_db_blocker.unblock():
        yield
        name = connection.settings_dict["NAME"]
        connections.close_all()
        empty(database_cluster.dsn("superuser", name))


@pytest.fixture
def mai(cedar, cedar_shop):
    """Cedar's owner, with a shop to work for."""
    return make.make_member(seller=cedar)


@pytest.fixture
def walk(cedar_shop, mai, inside) -> PickList:
    """Mai's walk, see `walking.lay_walk`."""
    return inside(lay_walk, shop=cedar_shop, user=mai)


@pytest.fixture
def site(db) -> Iterator[str]:
    """The address of the running pages."""
    server = LiveServerThread("127.0.0.1", StaticFilesHandler)
    server.daemon = True
    hosts = settings.ALLOWED_HOSTS
    settings.ALLOWED_HOSTS = [*hosts, "127.0.0.1"]
    server.start()
    server.is_ready.wait()
    if server.error:
        raise server.error
    yield f"http://127.0.0.1:{server.port}"
    server.terminate()
    settings.ALLOWED_HOSTS = hosts


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """One Chromium for all journeys; it goes with them, the event loop below would be in other tests' way."""
    # Playwright keeps an event loop in this thread, which Django would otherwise take for asynchronous code.
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
        )
        yield found
        found.close()
    if before is None:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def visit(browser, site) -> Iterator[Callable[..., Page]]:
    """`visit(user)` opens a logged-in page; `phone=True` the small one; `language="zh-hans"` the other language.

    A script error or a failed request of our own pages fails the journey at its end.
    """
    contexts, troubles = [], []

    def open_page(user=None, *, phone: bool = False, language: str = "en") -> Page:
        context = browser.new_context(
            base_url=site, viewport=PHONE if phone else WIDE, has_touch=phone, is_mobile=phone
        )
        contexts.append(context)
        cookies = {"kuaifa_language": language}
        if user is not None:
            client = Client()
            client.force_login(user)
            cookies[settings.SESSION_COOKIE_NAME] = client.cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies([{"name": name, "value": value, "url": site} for name, value in cookies.items()])
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.on("pageerror", lambda error: troubles.append(f"{page.url}: {error}"))
        page.on("response", lambda answer: answer.status >= 500 and troubles.append(f"{answer.url}: 500"))
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert troubles == []


def eventually(page: Page, check: Callable[[], bool]) -> None:
    """The page works on by itself: wait until `check` holds, or fail."""
    for _turn in range(PATIENCE_MS // 100):
        if check():
            return
        page.wait_for_timeout(100)
    raise AssertionError("it never came true")
