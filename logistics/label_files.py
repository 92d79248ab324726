"""Platform labels on disk."""

from pathlib import Path

from django.utils.translation import gettext as _

from core import kept_files
from core.errors import RuleViolation

_ENDINGS = {"application/pdf": "pdf", "image/png": "png"}
CONTENT_TYPES = {ending: kind for kind, ending in _ENDINGS.items()}


class NoSuchLabel(RuleViolation):
    """The file of a label is gone from the disk."""

    code = "no_such_label"
    status = 404


def store(*, seller_id: int, name: str, content: bytes, kind: str) -> str:
    """Keep a label; a repeat replaces it. Returns the path relative to MEDIA_ROOT."""
    return kept_files.keep(
        folder="labels", seller_id=seller_id, name=f"{name}.{_ENDINGS.get(kind, 'pdf')}", content=content
    )


def read(*, path: str) -> bytes:
    """The label's bytes; raises NoSuchLabel."""
    try:
        return kept_files.read(path=path)
    except OSError as error:
        raise NoSuchLabel(_("The file of this label is gone. Ask the platform for it again.")) from error


def content_type(path: str) -> str:
    return CONTENT_TYPES.get(Path(path).suffix.lstrip("."), "application/pdf")
