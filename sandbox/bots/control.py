"""What the groups got, as JSON and as a page; how a group shall behave."""

from html import escape

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Route

from sandbox.bots.state import MOST_A_MINUTE
from sandbox.page import page

ANSWERS = ("", "too_many", "gone", "broken", "silent")


def routes(world) -> list[BaseRoute]:
    async def everything(_request: Request) -> Response:
        return JSONResponse({"groups": world.bots.dump()})

    async def behave(request: Request) -> Response:
        body = await request.json()
        if body.get("chat") not in MOST_A_MINUTE or body.get("answer", "") not in ANSWERS:
            return JSONResponse({"error": "no such chat or answer"}, status_code=400)
        group = world.bots.group(body["chat"], str(body["token"]))
        for name in ("secret", "keyword", "answer"):
            if name in body:
                setattr(group, name, str(body[name]))
        return JSONResponse({"chat": group.chat, "token": group.token})

    async def show(request: Request) -> Response:
        return HTMLResponse(_page(world, base=str(request.base_url).rstrip("/")))

    return [
        Route("/_sandbox/bots.json", everything, methods=["GET"]),
        Route("/_sandbox/bots/group", behave, methods=["POST"]),
        Route("/_sandbox/bots/", show, methods=["GET"]),
    ]


def _page(world, *, base: str) -> str:
    addresses = "".join(
        f"<tr><td>{name}</td><td><code>{escape(base + path)}</code></td></tr>"
        for name, path in (
            ("飞书", "/bots/feishu/open-apis/bot/v2/hook/my-group-0001"),
            ("钉钉", "/bots/dingtalk/robot/send?access_token=my-group-0001"),
            ("企业微信", "/bots/wecom/cgi-bin/webhook/send?key=my-group-0001"),
            ("Slack", "/bots/slack/services/T00000000/B00000000/my-group-0001"),
        )
    )
    cards = "".join(
        f"<div class='card'><h2>{escape(group.chat)} · {escape(group.token)}</h2>"
        + "".join(
            f"<p><strong>{escape(message['title'])}</strong><br>"
            f"{escape(message['text']).replace(chr(10), '<br>')}</p>"
            for message in reversed(group.messages[-10:])
        )
        + "</div>"
        for group in world.bots.groups.values()
    )
    body = f"<div class='card'><table>{addresses}</table></div><div class='grid'>{cards}</div>"
    return page(
        title="Group bots", body=body, lead="Any token makes a group. The newest message stands first."
    )
