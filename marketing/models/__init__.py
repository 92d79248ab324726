from marketing.models.account import AdAccount
from marketing.models.action import HOLDING_KINDS, AdAction, AdDecision, DecisionKind, DecisionState
from marketing.models.campaign import AdLink, AdVehicle, VehicleKind
from marketing.models.policy import AdMode, AdPolicy, LowStockStep, LowWhen

__all__ = [
    "AdAccount",
    "AdAction",
    "AdDecision",
    "AdLink",
    "AdMode",
    "AdPolicy",
    "AdVehicle",
    "DecisionKind",
    "DecisionState",
    "HOLDING_KINDS",
    "LowStockStep",
    "LowWhen",
    "VehicleKind",
]
