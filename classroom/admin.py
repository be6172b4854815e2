"""Courses and sessions for the administrator: who taught what under which approval, and never a reading."""

from collections import Counter
from collections.abc import Iterable

from django.contrib import admin, messages
from django.contrib.admin.utils import NestedObjects
from django.db import router
from django.db.models import Model, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from .account_forms import AdminSignInForm
from .forms import LineField
from .models import Approval, ClassSession, Course, Mode

admin.site.login_form = AdminSignInForm
admin.site.site_header = admin.site.site_title = _("Classpulse administration")
UNCOUNTED = ("emotion.Reading", "emotion.BucketSummary")


class WithoutReadings(admin.ModelAdmin):
    """Of a course or a session: to erase one does more than to delete its row."""

    def delete_model(self, request: HttpRequest, obj: Course | ClassSession) -> None:
        obj.erase()

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Course | ClassSession]) -> None:
        for one in queryset:
            one.erase()

    def get_deleted_objects(self, objs: Iterable[Model], request: HttpRequest) -> tuple:
        """Django lists every row that goes, each by its name; here a number per kind has to do."""
        collector = NestedObjects(using=router.db_for_write(self.model), origin=objs)
        collector.collect(objs)
        counts: Counter[type[Model]] = Counter()
        for model, rows in collector.model_objs.items():
            counts[model] += len(rows)
        for rows in collector.fast_deletes:
            counts[rows.model] += rows.count()
        named = {model: str(model._meta.verbose_name_plural) for model, count in counts.items() if count}
        # How many readings there are is nobody's to know, in mirror mode least of all.
        listed = [
            name if model._meta.label in UNCOUNTED else f"{name}: {counts[model]}"
            for model, name in sorted(named.items(), key=lambda pair: pair[1])
        ]
        missing = set() if self.has_delete_permission(request) else {self.model._meta.verbose_name}
        return listed, {name: counts[model] for model, name in named.items()}, missing, []


class CourseForm(ModelForm):
    class Meta:
        field_classes = {"name": LineField}

    def clean(self) -> dict:
        cleaned = super().clean()
        owner, teachers = cleaned.get("owner"), cleaned.get("teachers")
        if owner and teachers is not None and owner not in teachers:
            self.add_error("owner", gettext("The owner is one of the teachers."))
        return cleaned


@admin.register(Course)
class CourseAdmin(WithoutReadings):
    list_display = ["name", "owner", "default_mode", "created_at"]
    list_select_related = ["owner"]
    list_filter = ["default_mode"]
    search_fields = ["name", "teachers__username"]
    filter_horizontal = ["teachers"]
    autocomplete_fields = ["owner"]
    form = CourseForm


@admin.register(ClassSession)
class ClassSessionAdmin(WithoutReadings):
    list_display = ["title", "course", "mode", "approval", "opened_at", "closed_at"]
    list_filter = ["mode", "opened_at"]
    list_select_related = ["course", "approval"]
    search_fields = ["title", "course__name", "approval__approver", "approval__document"]
    date_hierarchy = "opened_at"
    # A session begins with open_new() and ends with close(): both do more than set a field.
    fields = readonly_fields = [
        "course",
        "title",
        "mode",
        "approval",
        "opened_at",
        "closed_at",
        "erased_participants",
    ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False


@admin.register(Approval)
class ApprovalAdmin(admin.ModelAdmin):
    # On a phone the first columns are all that is seen.
    list_display = ["approver", "state", "course", "document", "kind", "valid_from", "valid_until"]
    list_filter = ["is_confirmed", "mode", "valid_until"]
    list_select_related = ["course"]
    search_fields = ["approver", "document", "course__name"]
    autocomplete_fields = ["course"]
    entered = ["course", "mode", "approver", "document", "valid_from", "valid_until"]
    noted = ["is_confirmed", "revoked_at", "entered_by", "entered_at"]
    readonly_fields = ["revoked_at", "entered_by", "entered_at"]
    actions = ["revoke"]

    def get_fields(self, request: HttpRequest, obj: Approval | None = None) -> list[str]:
        return self.entered if obj is None else [*self.entered, *self.noted]

    def get_readonly_fields(self, request: HttpRequest, obj: Approval | None = None) -> list[str]:
        """Students have read it: what a class was opened under is not written anew, but it can be ended."""
        if obj is None or not obj.sessions.exists():
            return self.readonly_fields
        words = ["approver", "document"] if obj.is_confirmed else []
        return [*self.readonly_fields, "course", "mode", *words, *(["is_confirmed"] if words else [])]

    def save_model(self, request: HttpRequest, obj: Approval, form: ModelForm, change: bool) -> None:
        if form.changed_data:  # whoever changes the days of an approval answers for it from then on
            obj.entered_by, obj.entered_at = request.user, timezone.now()
        super().save_model(request, obj, form, change)
        obj.publish_to_open_sessions()

    @admin.display(description=_("Kind"), ordering="mode")
    def kind(self, approval: Approval) -> str:
        return Mode(approval.mode).label.partition(":")[0]

    @admin.display(description=_("State"))
    def state(self, approval: Approval) -> str:
        if not approval.is_confirmed:
            return _("not confirmed")
        if approval.revoked_at:
            return _("revoked")
        today = timezone.localdate()
        if today < approval.valid_from:
            return _("not yet")
        return _("expired") if today > approval.valid_until else _("in force")

    @admin.action(description="Revoke the chosen approvals", permissions=["change"])
    def revoke(self, request: HttpRequest, chosen: QuerySet[Approval]) -> None:
        count = chosen.revoke(timezone.now())
        told = ngettext("%d approval was revoked.", "%d approvals were revoked.", count) % count
        open_ones = gettext("Their open sessions continue without cameras.")
        self.message_user(request, f"{told} {open_ones}", messages.SUCCESS)
