"""Settings of every place. What differs between places is read from the environment in `config.env`."""

from pathlib import Path

from config import env

BASE_DIR = Path(__file__).resolve().parent.parent
RUN_DIR = Path(env.text("KUAIFA_RUN_DIR") or BASE_DIR / ".run")

DEBUG = env.flag("KUAIFA_DEBUG")
# Newest first: the first key signs and encrypts, all of them are accepted.
SECRET_KEYS = env.words("KUAIFA_SECRET_KEYS")
if not SECRET_KEYS:
    raise env.BadSetting(
        "KUAIFA_SECRET_KEYS is empty: give at least one random string of 32 characters or more."
    )
if any(len(key) < 32 for key in SECRET_KEYS):
    raise env.BadSetting("KUAIFA_SECRET_KEYS has a key shorter than 32 characters.")
SECRET_KEY = SECRET_KEYS[0]
SECRET_KEY_FALLBACKS = SECRET_KEYS[1:]
ALLOWED_HOSTS = env.words("KUAIFA_ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = env.words("KUAIFA_TRUSTED_ORIGINS")
PUBLIC_URL = env.text("KUAIFA_PUBLIC_URL", "http://localhost:8000").rstrip("/")
IS_HTTPS = PUBLIC_URL.startswith("https://")

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "django.contrib.staticfiles",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "django_prometheus",
    "django_structlog",
    "django_filters",
    "rest_framework",
    "drf_spectacular",
    "core",
    "tenancy",
    "relay",
    "integrations",
    "catalog",
    "orders",
    "warehouse",
    "logistics",
    "marketing",
    "console",
]

MIDDLEWARE = [
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "core.pushes.PushDoor",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "tenancy.middleware.UserLocaleMiddleware",
    "core.requests.ApiSlash",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "core.requests.RefuseNul",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "tenancy.middleware.SellerMiddleware",
    "axes.middleware.AxesMiddleware",
    "django_prometheus.middleware.PrometheusAfterMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "console.context.shell",
            ],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static", "core.templatetags.ui"],
        },
    }
]

# The role of web and workers: neither superuser nor BYPASSRLS (core.postgres.roles checks at start).
DATABASES = {"default": env.database("DATABASE_URL", "postgresql://kuaifa_app@127.0.0.1:5432/kuaifa")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.text("REDIS_URL", "redis://127.0.0.1:6379/0")
CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}
SESSION_ENGINE = "django.contrib.sessions.backends.db"

AUTH_USER_MODEL = "tenancy.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "tenancy.accounts.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_RATE_LIMITS = {"login_failed": "20/5m/ip,10/5m/key"}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_FORM_FIELD = "login"
AXES_RESET_ON_SUCCESS = True
AXES_VERBOSE = False
AXES_LOCKOUT_TEMPLATE = "account/lockout.html"

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("zh-hans", "简体中文")]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "static/"
STATIC_ROOT = RUN_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = True
MEDIA_ROOT = Path(
    env.text("KUAIFA_MEDIA_DIR") or RUN_DIR / "media"
)  # labels; served by views only, never by URL
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
FILE_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_HTTPS
SESSION_COOKIE_AGE = 14 * 24 * 3600
CSRF_COOKIE_HTTPONLY = False
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.flag("KUAIFA_BEHIND_PROXY") else None
SECURE_HSTS_SECONDS = 31_536_000 if IS_HTTPS else 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SILENCED_SYSTEM_CHECKS = ["security.W001"]

EMAIL_BACKEND = (
    "django.core.mail.backends.console.EmailBackend"
    if not env.text("KUAIFA_SMTP_HOST")
    else "django.core.mail.backends.smtp.EmailBackend"
)
EMAIL_HOST = env.text("KUAIFA_SMTP_HOST")
EMAIL_PORT = env.number("KUAIFA_SMTP_PORT", 587)
EMAIL_HOST_USER = env.text("KUAIFA_SMTP_USER")
EMAIL_HOST_PASSWORD = env.text("KUAIFA_SMTP_PASSWORD")
EMAIL_USE_SSL = EMAIL_PORT == 465  # encrypted from the first byte; other ports ask for it by STARTTLS
EMAIL_USE_TLS = not EMAIL_USE_SSL and env.flag("KUAIFA_SMTP_TLS", True)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.text("KUAIFA_MAIL_FROM", "kuaifa@localhost")
# Hosts (or host:port) of chats besides the four public ones that alerts may be posted to.
ALERT_HOSTS = env.words("KUAIFA_ALERT_HOSTS")

# --- other people's systems: the defaults are the real ones ---
TIKTOK_SHOP = {
    "api_url": env.text("KUAIFA_TIKTOK_SHOP_API_URL", "https://open-api.tiktokglobalshop.com"),
    "auth_url": env.text("KUAIFA_TIKTOK_SHOP_AUTH_URL", "https://auth.tiktok-shops.com"),
    "consent_url": env.text(
        "KUAIFA_TIKTOK_SHOP_CONSENT_URL", "https://services.tiktokshop.com/open/authorize"
    ),
    "app_key": env.text("KUAIFA_TIKTOK_SHOP_APP_KEY"),
    "app_secret": env.text("KUAIFA_TIKTOK_SHOP_APP_SECRET"),
    "service_id": env.text("KUAIFA_TIKTOK_SHOP_SERVICE_ID"),
}
TIKTOK_ADS = {
    "api_url": env.text("KUAIFA_TIKTOK_ADS_API_URL", "https://business-api.tiktok.com/open_api/v1.3"),
    "consent_url": env.text("KUAIFA_TIKTOK_ADS_CONSENT_URL", "https://business-api.tiktok.com/portal/auth"),
    "app_id": env.text("KUAIFA_TIKTOK_ADS_APP_ID"),
    "secret": env.text("KUAIFA_TIKTOK_ADS_SECRET"),
}
TRACKING_PROVIDER = env.choice("KUAIFA_TRACKING_PROVIDER", "17track", ("17track", "aftership"))
TRACKING = {
    "provider": TRACKING_PROVIDER,
    "api_url": env.text(
        "KUAIFA_TRACKING_API_URL",
        {
            "17track": "https://api.17track.net/track/v2.2",
            "aftership": "https://api.aftership.com/tracking/2026-07",
        }[TRACKING_PROVIDER],
    ),
    "api_key": env.text("KUAIFA_TRACKING_API_KEY"),
}
METRICS_TOKEN = env.text("KUAIFA_METRICS_TOKEN")

CELERY_BROKER_URL = REDIS_URL
POLL_SECONDS = env.number("KUAIFA_POLL_SECONDS", 60)
TRACKING_POLL_SECONDS = env.number("KUAIFA_TRACKING_POLL_SECONDS", 1800)

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["tenancy.api_auth.ApiKeyAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["tenancy.api_auth.HasScope"],
    "DEFAULT_PAGINATION_CLASS": "core.rest.CursorPages",
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "core.api_schema.Schema",
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "EXCEPTION_HANDLER": "core.rest.error_response",
    "PAGE_SIZE": 50,
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Kuaifa API",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SERVE_AUTHENTICATION": [],
    "DESCRIPTION": "Orders, packages, stock and shipments of one seller, for its own programs and partners.",
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "core.api_schema.describe_errors",
    ],
}

LOG_LEVEL = env.text("KUAIFA_LOG_LEVEL", "INFO")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "core.logs.formatter"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    "loggers": {
        # These two print whole URLs, and with them secrets.
        "httpx": {"level": "WARNING"},
        "httpcore": {"level": "WARNING"},
        "django.server": {"level": "WARNING"},
        # Two lines for every request and every sweep would drown the events that matter.
        "django_structlog": {"level": "WARNING"},
        "celery.app.trace": {"level": "WARNING"},
        "celery.worker.strategy": {"level": "WARNING"},
        "fontTools": {"level": "WARNING"},
        "weasyprint": {"level": "ERROR"},
    },
}
SENTRY_DSN = env.text("KUAIFA_SENTRY_DSN")
