"""Files that are kept below MEDIA_ROOT, one folder per seller: written whole or not at all, read by views only."""

import os
import tempfile
from pathlib import Path

from django.conf import settings


def keep(*, folder: str, seller_id: int, name: str, content: bytes) -> str:
    """Write a file; a repeat replaces it. Returns its path relative to MEDIA_ROOT."""
    relative = Path(folder) / str(seller_id) / name
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
    """Raises OSError when the file is gone."""
    return (settings.MEDIA_ROOT / path).read_bytes()
