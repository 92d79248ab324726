from django.apps import AppConfig


class OrdersConfig(AppConfig):
    name = "orders"
    verbose_name = "Orders"

    def ready(self) -> None:
        from orders import cancel_answers, handlers, return_answers, review_handlers  # noqa: F401
