from tenancy.models.api_key import ApiKey, IdempotentAnswer
from tenancy.models.audit import AuditEntry
from tenancy.models.membership import Agency, AgencyGrant, AgencyMember, Membership, Role
from tenancy.models.seller import Seller, Shop, ShopColor, ShopRoute
from tenancy.models.user import User

__all__ = [
    "Agency",
    "AgencyGrant",
    "AgencyMember",
    "ApiKey",
    "AuditEntry",
    "IdempotentAnswer",
    "Membership",
    "Role",
    "Seller",
    "Shop",
    "ShopColor",
    "ShopRoute",
    "User",
]
