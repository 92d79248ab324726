"""What the API's own description says of every operation. Apart from `core.rest`, which DRF itself imports."""

from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter

from core.rest import SAFE_METHODS


class Schema(AutoSchema):
    """Every write takes an `Idempotency-Key`."""

    def get_override_parameters(self) -> list[OpenApiParameter]:
        if self.method in SAFE_METHODS:
            return []
        return [
            OpenApiParameter(
                "Idempotency-Key",
                str,
                OpenApiParameter.HEADER,
                required=True,
                description="Your own id of this write: a repeat with the same body answers the same and does nothing.",
            )
        ]


def describe_errors(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """Schema hook: the one shape of every failure, at every operation."""
    text = {"type": "string"}
    properties = {
        "code": text,
        "message": text,
        "fields": {"type": "object", "additionalProperties": {"type": "array", "items": text}},
        "request_id": text,
    }
    inner = {"type": "object", "properties": properties, "required": ["code", "message", "request_id"]}
    shape = {"type": "object", "properties": {"error": inner}, "required": ["error"]}
    result.setdefault("components", {}).setdefault("schemas", {})["Error"] = shape
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
    for operations in result.get("paths", {}).values():
        for operation in operations.values():
            operation["responses"]["default"] = {"description": "What went wrong", "content": content}
    return result
