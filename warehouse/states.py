"""The machines of waves, pick lists and live shows: state × action → state. Any other pair is refused."""

from django.db import models

from core.states import StateMachine
from warehouse.models import PickListState, ShowState, WaveState


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


class ShowAction(models.TextChoices):
    PREPARE = "prepare"
    TAKE_BACK = "take_back"
    START = "start"
    END = "end"
    GO_ON = "go_on"
    CLOSE = "close"
    CANCEL = "cancel"


_S, _SA = ShowState, ShowAction
SHOW_MACHINE = StateMachine(
    "show",
    {
        (_S.PLANNED, _SA.PREPARE): _S.PREPARING,
        (_S.PLANNED, _SA.START): _S.LIVE,  # nothing was brought: it is measured all the same
        (_S.PLANNED, _SA.CANCEL): _S.CANCELLED,
        (_S.PREPARING, _SA.TAKE_BACK): _S.PLANNED,
        (_S.PREPARING, _SA.START): _S.LIVE,
        (_S.PREPARING, _SA.CANCEL): _S.CANCELLED,
        (_S.LIVE, _SA.END): _S.OVER,
        (_S.OVER, _SA.GO_ON): _S.LIVE,
        (_S.OVER, _SA.CLOSE): _S.CLOSED,
    },
)
