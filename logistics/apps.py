from django.apps import AppConfig


class LogisticsConfig(AppConfig):
    name = "logistics"
    verbose_name = "Logistics"

    def ready(self) -> None:
        # Registers subscribers and the runners of outgoing writes.
        from logistics import buyer_messages, handlers, platform_labels, upload_calls  # noqa: F401
