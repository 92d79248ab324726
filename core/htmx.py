"""One view serves the page and its fragment; toasts, scans and redirects travel in headers.

An HTMX request gets the fragment alone; a boosted or history-restoring one, and every browser without script, the page.
"""

import json
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render as render_template
from django.utils.cache import patch_vary_headers
from django_htmx.http import HttpResponseClientRedirect

from core.errors import RuleViolation

_KINDS = {
    "success": messages.SUCCESS,
    "info": messages.INFO,
    "warning": messages.WARNING,
    "danger": messages.ERROR,
}


def wants_fragment(request: HttpRequest) -> bool:
    """Whether the browser will put the answer into a part of the page."""
    htmx = getattr(request, "htmx", None)
    return bool(htmx) and not htmx.boosted and not htmx.history_restore_request


def render(
    request: HttpRequest,
    page_template: str,
    fragment_template: str,
    context: dict[str, Any] | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    """The fragment for HTMX, else the page that includes the very same fragment."""
    template = fragment_template if wants_fragment(request) else page_template
    response = render_template(request, template, context or {}, status=status)
    patch_vary_headers(response, ("HX-Request", "HX-Boosted", "HX-History-Restore-Request"))
    return response


def trigger(response: HttpResponse, name: str, detail: dict[str, Any] | None = None) -> HttpResponse:
    """Fire an event in the browser after the swap; several may be added to one response."""
    events = json.loads(response.headers.get("HX-Trigger") or "{}")
    events[name] = detail or {}
    response.headers["HX-Trigger"] = json.dumps(events)
    return response


def toast(response: HttpResponse, text: str, kind: str = "success") -> HttpResponse:
    """Show a short note: `kind` is success, info, warning or danger."""
    return trigger(response, "toast", {"kind": kind, "text": str(text)})


def scanned(response: HttpResponse, *, ok: bool, text: str, kind: str = "") -> HttpResponse:
    """Answer a scan with sound, flash and vibration; the text is read out by screen readers.

    `kind` names what went wrong (the code of the refusal): each has a sound of its own in static/app/scan.js.
    """
    return trigger(response, "scanned", {"ok": ok, "text": str(text), "kind": kind})


def redirect(request: HttpRequest, url: str, text: str = "", kind: str = "success") -> HttpResponse:
    """Go to another page as a whole, with a toast there."""
    if text:
        messages.add_message(request, _KINDS[kind], text)
    return HttpResponseClientRedirect(url) if request.htmx else HttpResponseRedirect(url)


def refusal(request: HttpRequest, error: RuleViolation) -> HttpResponse:
    """A rule said no: a toast that leaves the page as it is, or a small page without script."""
    if wants_fragment(request):
        response = HttpResponse(status=error.status)
        response.headers["HX-Reswap"] = "none"
        return toast(response, str(error), "danger")
    return render_template(request, "ui/refused.html", {"message": str(error)}, status=error.status)
