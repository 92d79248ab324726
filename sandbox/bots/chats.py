"""The four incoming webhooks. Three of them answer 200 whatever happens, with the verdict inside."""

import base64
import hashlib
import hmac
import json

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from sandbox.bots.state import Group
from sandbox.faults import CutResponse

HOUR = 3600.0
WECOM_MOST_BYTES = 4096


def routes(world) -> list[BaseRoute]:
    def endpoint(chat: str, act):
        async def receive(request: Request) -> Response:
            token = request.path_params.get("token") or request.query_params.get(TOKEN_IN_QUERY[chat], "")
            try:
                body = json.loads(await request.body())
            except ValueError:
                body = None
            group = world.bots.group(chat, token)
            if group.answer == "broken":
                return Response(status_code=500)
            answer = act(world, group, body if isinstance(body, dict) else {}, request)
            return CutResponse(hang_seconds=world.faults.hang_seconds) if group.answer == "silent" else answer

        return receive

    return [
        Route("/bots/feishu/open-apis/bot/v2/hook/{token}", endpoint("feishu", _feishu), methods=["POST"]),
        Route("/bots/dingtalk/robot/send", endpoint("dingtalk", _dingtalk), methods=["POST"]),
        Route("/bots/wecom/cgi-bin/webhook/send", endpoint("wecom", _wecom), methods=["POST"]),
        Route("/bots/slack/services/{team}/{app}/{token}", endpoint("slack", _slack), methods=["POST"]),
    ]


TOKEN_IN_QUERY = {"feishu": "", "dingtalk": "access_token", "wecom": "key", "slack": ""}


def _feishu(world, group: Group, body: dict, _request: Request) -> Response:
    def say(code: int, message: str) -> Response:
        return JSONResponse({"code": code, "msg": message, "data": {}})

    if group.answer == "gone":
        return say(19001, "param invalid: incoming webhook access token invalid")
    if group.secret and not _feishu_sign_holds(world, group, body):
        return say(19021, "sign match fail or timestamp is not within one hour from current time")
    if body.get("msg_type") == "text":
        title, text = "", str(body.get("content", {}).get("text", ""))
    elif body.get("msg_type") == "post":
        found = body.get("content", {}).get("post", {}).get("zh_cn", {})
        rows = ["".join(str(part.get("text", "")) for part in row) for row in found.get("content", [])]
        title, text = str(found.get("title", "")), "\n".join(rows)
    else:
        return say(9499, "Bad Request")
    if not text:
        return say(9499, "Bad Request")
    if group.keyword and group.keyword not in title + text:
        return say(19024, "Key Words Not Found")
    if group.answer == "too_many" or world.bots.is_too_many(group):
        return say(11232, "frequency limited")
    world.bots.post(group, title=title, text=text, raw=body)
    ok = {"code": 0, "msg": "success", "data": {}, "StatusCode": 0, "StatusMessage": "success"}
    return JSONResponse({**ok, "Extra": None})


def _feishu_sign_holds(world, group: Group, body: dict) -> bool:
    stamp = str(body.get("timestamp", ""))
    if not stamp.isdigit() or abs(world.clock.now() - int(stamp)) > HOUR:
        return False
    wanted = hmac.new(f"{stamp}\n{group.secret}".encode(), digestmod=hashlib.sha256).digest()
    return hmac.compare_digest(base64.b64encode(wanted).decode(), str(body.get("sign", "")))


def _dingtalk(world, group: Group, body: dict, request: Request) -> Response:
    def say(code: int, message: str) -> Response:
        return JSONResponse({"errcode": code, "errmsg": message})

    if not group.token or group.answer == "gone":
        return say(300005, "token is not exist")
    if group.secret:
        stamp = request.query_params.get("timestamp", "")
        if not stamp.isdigit() or abs(world.clock.now() - int(stamp) / 1000) > HOUR:
            return say(310000, "invalid timestamp")
        wanted = hmac.new(group.secret.encode(), f"{stamp}\n{group.secret}".encode(), hashlib.sha256).digest()
        given = request.query_params.get("sign", "")
        if not hmac.compare_digest(base64.b64encode(wanted).decode(), given):
            return say(310000, "sign not match")
    kind = body.get("msgtype")
    if kind not in ("text", "markdown") or not isinstance(body.get(kind), dict):
        return say(40035, "缺少参数 json")
    text = str(body[kind].get("content" if kind == "text" else "text", ""))
    title = str(body[kind].get("title", ""))
    if not text or (kind == "markdown" and not title):
        return say(40035, "缺少参数 json")
    if group.keyword and group.keyword not in title + text:
        return say(310000, "keywords not in content")
    if group.answer == "too_many" or world.bots.is_too_many(group):
        return say(130101, "send too fast, exceed 20 times per minute")
    world.bots.post(group, title=title, text=text, raw=body)
    return say(0, "ok")


def _wecom(world, group: Group, body: dict, _request: Request) -> Response:
    def say(code: int, message: str) -> Response:
        return JSONResponse({"errcode": code, "errmsg": message})

    if not group.token or group.answer == "gone":
        return say(93000, "invalid webhook url, hint: [1]")
    kind = body.get("msgtype")
    if kind not in ("text", "markdown"):
        return say(40008, "invalid message type")
    text = str((body.get(kind) or {}).get("content", ""))
    if not text:
        return say(44004, "empty content")
    if len(text.encode()) > WECOM_MOST_BYTES:
        return say(40058, f"{kind}.content exceed max length {WECOM_MOST_BYTES}")
    if group.answer == "too_many" or world.bots.is_too_many(group):
        return say(45009, "api freq out of limit")
    world.bots.post(group, title="", text=text, raw=body)
    return say(0, "ok")


def _slack(world, group: Group, body: dict, _request: Request) -> Response:
    if group.answer == "gone":
        return PlainTextResponse("no_service", status_code=404)
    if group.answer == "too_many" or world.bots.is_too_many(group):
        return PlainTextResponse("rate_limited", status_code=429, headers={"Retry-After": "30"})
    if not body:
        return PlainTextResponse("invalid_payload", status_code=400)
    if not body.get("text"):
        return PlainTextResponse("no_text", status_code=400)
    world.bots.post(group, title="", text=str(body["text"]), raw=body)
    return PlainTextResponse("ok")
