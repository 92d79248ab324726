"""Each scan of a station counts once: a phone that lost the answer sends the same key again and is told the same."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from core import ids
from core.errors import RuleViolation
from tenancy.actors import Actor
from warehouse.models import PickList, Station, StationScan

KEEP = timedelta(days=7)


class BadKey(RuleViolation):
    """The key is unusable, or was another scan's."""

    code = "bad_scan_key"


@dataclass(frozen=True)
class Said:
    """What a scan was answered. `answer` is what the rule said just now; None when it was said before."""

    kind: str
    ok: bool
    text: str
    answer: object | None = None


@transaction.atomic
def once(
    *,
    station: Station,
    key: str,
    pick_list: PickList,
    code: str,
    act: Callable[[], object],
    actor: Actor,
    now: datetime,
) -> Said:
    """Do `act` for this key, or repeat what was said to it. The row is written in the act's own transaction.

    A refusal is an answer too: the act is undone, its sentence is kept.
    """
    key = key.strip() or ids.public_id("scn")
    if len(key) > 64:
        raise BadKey(_("The key of a scan has at most 64 characters."))
    row = StationScan(
        station=station,
        key=key,
        pick_list=pick_list,
        code=code.strip()[:80],
        by_label=actor.label[:120],
        at=now,
    )
    # A repeat waits here until the first one has committed or given up.
    if not StationScan.objects.insert_new(row):
        return _repeated(row)
    try:
        with transaction.atomic():
            answer = act()
        said = Said(kind=answer.kind, ok=answer.ok, text=answer.text, answer=answer)
    except RuleViolation as error:
        said = Said(kind=error.code, ok=False, text=str(error))
    StationScan.objects.filter(key=key).update(kind=said.kind[:16], is_ok=said.ok, text=said.text[:400])
    return said


def _repeated(row: StationScan) -> Said:
    known = StationScan.objects.get(key=row.key)
    if (known.pick_list_id, known.code) != (row.pick_list_id, row.code):
        raise BadKey(_("This key was another scan's. Reload the page and scan again."))
    return Said(kind=known.kind, ok=bool(known.is_ok), text=known.text)


def forget(*, now: datetime) -> None:
    """Keys that no phone sends again."""
    StationScan.objects.filter(at__lt=now - KEEP).delete()
