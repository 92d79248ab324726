"""Seller Center's wording, English and Chinese, to our words."""

# Substatus is the finer of the two columns and is asked first.
STATUSES = {
    "unpaid": "unpaid",
    "on hold": "on_hold",
    "pending": "on_hold",
    "to ship": "awaiting_shipment",
    "awaiting shipment": "awaiting_shipment",
    "partially shipped": "partially_shipping",
    "partially shipping": "partially_shipping",
    "awaiting collection": "awaiting_collection",
    "shipped": "in_transit",
    "in transit": "in_transit",
    "delivered": "delivered",
    "completed": "completed",
    "canceled": "cancelled",
    "cancelled": "cancelled",
    "未付款": "unpaid",
    "待付款": "unpaid",
    "待支付": "unpaid",
    "保留中": "on_hold",
    "暂停": "on_hold",
    "挂起": "on_hold",
    "待发货": "awaiting_shipment",
    "待出货": "awaiting_shipment",
    "部分发货": "partially_shipping",
    "待揽收": "awaiting_collection",
    "待揽件": "awaiting_collection",
    "待取件": "awaiting_collection",
    "已发货": "in_transit",
    "运输中": "in_transit",
    "已送达": "delivered",
    "已签收": "delivered",
    "已妥投": "delivered",
    "已完成": "completed",
    "已取消": "cancelled",
}
# How far an order is; an order's rows may stand at different points.
STAGES = (
    "unpaid",
    "on_hold",
    "awaiting_shipment",
    "partially_shipping",
    "awaiting_collection",
    "in_transit",
    "delivered",
    "completed",
)
CANCEL_BY = {
    "user": "buyer",
    "buyer": "buyer",
    "seller": "seller",
    "system": "system",
    "operator": "operator",
}
CANCEL_BY |= {
    "买家": "buyer",
    "用户": "buyer",
    "卖家": "seller",
    "商家": "seller",
    "系统": "system",
    "平台": "operator",
}
CASH_ON_DELIVERY = ("cash on delivery", "cod", "货到付款")
BY_PLATFORM = ("tiktok", "fbt", "platform", "平台")
PLATFORM_LABEL = ("tiktok shipping", "shipped via platform", "平台物流")

COUNTRIES = {
    "việt nam": "VN",
    "viet nam": "VN",
    "vietnam": "VN",
    "thailand": "TH",
    "ประเทศไทย": "TH",
    "malaysia": "MY",
    "singapore": "SG",
    "philippines": "PH",
    "indonesia": "ID",
    "united states": "US",
    "united kingdom": "GB",
    "mexico": "MX",
    "méxico": "MX",
    "brazil": "BR",
    "brasil": "BR",
    "japan": "JP",
    "日本": "JP",
    "spain": "ES",
    "españa": "ES",
    "germany": "DE",
    "deutschland": "DE",
    "france": "FR",
    "italy": "IT",
    "italia": "IT",
    "ireland": "IE",
}
CURRENCIES = {"VN": "VND", "TH": "THB", "MY": "MYR", "SG": "SGD", "PH": "PHP", "ID": "IDR", "US": "USD"}
CURRENCIES |= {"GB": "GBP", "UK": "GBP", "MX": "MXN", "BR": "BRL", "JP": "JPY"}
CURRENCIES |= dict.fromkeys(("ES", "DE", "FR", "IT", "IE"), "EUR")
