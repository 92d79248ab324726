"""What a buyer does after the sale: sends back, ships it, thinks again. And parcels that somebody combines elsewhere."""

from sandbox.control import acts
from sandbox.shop import returning
from sandbox.shop.model import Return


def ask_return(world, body: dict) -> dict:
    """{order_id, kind?, reason?, line_ids?}; kind is RETURN_AND_REFUND, REFUND or REPLACEMENT."""
    case = returning.buyer_asks(
        world,
        order=acts.find_order(world, body),
        kind=str(body.get("kind") or "RETURN_AND_REFUND"),
        reason=str(body.get("reason") or "It does not fit"),
        line_ids=[str(line) for line in body.get("line_ids") or []],
    )
    return {"return_id": case.id, "return_status": case.status}


def ship_return(world, body: dict) -> dict:
    """{return_id, tracking_number?, provider?}"""
    case = _find(world, body)
    number = str(body.get("tracking_number") or f"RT{case.id[-10:]}")
    returning.buyer_ships(
        world, case=case, number=number, provider=str(body.get("provider") or "J&T Express")
    )
    return {"return_id": case.id, "return_status": case.status, "tracking_number": number}


def withdraw_return(world, body: dict) -> dict:
    """{return_id}"""
    case = _find(world, body)
    returning.buyer_withdraws(world, case=case)
    return {"return_id": case.id, "return_status": case.status}


def _find(world, body: dict) -> Return:
    case = world.shop.returns.get(str(body.get("return_id", "")))
    if case is None:
        raise LookupError(f"no return {body.get('return_id')}")
    return case
