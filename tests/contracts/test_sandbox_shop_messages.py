"""Words to the buyer."""

import json

CONVERSATIONS = "/customer_service/202309/conversations"


def send(client, conversation_id: str, **body) -> dict:
    path = f"/customer_service/202606/conversations/{conversation_id}/messages"
    return client.call("POST", path, body=body)


def test_one_conversation_per_buyer_and_what_was_said_is_kept(vietnam, sandbox_http):
    (order_id,) = vietnam.make(1)
    buyer = {"buyer_user_id": vietnam.order(order_id)["user_id"]}
    first = vietnam.data("POST", CONVERSATIONS, body=buyer)["conversation_id"]
    again = vietnam.data("POST", CONVERSATIONS, body=buyer)["conversation_id"]
    text = json.dumps({"content": "Your parcel is on its way."})

    sent = send(vietnam, first, type="TEXT", content=text, sender_role="SYSTEM")
    card = send(vietnam, first, type="LOGISTICS_CARD", content=json.dumps({"order_id": order_id}))

    assert (first == again, sent["code"], card["code"]) == (True, 0, 0)
    kept = sandbox_http.get("/_sandbox/dump").json()["messages"]
    assert [(row["id"], row["type"]) for row in kept] == [
        (sent["data"]["message_id"], "TEXT"),
        (card["data"]["message_id"], "LOGISTICS_CARD"),
    ]


def test_a_stranger_cannot_be_written_to(vietnam):
    assert vietnam.call("POST", CONVERSATIONS, body={"buyer_user_id": "1"})["code"] == 45109003


def test_what_is_refused(vietnam, sandbox_http):
    (order_id,) = vietnam.make(1)
    buyer = {"buyer_user_id": vietnam.order(order_id)["user_id"]}
    talk = vietnam.data("POST", CONVERSATIONS, body=buyer)["conversation_id"]

    def code(kind: str, content: object) -> int:
        return send(vietnam, talk, type=kind, content=content)["code"]

    assert code("TEXT", "no json") == 36009004
    assert code("TEXT", json.dumps({"text": "wrong name"})) == 36009004
    assert code("SMOKE", json.dumps({"content": "x"})) == 36009004
    assert code("TEXT", json.dumps({"content": "x" * 2001})) == 36009004
    assert code("TEXT", json.dumps({"content": "write me on WeChat"})) == 45101006
    assert send(vietnam, "1", type="TEXT", content=json.dumps({"content": "x"}))["code"] == 45109001
    assert sandbox_http.get("/_sandbox/dump").json()["messages"] == []
