from django.apps import AppConfig


class LogisticsConfig(AppConfig):
    name = "logistics"
    verbose_name = "Logistics"

    def ready(self) -> None:
        # Registers subscribers, what the queue asks for, and the runners of outgoing writes.
        from logistics import (  # noqa: F401
            buyer_messages,
            handlers,
            platform_labels,
            queue_parts,
            upload_calls,
            wave_parts,
        )
