from django.apps import AppConfig


class OrdersConfig(AppConfig):
    name = "orders"
    verbose_name = "Orders"

    def ready(self) -> None:
        from orders import (  # noqa: F401
            cancel_answers,
            handlers,
            queue_bulk,
            queue_export,
            regrouping,
            return_answers,
            review_handlers,
            sla_handlers,
            sla_recount,
        )
