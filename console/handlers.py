"""Reactions to what other apps announce; database work only."""

from console import alert_messages
from core import clock
from relay.events import subscribe
from warehouse.events import ShowLate
from warehouse.models import ShowAlert


@subscribe(ShowLate, takes_many=True)
def on_show_late(events: list[ShowLate]) -> None:
    """A show's goods are not in place: its channels are told, unless that is settled already."""
    open_ones = ShowAlert.objects.filter(
        show_id__in={event.show_id for event in events}, cleared_at__isnull=True
    )
    alert_messages.prepare_for(alerts=list(open_ones.order_by("pk")), now=clock.now())
