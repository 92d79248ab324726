"""Documents for the printer: HTML in, PDF out. Nothing is fetched while rendering: pictures come inline.

Fonts are the machine's, found by fontconfig: Latin and Vietnamese, Chinese, Thai, in this order, whatever is there.
"""

from weasyprint import HTML
from weasyprint.urls import FatalURLFetchingError

FONTS = (
    "'Noto Sans', 'DejaVu Sans', 'Noto Sans CJK SC', 'Droid Sans Fallback', 'WenQuanYi Zen Hei', "
    "'Noto Sans Thai', 'Garuda', 'Loma', sans-serif"
)


def _refuse(url: str, *_args: object, **_kwargs: object) -> None:
    raise FatalURLFetchingError(f"documents fetch nothing ({url[:40]})")


def render(html: str) -> bytes:
    """The PDF of one HTML page."""
    return HTML(string=html, url_fetcher=_refuse).write_pdf()
