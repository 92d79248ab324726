"""Group bots of 飞书, 钉钉, 企业微信 and Slack on loopback: they check what they get as the real ones do, and keep it.

Any token makes a group. A group may be given a signing secret, a keyword that must be in the text, or an answer to give
instead of posting. Each chat counts messages by the minute.
"""

from starlette.routing import BaseRoute

from sandbox.bots import chats, control


def routes(world) -> list[BaseRoute]:
    return chats.routes(world)


def control_routes(world) -> list[BaseRoute]:
    return control.routes(world)
