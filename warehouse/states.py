"""The wave machine and the pick list machine: state × action → state. Any other pair is refused."""

from django.db import models

from core.states import StateMachine
from warehouse.models import PickListState, WaveState


class WaveAction(models.TextChoices):
    RELEASE = "release"
    FINISH_PICKING = "finish_picking"
    FINISH = "finish"
    CANCEL = "cancel"


class PickListAction(models.TextChoices):
    CLAIM = "claim"
    FINISH = "finish"
    CANCEL = "cancel"


_W, _WA = WaveState, WaveAction
WAVE_MACHINE = StateMachine(
    "wave",
    {
        (_W.PLANNED, _WA.RELEASE): _W.RELEASED,
        (_W.PLANNED, _WA.CANCEL): _W.CANCELLED,
        (_W.RELEASED, _WA.FINISH_PICKING): _W.PICKED,
        (_W.RELEASED, _WA.CANCEL): _W.CANCELLED,
        (_W.PICKED, _WA.FINISH): _W.DONE,
    },
)

_L, _LA = PickListState, PickListAction
PICK_LIST_MACHINE = StateMachine(
    "pick list",
    {
        (_L.OPEN, _LA.CLAIM): _L.PICKING,
        (_L.OPEN, _LA.CANCEL): _L.CANCELLED,
        (_L.OPEN, _LA.FINISH): _L.PICKED,  # every package of it was stopped before anyone came
        (_L.PICKING, _LA.FINISH): _L.PICKED,
    },
)
