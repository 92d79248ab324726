"""The message of each chat, and how its answer is read: an HTTP 200 may carry a refusal."""

import base64
import hashlib
import hmac
import json
from datetime import datetime
from typing import Any
from urllib.parse import quote_plus

import httpx

from core.http import NotYet, Outgoing, RateLimited, Terminal
from integrations.group_bots.notes import Note, fitting, plain

WECOM_MOST_BYTES = 4096
DINGTALK_MOST_BYTES = 18_000
SLACK_MOST_BYTES = 12_000
FEISHU_MOST_LINES = 60
WAIT_SECONDS = 60.0  # the chats count messages by the minute

# Codes that a later try cannot cure: wrong address, wrong signature, missing keyword, our address not on their list.
FEISHU_REFUSALS = {9499, 19001, 19002, 19021, 19022, 19024}
FEISHU_TOO_MANY = {11232}
DINGTALK_REFUSALS = {300001, 300005, 310000, 400013, 400101, 400102, 400105, 430101, 430102, 430103, 430104}
DINGTALK_TOO_MANY = {130101, 130103, 410100}
WECOM_REFUSALS = {40008, 40035, 40058, 44004, 60020, 93000, 93008, 93017}
WECOM_TOO_MANY = {45009, 45033}


def to_feishu(*, note: Note, url: str, secret: str, now: datetime) -> Outgoing:
    """A post with a title, a line for each line and the link."""
    rows: list[list[dict[str, str]]] = [
        [{"tag": "text", "text": line}] for line in note.lines[:FEISHU_MOST_LINES]
    ]
    rows.append([{"tag": "a", "text": note.link_text, "href": note.link_url}])
    body: dict[str, Any] = {
        "msg_type": "post",
        "content": {"post": {"zh_cn": {"title": note.title, "content": rows}}},
    }
    if secret:
        stamp = str(int(now.timestamp()))
        # Here the text to sign is the key, and what is signed is nothing.
        digest = hmac.new(f"{stamp}\n{secret}".encode(), b"", hashlib.sha256).digest()
        body |= {"timestamp": stamp, "sign": base64.b64encode(digest).decode()}
    return _post(url, body)


def to_dingtalk(*, note: Note, url: str, secret: str, now: datetime) -> Outgoing:
    """Markdown, where only an empty line begins a new one. The signature travels in the address."""
    text = fitting(
        head=[f"#### {plain(note.title)}"],
        lines=tuple(plain(line) for line in note.lines),
        tail=[f"[{plain(note.link_text)}]({note.link_url})"],
        joint="\n\n",
        most_bytes=DINGTALK_MOST_BYTES,
    )
    if secret:
        stamp = str(int(now.timestamp() * 1000))
        digest = hmac.new(secret.encode(), f"{stamp}\n{secret}".encode(), hashlib.sha256).digest()
        url = f"{url}&timestamp={stamp}&sign={quote_plus(base64.b64encode(digest))}"
    return _post(url, {"msgtype": "markdown", "markdown": {"title": plain(note.title), "text": text}})


def to_wecom(*, note: Note, url: str, secret: str, now: datetime) -> Outgoing:
    """Markdown of at most 4,096 bytes."""
    text = fitting(
        head=[f"**{plain(note.title)}**"],
        lines=tuple(f"> {plain(line)}" for line in note.lines),
        tail=[f"[{plain(note.link_text)}]({note.link_url})"],
        joint="\n",
        most_bytes=WECOM_MOST_BYTES,
    )
    return _post(url, {"msgtype": "markdown", "markdown": {"content": text}})


def to_slack(*, note: Note, url: str, secret: str, now: datetime) -> Outgoing:
    """Three signs are escaped; everything else a name may hold is harmless then."""

    def safe(text: str) -> str:
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")

    text = fitting(
        head=[f"*{safe(plain(note.title))}*"],
        lines=tuple(safe(line) for line in note.lines),
        tail=[f"<{note.link_url}|{safe(note.link_text)}>"],
        joint="\n",
        most_bytes=SLACK_MOST_BYTES,
    )
    return _post(url, {"text": text, "unfurl_links": False})


def read_feishu(response: httpx.Response) -> None:
    """`code` 0; older bots say `StatusCode` 0 instead."""
    answer = _object(response)
    code = answer.get("code", answer.get("StatusCode"))
    _judge(
        response,
        code,
        str(answer.get("msg") or answer.get("StatusMessage") or ""),
        FEISHU_REFUSALS,
        FEISHU_TOO_MANY,
    )


def read_dingtalk(response: httpx.Response) -> None:
    answer = _object(response)
    _judge(
        response, answer.get("errcode"), str(answer.get("errmsg", "")), DINGTALK_REFUSALS, DINGTALK_TOO_MANY
    )


def read_wecom(response: httpx.Response) -> None:
    answer = _object(response)
    _judge(response, answer.get("errcode"), str(answer.get("errmsg", "")), WECOM_REFUSALS, WECOM_TOO_MANY)


def read_slack(response: httpx.Response) -> None:
    """The word ok, and nothing else."""
    text = response.text.strip()[:120]
    if response.status_code == 200 and text == "ok":
        return
    if text == "rate_limited":
        raise RateLimited(text, code=text, retry_after=WAIT_SECONDS)
    raise Terminal(text or "no answer", code=str(response.status_code))


def _judge(
    response: httpx.Response, code: object, message: str, refusals: set[int], too_many: set[int]
) -> None:
    """Success is their code 0. What is not known to be for good is tried again: nothing was posted."""
    if response.status_code == 200 and code == 0 and not isinstance(code, bool):
        return
    text = message[:200] or "no answer that can be read"
    if code in too_many:
        raise RateLimited(text, code=str(code), retry_after=WAIT_SECONDS)
    if code in refusals or (code is None and 300 <= response.status_code < 500):
        raise Terminal(text, code=str(response.status_code if code is None else code))
    raise NotYet(text, code=str(response.status_code if code is None else code))


def _object(response: httpx.Response) -> dict[str, Any]:
    try:
        answer = response.json()
    except ValueError:
        return {}
    return answer if isinstance(answer, dict) else {}


def _post(url: str, body: dict[str, Any]) -> Outgoing:
    return Outgoing(
        method="POST",
        url=url,
        headers={"Content-Type": "application/json; charset=utf-8"},
        content=json.dumps(body, ensure_ascii=False).encode(),
    )
