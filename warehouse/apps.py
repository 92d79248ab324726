from django.apps import AppConfig


class WarehouseConfig(AppConfig):
    name = "warehouse"
    verbose_name = "Warehouse"

    def ready(self) -> None:
        from warehouse import handlers, papers, slotting, stock_push  # noqa: F401 - they register themselves
