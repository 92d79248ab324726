"""Platform labels on disk, below MEDIA_ROOT, one folder per seller. Written whole or not at all; read by views only."""

import os
import tempfile
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from core.errors import RuleViolation

_ENDINGS = {"application/pdf": "pdf", "image/png": "png"}
CONTENT_TYPES = {ending: kind for kind, ending in _ENDINGS.items()}


class NoSuchLabel(RuleViolation):
    """The file of a label is gone from the disk."""

    code = "no_such_label"
    status = 404


def store(*, seller_id: int, name: str, content: bytes, kind: str) -> str:
    """Keep a label; a repeat replaces it. Returns the path relative to MEDIA_ROOT."""
    relative = Path("labels") / str(seller_id) / f"{name}.{_ENDINGS.get(kind, 'pdf')}"
    target = settings.MEDIA_ROOT / relative
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=".new-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        os.replace(temporary, target)
    except OSError:
        Path(temporary).unlink(missing_ok=True)
        raise
    return str(relative)


def read(*, path: str) -> bytes:
    """The label's bytes; raises NoSuchLabel."""
    try:
        return (settings.MEDIA_ROOT / path).read_bytes()
    except OSError as error:
        raise NoSuchLabel(_("The file of this label is gone. Ask the platform for it again.")) from error


def content_type(path: str) -> str:
    return CONTENT_TYPES.get(Path(path).suffix.lstrip("."), "application/pdf")
