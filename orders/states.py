"""The order machine and the package machine: state × action → state. Any other pair is refused."""

from django.db import models

from core.states import StateMachine
from orders.models import OrderState, PackageState


class OrderAction(models.TextChoices):
    APPROVE = "approve"
    HOLD = "hold"
    COMPLETE = "complete"
    CANCEL = "cancel"


class PackageAction(models.TextChoices):
    ALLOCATE = "allocate"
    DEALLOCATE = "deallocate"
    START_PICKING = "start_picking"
    RETURN_TO_QUEUE = "return_to_queue"
    FINISH_PICKING = "finish_picking"
    PACK = "pack"
    UNPACK = "unpack"
    LABEL = "label"
    UNLABEL = "unlabel"
    HAND_OVER = "hand_over"
    TAKE_BACK = "take_back"
    PICK_UP = "pick_up"
    ARRIVE = "arrive"
    DELIVER = "deliver"
    CANCEL = "cancel"
    RETURN = "return"
    LOSE = "lose"


_O, _OA = OrderState, OrderAction
ORDER_MACHINE = StateMachine(
    "order",
    {
        (_O.PENDING_REVIEW, _OA.APPROVE): _O.APPROVED,
        (_O.PENDING_REVIEW, _OA.HOLD): _O.ON_HOLD,
        (_O.PENDING_REVIEW, _OA.CANCEL): _O.CANCELLED,
        (_O.PENDING_REVIEW, _OA.COMPLETE): _O.COMPLETED,  # taken in when it was already over
        (_O.ON_HOLD, _OA.APPROVE): _O.APPROVED,
        (_O.ON_HOLD, _OA.CANCEL): _O.CANCELLED,
        (_O.ON_HOLD, _OA.COMPLETE): _O.COMPLETED,  # shipped behind our back, in Seller Center
        (_O.APPROVED, _OA.HOLD): _O.ON_HOLD,
        (_O.APPROVED, _OA.COMPLETE): _O.COMPLETED,
        (_O.APPROVED, _OA.CANCEL): _O.CANCELLED,
    },
)

_P, _PA = PackageState, PackageAction
_CARRIER_CAN_START = (
    _P.PLANNED,
    _P.ALLOCATED,
    _P.PICKING,
    _P.PICKED,
    _P.PACKED,
    _P.READY_TO_SHIP,
    _P.HANDED_OVER,
)
_CANCELLABLE = (_P.PLANNED, _P.ALLOCATED, _P.PICKING, _P.PICKED, _P.PACKED, _P.READY_TO_SHIP)
_MOVING = (_P.HANDED_OVER, _P.IN_TRANSIT, _P.ARRIVED)

PACKAGE_MACHINE = StateMachine(
    "package",
    {
        (_P.PLANNED, _PA.ALLOCATE): _P.ALLOCATED,
        (_P.ALLOCATED, _PA.DEALLOCATE): _P.PLANNED,
        (_P.ALLOCATED, _PA.START_PICKING): _P.PICKING,
        (_P.PICKING, _PA.RETURN_TO_QUEUE): _P.ALLOCATED,
        (_P.PICKING, _PA.DEALLOCATE): _P.PLANNED,
        (_P.PICKING, _PA.FINISH_PICKING): _P.PICKED,
        (_P.PICKED, _PA.PACK): _P.PACKED,
        (_P.PACKED, _PA.UNPACK): _P.PICKED,
        (_P.PACKED, _PA.LABEL): _P.READY_TO_SHIP,
        (_P.READY_TO_SHIP, _PA.UNLABEL): _P.PACKED,  # the label is void: another address
        (_P.READY_TO_SHIP, _PA.HAND_OVER): _P.HANDED_OVER,
        (
            _P.HANDED_OVER,
            _PA.TAKE_BACK,
        ): _P.READY_TO_SHIP,  # scanned by mistake, the driver has not signed yet
        # The carrier's word counts wherever our own scans have got to: a missed dock scan does not hide a pickup.
        **{(state, _PA.PICK_UP): _P.IN_TRANSIT for state in _CARRIER_CAN_START},
        **{(state, _PA.ARRIVE): _P.ARRIVED for state in (*_CARRIER_CAN_START, _P.IN_TRANSIT)},
        **{
            (state, _PA.DELIVER): _P.DELIVERED
            for state in (*_CARRIER_CAN_START, _P.IN_TRANSIT, _P.ARRIVED, _P.LOST)
        },
        **{(state, _PA.CANCEL): _P.CANCELLED for state in _CANCELLABLE},
        **{(state, _PA.RETURN): _P.RETURNED for state in (*_MOVING, _P.DELIVERED, _P.LOST)},
        **{(state, _PA.LOSE): _P.LOST for state in _MOVING},
    },
)

# How far along each state is: `advance` never moves a package back by a late or repeated message.
PROGRESS = {
    state: rank
    for rank, state in enumerate(
        (
            _P.PLANNED,
            _P.ALLOCATED,
            _P.PICKING,
            _P.PICKED,
            _P.PACKED,
            _P.READY_TO_SHIP,
            _P.HANDED_OVER,
            _P.IN_TRANSIT,
            _P.ARRIVED,
            _P.DELIVERED,
        )
    )
}
STEPS_BACK = frozenset({_PA.DEALLOCATE, _PA.RETURN_TO_QUEUE, _PA.UNPACK, _PA.UNLABEL, _PA.TAKE_BACK})
FINAL = frozenset({_P.DELIVERED, _P.CANCELLED, _P.RETURNED, _P.LOST})
