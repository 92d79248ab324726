"""Whole sentences and lists put together as the reader's language writes them."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

_WIDE_STOPS = "。！？；："


def joined(parts: Iterable[str]) -> str:
    """Sentences one after the other: a space between them, none after a full-width stop, which brings its own."""
    text = ""
    for part in parts:
        gap = " " if text and text[-1] not in _WIDE_STOPS else ""
        text += f"{gap}{part}" if part else ""
    return text


def listed(parts: Iterable[str]) -> str:
    """Things of one kind: the comma of a list is another one in Chinese."""
    return _(", ").join(parts)
