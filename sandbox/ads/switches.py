"""Switching campaigns, ad groups and ads on and off: a set, not a toggle; deleted objects never come back."""

from sandbox.ads.call import Call
from sandbox.ads.errors import ApiError
from sandbox.ads.gateway import Endpoint
from sandbox.ads.model import DELETE, DISABLE, ENABLE, Node

BY_API = "api"
# an object is gone when one of these above it is
ABOVE = {"campaign": (), "adgroup": ("campaign",), "ad": ("adgroup", "campaign")}


def _status(call: Call) -> str:
    status = call.params.get("operation_status")
    if status not in {ENABLE, DISABLE, DELETE}:
        raise ApiError(40002, "operation_status: must be ENABLE, DISABLE or DELETE")
    return status


def _refusal(call: Call, kind: str, node_id: str, advertiser) -> ApiError | None:
    try:
        node = call.node(kind, node_id, advertiser)
    except ApiError as error:
        return error
    chain = [node, *(call.ads.find(above, getattr(node, f"{above}_id")) for above in ABOVE[kind])]
    if any(item.operation_status == DELETE for item in chain):
        return ApiError(40002, f"{kind} {node_id} has been deleted, its status can't be changed")
    return None


def _set(call: Call, kind: str, ids: list[str], *, partial: bool) -> tuple[list[str], list[dict]]:
    """All or nothing, unless the caller takes a partial success. Returns done and failed."""
    advertiser, status = call.advertiser(), _status(call)
    refusals = {node_id: error for node_id in ids if (error := _refusal(call, kind, node_id, advertiser))}
    if refusals and not partial:
        raise next(iter(refusals.values()))
    done: list[Node] = [
        call.ads.find(kind, node_id) for node_id in dict.fromkeys(ids) if node_id not in refusals
    ]
    changed = [node for node in done if call.ads.set_operation(node, status, by=BY_API)]
    noop = call.world.settings["ads_noop_code"]
    if done and not changed and noop and not refusals:
        raise ApiError(noop, "Nothing to update")
    failed = [{f"{kind}_id": node_id, "error_message": error.message} for node_id, error in refusals.items()]
    return [node.id for node in done], failed


def campaign_status(call: Call) -> dict:
    done, _failed = _set(call, "campaign", call.ids("campaign_ids"), partial=False)
    status = call.params["operation_status"]
    rows = [{"campaign_id": node_id, "status": status} for node_id in done]
    return {"campaign_ids": done, "status": status, "campaign_list": rows}


def adgroup_status(call: Call) -> dict:
    partial = call.params.get("allow_partial_success", False)
    if not isinstance(partial, bool):
        raise ApiError(40002, "allow_partial_success: must be a boolean")
    done, failed = _set(call, "adgroup", call.ids("adgroup_ids"), partial=partial)
    answer = {"adgroup_ids": done, "status": call.params["operation_status"]}
    if failed:
        answer |= {"error_list": failed, "code": call.world.settings["ads_partial_code"]}
    return answer


def ad_status(call: Call) -> dict:
    name = "ad_ids" if call.params.get("ad_ids") is not None else "aco_ad_ids"
    done, _failed = _set(call, "ad", call.ids(name), partial=False)
    return {name: done, "status": call.params["operation_status"]}


ENDPOINTS = [
    Endpoint(method="POST", path="campaign/status/update/", run=campaign_status),
    Endpoint(method="POST", path="adgroup/status/update/", run=adgroup_status),
    Endpoint(method="POST", path="ad/status/update/", run=ad_status),
]
