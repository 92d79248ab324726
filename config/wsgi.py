"""The web program. It refuses to start as a database role that the tenant wall cannot hold."""

import os

from django.core.wsgi import get_wsgi_application

from core.postgres import roles

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()
roles.refuse_unrestricted()
