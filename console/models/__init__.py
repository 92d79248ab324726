from console.models.alert import Alert, AlertedOrder, AlertRead, AlertState, AlertWatch
from console.models.channel import AlertChannel, ChannelKind
from console.models.message import AlertMessage, MessagePart, MessageResult, ShowPart

__all__ = [
    "Alert",
    "AlertChannel",
    "AlertMessage",
    "AlertRead",
    "AlertState",
    "AlertWatch",
    "AlertedOrder",
    "ChannelKind",
    "MessagePart",
    "MessageResult",
    "ShowPart",
]
