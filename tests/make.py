"""Makes things for tests, through the rules. There are always two sellers: `cedar` acts, `north` must never be touched."""

from tenancy import scoping
from tenancy.models import Membership, Role, Seller, Shop, ShopRoute, User


def make_seller(
    *, slug: str = "cedar", name: str = "Cedar & Sand", time_zone: str = "Asia/Ho_Chi_Minh"
) -> Seller:
    return Seller.objects.create(slug=slug, name=name, time_zone=time_zone)


def make_shop(
    *,
    seller: Seller,
    slug: str = "cedar-vn",
    region: str = "VN",
    time_zone: str = "Asia/Ho_Chi_Minh",
    currency: str = "VND",
    platform_shop_id: str = "7495540735365777507",
) -> Shop:
    with scoping.scope(sellers=[seller.pk]):
        shop = Shop.objects.create(
            seller=seller,
            slug=slug,
            name=f"{seller.name} {region}",
            region=region,
            time_zone=time_zone,
            currency=currency,
            platform_shop_id=platform_shop_id,
        )
    ShopRoute.objects.create(
        platform="tiktok_shop", platform_shop_id=platform_shop_id, seller=seller, shop_id=shop.pk
    )
    return shop


def make_user(
    *, email: str = "mai@cedar.example", name: str = "Mai", password: str = "correct horse battery"
) -> User:
    return User.objects.create_user(email, password, name=name)


def make_member(
    *, seller: Seller, role: str = Role.OWNER, shops: list[int] | None = None, **user: str
) -> User:
    person = make_user(**user)
    Membership.objects.create(user=person, seller=seller, role=role, shop_ids=shops)
    return person
