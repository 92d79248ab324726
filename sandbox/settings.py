"""The knobs and their defaults: a lively demonstration. Times are seconds."""

DEFAULTS: dict = {
    # who may talk to the shop
    "shop_app_key": "sandboxkey01",
    "shop_app_secret": "sandbox-secret-0001",
    "shop_redirect_uri": "http://127.0.0.1:8000/connect/tiktok-shop/callback",
    "ads_redirect_uri": "http://127.0.0.1:8000/connect/tiktok-ads/callback",
    "access_token_seconds": 7 * 86_400,
    "refresh_token_seconds": 365 * 86_400,
    "old_refresh_token_dies": True,
    "granted_scopes": "",
    # Also take the wall clock's timestamps, so that a shifted sandbox clock does not lock real clients out.
    "accept_wall_clock": True,
    "rate_qps": 50,
    # where webhooks go
    "shop_webhook_url": "",
    # how the shops live
    "orders_per_minute": 4.0,
    "hold_seconds": 20.0,
    "unpaid_share": 0.05,
    "unpaid_timeout_seconds": 1800.0,
    "hold_share": 0.9,
    "auto_cancel": True,
    "buyer_cancel_share": 0.0,
    "buyer_request_seconds": 86_400.0,
    "refund_seconds": 5.0,
    "transit_lag_seconds": 3.0,
    "delivered_lag_seconds": 3.0,
    "completed_after_seconds": 7 * 86_400.0,
    "label_polls": 1,
    "activation_seconds": 5.0,
    "inventory_zero": "accept",
    "drift": False,
    # the tracking provider also moves numbers that no shop booked
    "tracking_adopts_unknown": True,
}
