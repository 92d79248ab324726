"""Files that jobs make, below MEDIA_ROOT, one folder per seller. Appended chunk by chunk; read by views only; kept some days."""

from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import RuleViolation
from relay.models import Job

KEEP_FILES = timedelta(days=7)
CONTENT_TYPES = {
    ".csv": "text/csv; charset=utf-8",
    ".pdf": "application/pdf",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class NoSuchFile(RuleViolation):
    """The file is not there (any more)."""

    code = "no_such_file"
    status = 404


def relative_path(*, job: Job, ending: str) -> str:
    """Where this job writes: an unguessable name in the seller's folder."""
    return str(Path("jobs") / str(job.seller_id) / f"{job.public_id}{ending}")


def append(*, path: str, at: int, content: bytes) -> int:
    """Write from byte `at` on; what a chunk that was rolled back left behind it is cut off. Returns the new end."""
    target = settings.MEDIA_ROOT / path
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with target.open("r+b" if target.exists() else "w+b") as file:
        file.seek(0, 2)
        if file.tell() < at:
            raise NoSuchFile(_("The file of this job is gone. Start it again."))
        file.truncate(at)
        file.seek(at)
        file.write(content)
        return at + len(content)


def absolute(path: str) -> Path:
    return settings.MEDIA_ROOT / path


def stored(job: Job) -> Path:
    """The finished file; raises NoSuchFile."""
    found = absolute(job.file) if job.file else None
    if found is None or not found.is_file():
        raise NoSuchFile(_("The file of this job is gone. Start it again."))
    return found


def forget(*, path: str) -> None:
    """Take a file off the disk; one that is gone already is no trouble."""
    absolute(path).unlink(missing_ok=True)


def forget_after_commit(*, path: str) -> None:
    """What the present chunk made needless goes only when the chunk counts."""
    transaction.on_commit(lambda: forget(path=path))
