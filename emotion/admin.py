"""Admin pages: counts that show whether frames get lost. There is no page for readings, on purpose."""

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from .models import FrameTally


@admin.register(FrameTally)
class FrameTallyAdmin(admin.ModelAdmin):
    list_display = ["session", "received", "refused", "superseded", "expired", "read", "erased", "lost"]
    list_select_related = ["session"]
    ordering = ["-session__opened_at"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False
