"""The rules for an order of the wire once more, as a serializer of the REST framework: a second opinion, and a yardstick of cost."""

from rest_framework import serializers
from rest_framework.fields import empty

LAST_SECOND = 4_102_444_800
MOST_DIGITS, MOST_PLACES = 12, 6


class Text(serializers.CharField):
    """Text only: the framework's own field takes numbers as well. Free text may hold a NUL, ids may not."""

    def __init__(self, *, may_hold_nul: bool = False, **options: object) -> None:
        options.setdefault("allow_null", True)
        options.setdefault("required", False)
        options.setdefault("allow_blank", True)
        super().__init__(trim_whitespace=False, **options)
        if may_hold_nul:
            self.validators = [one for one in self.validators if "Null" not in type(one).__name__]

    def to_internal_value(self, data: object) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        try:
            data.encode()
        except UnicodeEncodeError:
            self.fail("invalid")
        return data


class Id(Text):
    """Ids come as text, on some surfaces as numbers."""

    def to_internal_value(self, data: object) -> str:
        is_number = isinstance(data, int) and not isinstance(data, bool)
        return super().to_internal_value(str(data) if is_number else data)


class KeyId(Id):
    """An id that the order cannot do without."""

    def __init__(self) -> None:
        super().__init__(required=True, allow_null=False, allow_blank=False, max_length=40)

    def to_internal_value(self, data: object) -> str:
        value = super().to_internal_value(data)
        if not (value.isascii() and value.isalnum()):
            self.fail("invalid")
        return value


def prose() -> Text:
    return Text(max_length=20_000, may_hold_nul=True)


def part() -> Text:
    return Text(max_length=1000, may_hold_nul=True)


class Seconds(serializers.IntegerField):
    """Epoch seconds; 0 means that the time is not known."""

    def __init__(self, *, at_least: int = 0, **options: object) -> None:
        options.setdefault("allow_null", True)
        options.setdefault("required", False)
        super().__init__(min_value=at_least, max_value=LAST_SECOND, **options)

    def to_internal_value(self, data: object) -> int:
        if isinstance(data, bool) or not isinstance(data, int | str):
            self.fail("invalid")
        return super().to_internal_value(data)


class Flag(serializers.BooleanField):
    def __init__(self) -> None:
        super().__init__(allow_null=True, required=False)


class Money(serializers.Field):
    """A plain decimal number, not below nothing; empty counts as nothing."""

    default_error_messages = {"invalid": "This is not an amount."}

    def __init__(self) -> None:
        super().__init__(allow_null=True, required=False)

    def to_internal_value(self, data: object) -> object:
        if isinstance(data, bool) or not isinstance(data, str | int | float):
            self.fail("invalid")
        if not isinstance(data, str):
            if not 0 <= data < 10**MOST_DIGITS:
                self.fail("invalid")
            return data
        whole, point, places = data.partition(".")
        is_plain = data.isascii() and whole.isdecimal() and (places.isdecimal() or not point)
        if data and not (is_plain and len(whole) <= MOST_DIGITS and len(places) <= MOST_PLACES):
            self.fail("invalid")
        return data


class Part(serializers.Serializer):
    sku_id = KeyId()
    seller_sku = prose()
    sku_count = serializers.IntegerField(min_value=1, max_value=1000, allow_null=True, required=False)


class Unit(serializers.Serializer):
    id = KeyId()
    sku_id = KeyId()
    product_id = Id(max_length=40)
    seller_sku = prose()
    sku_name = prose()
    product_name = prose()
    sku_image = prose()
    display_status = Text(max_length=80)
    package_id = Id(max_length=40)
    tracking_number = Text(max_length=80)
    shipping_provider_id = Id(max_length=40)
    shipping_provider_name = prose()
    sale_price = Money()
    currency = Text(max_length=80)
    is_gift = Flag()
    combined_listing_skus = serializers.ListField(
        child=Part(), allow_null=True, required=False, max_length=100
    )
    room_id = Id(max_length=40)


class Parcel(serializers.Serializer):
    id = Id(max_length=40)


class Payment(serializers.Serializer):
    currency = Text(max_length=80)
    total_amount = Money()


class District(serializers.Serializer):
    address_level = Text(max_length=80)
    address_level_name = part()
    address_name = part()


class Address(serializers.Serializer):
    name = part()
    first_name = part()
    last_name = part()
    phone_number = part()
    full_address = part()
    address_detail = part()
    address_line1 = part()
    address_line2 = part()
    address_line3 = part()
    address_line4 = part()
    postal_code = part()
    region_code = part()
    post_town = part()
    district_info = serializers.ListField(child=District(), allow_null=True, required=False, max_length=40)


class Order(serializers.Serializer):
    """One order as the wire has it."""

    id = KeyId()
    status = serializers.CharField(max_length=80, trim_whitespace=False)
    create_time = Seconds(at_least=1_400_000_000, required=True, allow_null=False)
    line_items = serializers.ListField(child=Unit(), min_length=1, max_length=2000)
    order_type = Text(max_length=80)
    user_id = Id(max_length=40)
    buyer_message = prose()
    seller_note = prose()
    paid_time = Seconds()
    update_time = Seconds()
    fulfillment_type = Text(max_length=80)
    shipping_type = Text(max_length=80)
    delivery_option_id = Id(max_length=40)
    delivery_option_name = prose()
    shipping_provider = prose()
    shipping_provider_id = Id(max_length=40)
    tracking_number = Text(max_length=80)
    warehouse_id = Id(max_length=40)
    packages = serializers.ListField(child=Parcel(), allow_null=True, required=False, max_length=200)
    auto_combine_group_id = Id(max_length=80)
    is_cod = Flag()
    is_sample_order = Flag()
    is_refundable_sample = Flag()
    is_on_hold_order = Flag()
    has_updated_recipient_address = Flag()
    is_buyer_request_cancel = Flag()
    request_cancel_time = Seconds()
    cancellation_initiator = Text(max_length=80)
    cancel_reason = prose()
    cancel_time = Seconds()
    rts_sla_time = Seconds()
    tts_sla_time = Seconds()
    shipping_due_time = Seconds()
    collection_due_time = Seconds()
    delivery_sla_time = Seconds()
    delivery_due_time = Seconds()
    rts_time = Seconds()
    collection_time = Seconds()
    delivery_time = Seconds()
    recipient_address = Address(allow_null=True, required=False)
    payment = Payment(allow_null=True, required=False)

    def run_validation(self, data: object = empty) -> object:
        if not isinstance(data, dict):
            self.fail("invalid", datatype=type(data).__name__)
        return super().run_validation(data)

    def validate_status(self, value: str) -> str:
        if not isinstance(self.initial_data["status"], str):
            raise serializers.ValidationError("This is not a word.")
        return value

    def validate(self, attrs: dict) -> dict:
        units = attrs["line_items"]
        if len({one["id"] for one in units}) != len(units):
            raise serializers.ValidationError("Two units have the same id.")
        told = [(attrs.get("payment") or {}).get("currency"), *(one.get("currency") for one in units)]
        currencies = {currency for currency in told if currency}
        if len(currencies) > 1:
            raise serializers.ValidationError("The currency differs within the order.")
        if any(not (len(one) == 3 and one.isascii() and one.isupper()) for one in currencies):
            raise serializers.ValidationError("This is not a currency.")
        return attrs
