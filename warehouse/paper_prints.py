"""Who printed what and when. What was printed before is printed again only with a reason, which is kept."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Count, Max, Min
from django.utils.translation import gettext as _

from core.errors import RuleViolation
from orders import history
from orders.models import HistoryKind, Package
from tenancy.actors import Actor
from warehouse.models import PaperKind, PaperPrint

REASON_LENGTH = 200


class ReprintNeedsReason(RuleViolation):
    """It was printed before, and nobody said why it is printed again."""

    code = "reprint_needs_reason"


@dataclass(frozen=True)
class Subject:
    """What a paper is about; `package` when its order should remember the print."""

    pk: int
    label: str
    wave_id: int | None = None
    package: Package | None = None


@dataclass(frozen=True)
class Printed:
    """One go at the printer, as the pages show it."""

    kind: str
    papers: int
    first: str
    times: int
    reason: str
    at: datetime
    by: str

    @property
    def kind_label(self) -> str:
        return str(PaperKind(self.kind).label)


def times_before(*, kind: str, ids: Iterable[int]) -> dict[int, int]:
    """Subject → how often its paper was printed; subjects without a print are missing."""
    rows = PaperPrint.objects.filter(kind=kind, subject_id__in=list(ids)).order_by()
    return dict(rows.values("subject_id").annotate(last=Max("times")).values_list("subject_id", "last"))


def ask_reason(*, kind: str, subjects: Sequence[Subject], reason: str) -> None:
    """Raises unless all is new or there is a reason."""
    if reason.strip():
        return
    before = times_before(kind=kind, ids=[one.pk for one in subjects])
    again = next((one for one in subjects if one.pk in before), None)
    if again is not None:
        raise ReprintNeedsReason(
            _("%(paper)s was printed before. Say why it is printed again, and destroy the old one.")
            % {"paper": f"{again.label} ({PaperKind(kind).label})"}
        )


@transaction.atomic
def record(*, kind: str, subjects: Sequence[Subject], reason: str, actor: Actor, now: datetime) -> None:
    """Keep one print of each. The caller holds the subjects' rows; so that two prints never count as one."""
    before = times_before(kind=kind, ids=[one.pk for one in subjects])
    reason = reason.strip()[:REASON_LENGTH]
    # Somebody else printed it while a long document was being made.
    meanwhile = reason or _("printed twice at the same time")
    PaperPrint.objects.insert_many(
        PaperPrint(
            kind=kind,
            subject_id=one.pk,
            label=one.label,
            wave_id=one.wave_id,
            times=before.get(one.pk, 0) + 1,
            reason=meanwhile if one.pk in before else "",
            printed_at=now,
            by_label=actor.label,
        )
        for one in subjects
    )
    history.record_many(
        history.entry(
            order=one.package,
            at=now,
            actor=actor,
            kind=HistoryKind.FLOOR,
            action=f"{kind}.{'reprinted' if one.pk in before else 'printed'}",
            reason=meanwhile if one.pk in before else "",
            count=before.get(one.pk, 0) + 1,
        )
        for one in subjects
        if one.package is not None
    )


def of_wave(*, wave_id: int) -> list[Printed]:
    """Every go at the printer for a wave, newest first."""
    return _grouped(PaperPrint.objects.filter(wave_id=wave_id))


def of_subjects(*, kind: str, ids: Iterable[int]) -> list[Printed]:
    """The same for some pick lists, packages, bins or counts."""
    return _grouped(PaperPrint.objects.filter(kind=kind, subject_id__in=list(ids)))


def newest(*, kind: str, most: int = 10) -> list[Printed]:
    """The last goes of one kind of paper."""
    return _grouped(PaperPrint.objects.filter(kind=kind), most=most)


def _grouped(found, *, most: int = 50) -> list[Printed]:
    rows = found.order_by("-printed_at", "kind").values("kind", "printed_at", "by_label", "reason")
    rows = rows.annotate(papers=Count("pk"), first=Min("label"), last=Max("times"))
    return [
        Printed(
            row["kind"],
            row["papers"],
            row["first"],
            row["last"],
            row["reason"],
            row["printed_at"],
            row["by_label"],
        )
        for row in rows[:most]
    ]
