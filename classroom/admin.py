"""Courses and sessions for the administrator: who taught what under which approval, and never a reading."""

from collections import Counter
from collections.abc import Iterable

from django.contrib import admin
from django.contrib.admin.utils import NestedObjects
from django.db import router
from django.db.models import Model
from django.http import HttpRequest

from .models import ClassSession, Course


class WithoutReadings(admin.ModelAdmin):
    def get_deleted_objects(self, objs: Iterable[Model], request: HttpRequest) -> tuple:
        """Django lists every row that goes, each by its name; here a number per kind has to do."""
        collector = NestedObjects(using=router.db_for_write(self.model), origin=objs)
        collector.collect(objs)
        counts: Counter[str] = Counter()
        for model, rows in collector.model_objs.items():
            counts[str(model._meta.verbose_name_plural)] += len(rows)
        for rows in collector.fast_deletes:
            counts[str(rows.model._meta.verbose_name_plural)] += rows.count()
        listed = [f"{name}: {count}" for name, count in sorted(counts.items()) if count]
        missing = set() if self.has_delete_permission(request) else {self.model._meta.verbose_name}
        return listed, dict(counts), missing, []


@admin.register(Course)
class CourseAdmin(WithoutReadings):
    list_display = ["name", "default_mode", "created_at"]
    list_filter = ["default_mode"]
    search_fields = ["name", "teachers__username"]
    filter_horizontal = ["teachers"]


@admin.register(ClassSession)
class ClassSessionAdmin(WithoutReadings):
    list_display = ["title", "course", "mode", "approver", "approval_reference", "opened_at", "closed_at"]
    list_filter = ["mode", "opened_at"]
    list_select_related = ["course"]
    search_fields = ["title", "course__name", "approver", "approval_reference"]
    date_hierarchy = "opened_at"
    # A session begins with open_new() and ends with close(): both do more than set a field.
    fields = readonly_fields = [
        "course",
        "title",
        "mode",
        "approver",
        "approval_reference",
        "opened_at",
        "closed_at",
        "erased_participants",
    ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False
