from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ClassroomConfig(AppConfig):
    name = "classroom"
    verbose_name = _("Classes")

    def ready(self) -> None:
        from . import checks, receivers  # noqa: F401  registers them
