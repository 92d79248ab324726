"""The web program. It refuses to start as a database role that the tenant wall cannot hold."""

import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

from core import memory
from core.postgres import roles

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()
roles.refuse_unrestricted()
get_resolver().url_patterns  # noqa: B018 - imports every page now, not while the first visitor waits
memory.settle()
