"""Documents for the printer: HTML in, PDF out. Nothing is fetched while rendering: pictures are handed over by name.

Fonts are the machine's, found by fontconfig: Latin and Vietnamese, Chinese, Thai, in this order, whatever is there.
"""

import gc
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from pypdfium2 import PdfDocument
from weasyprint import HTML
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from core import boxes

FONTS = (
    "'Noto Sans', 'DejaVu Sans', 'Noto Sans CJK SC', 'Droid Sans Fallback', 'WenQuanYi Zen Hei', "
    "'Noto Sans Thai', 'Garuda', 'Loma', sans-serif"
)
PICTURE = "picture:"  # <img src="picture:NAME">


class _Given(URLFetcher):
    """Knows the pictures that were handed over and no other address."""

    def __init__(self, pictures: Mapping[str, bytes]) -> None:
        super().__init__(allowed_protocols=[])
        self._pictures = pictures

    def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> URLFetcherResponse:
        content = self._pictures.get(url.removeprefix(PICTURE)) if url.startswith(PICTURE) else None
        if content is None:
            raise FatalURLFetchingError(f"documents fetch nothing ({url[:40]})")
        return URLFetcherResponse(url, body=content)


class _Pictures(dict):
    """Those that WeasyPrint has read already; a code is drawn from its address alone."""

    def __contains__(self, url: object) -> bool:
        return str(url).startswith(boxes.SCHEME) or super().__contains__(url)

    def __missing__(self, url: str) -> boxes.Boxes:
        return boxes.from_address(url)


@contextmanager
def _uncollected() -> Iterator[None]:
    """A document is one web of boxes that all live until it is written: looking for garbage in between walks that web
    again and again and finds nothing. It cost a seventh of the time of a hundred slips."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def render(html: str, *, pictures: Mapping[str, bytes] | None = None) -> bytes:
    """The PDF of one HTML page; `pictures` are the ones it may name."""
    with _uncollected():
        return HTML(string=html, url_fetcher=_Given(pictures or {})).write_pdf(cache=_Pictures())


def join(*, parts: Iterable[Path], target: Path) -> int:
    """One file of the pages of several, in their order. Returns how many pages it has."""
    whole = PdfDocument.new()
    for part in parts:
        source = PdfDocument(part)
        whole.import_pages(source)
        source.close()
    count = len(whole)
    whole.save(target)
    whole.close()
    return count
