"""Settings of the tests: the same program on a throw-away cluster, logged in as the restricted role."""

import os

os.environ.setdefault(
    "KUAIFA_SECRET_KEYS", "test-key-new-0123456789abcdef0123456789,test-key-old-0123456789abcdef0123456789"
)
os.environ["DATABASE_URL"] = os.environ.get(
    "KUAIFA_TEST_DATABASE_URL", "postgresql://kuaifa_app@127.0.0.1:1/test_kuaifa"
)
os.environ["KUAIFA_PUBLIC_URL"] = "http://localhost:8000"
os.environ["KUAIFA_TIKTOK_SHOP_API_URL"] = os.environ["KUAIFA_TIKTOK_SHOP_AUTH_URL"] = "http://shop.sandbox"
os.environ["KUAIFA_TIKTOK_SHOP_APP_KEY"] = "sandboxkey01"
os.environ["KUAIFA_TIKTOK_SHOP_APP_SECRET"] = "sandbox-secret-0001"
os.environ["KUAIFA_TIKTOK_ADS_API_URL"] = "http://ads.sandbox/open_api/v1.3"
os.environ["KUAIFA_TIKTOK_ADS_APP_ID"] = "sandbox-ads-app"
os.environ["KUAIFA_TIKTOK_ADS_SECRET"] = "sandbox-ads-secret"
os.environ["KUAIFA_TRACKING_PROVIDER"] = "17track"
os.environ["KUAIFA_TRACKING_API_URL"] = "http://tracking.sandbox/track/v2.2"
os.environ["KUAIFA_TRACKING_API_KEY"] = "sandbox-17track-key"

from config.settings import *  # noqa: E402, F403
from config.settings import BASE_DIR  # noqa: E402

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
CELERY_BROKER_URL = "memory://"
REDIS_URL = "memory://"
REMOTE_PACING = False
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
# Every client of a test makes the middleware anew: a static file is looked up when it is asked for, not all of them each time.
WHITENOISE_AUTOREFRESH = True
MEDIA_ROOT = BASE_DIR / ".run" / "test-media"
LOG_LEVEL = "WARNING"
