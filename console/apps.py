from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    name = "console"
    verbose_name = "Console"

    def ready(self) -> None:
        from console import alert_messages, handlers  # noqa: F401 - effects and subscribers become known
