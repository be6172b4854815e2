"""The administrator's pages about courses, sessions and approvals. They show no reading."""

from collections import Counter
from collections.abc import Sequence
from operator import itemgetter
from typing import Any

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
from .models.approvals import ApprovalQuerySet

admin.site.login_form = AdminSignInForm
admin.site.site_header = admin.site.site_title = _("Classpulse administration")
# How many readings a class has is shown to nobody, administrators included.
UNCOUNTED = ("emotion.Reading", "emotion.BucketSummary", "emotion.PackedSummaries")


class ErasableAdmin(admin.ModelAdmin):
    """Admin pages of models whose `erase()` does more than delete a row."""

    def delete_model(self, request: HttpRequest, obj: Course | ClassSession) -> None:
        obj.erase()

    def delete_queryset(
        self, request: HttpRequest, queryset: QuerySet[Course] | QuerySet[ClassSession]
    ) -> None:
        for one in queryset:
            one.erase()

    def get_deleted_objects(
        self, objs: QuerySet[Any] | Sequence[Any], request: HttpRequest
    ) -> tuple[list[str], dict[str, int], set[str], list[str]]:
        """Return how many rows of each kind would be deleted. Django would list every row by its name."""
        collector = NestedObjects(using=router.db_for_write(self.model), origin=objs)
        collector.collect(objs)
        counts: Counter[type[Model]] = Counter()
        for instances in collector.model_objs.values():
            counts.update(type(instance) for instance in instances)
        for queryset in collector.fast_deletes:
            counts[queryset.model] += queryset.count()
        named = {
            model: str(model._meta.verbose_name_plural)
            for model, count in counts.items()
            if count and not model._meta.auto_created
        }
        listed = [
            name if model._meta.label in UNCOUNTED else f"{name}: {counts[model]}"
            for model, name in sorted(named.items(), key=itemgetter(1))
        ]
        missing = set() if self.has_delete_permission(request) else {str(self.model._meta.verbose_name)}
        return listed, {name: counts[model] for model, name in named.items()}, missing, []


class CourseForm(ModelForm):
    class Meta:
        field_classes = {"name": LineField}

    def clean(self) -> dict[str, Any]:
        super().clean()
        cleaned = self.cleaned_data
        owner, teachers = cleaned.get("owner"), cleaned.get("teachers")
        if owner and teachers is not None and owner not in teachers:
            self.add_error("owner", gettext("The owner is one of the teachers."))
        return cleaned


@admin.register(Course)
class CourseAdmin(ErasableAdmin):
    list_display = ["name", "owner", "default_mode", "created_at"]
    list_select_related = ["owner"]
    list_filter = ["default_mode"]
    search_fields = ["name", "teachers__username"]
    filter_horizontal = ["teachers"]
    autocomplete_fields = ["owner"]
    form = CourseForm


@admin.register(ClassSession)
class ClassSessionAdmin(ErasableAdmin):
    list_display = ["title", "course", "mode", "approval", "opened_at", "closed_at"]
    list_filter = ["mode", "opened_at"]
    list_select_related = ["course", "approval"]
    search_fields = ["title", "course__name", "approval__approver", "approval__document"]
    date_hierarchy = "opened_at"
    # A session begins with open_new() and ends with close(): both do more than set a field.
    fields = (
        "course",
        "title",
        "mode",
        "approval",
        "opened_at",
        "started_at",
        "closed_at",
        "erased_participants",
    )
    readonly_fields = fields

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False


@admin.register(Approval)
class ApprovalAdmin(admin.ModelAdmin):
    # A phone shows only the first columns.
    list_display = ["approver", "state", "course", "document", "kind", "valid_from", "valid_until"]
    list_filter = ["is_confirmed", "mode", "valid_until"]
    list_select_related = ["course"]
    search_fields = ["approver", "document", "course__name"]
    autocomplete_fields = ["course"]
    entered = ("course", "mode", "approver", "document", "valid_from", "valid_until")
    status = ("is_confirmed", "revoked_at", "entered_by", "entered_at")
    readonly_fields = ("revoked_at", "entered_by", "entered_at")
    actions = ["revoke"]

    def get_fields(self, request: HttpRequest, obj: Approval | None = None) -> tuple[str, ...]:
        return self.entered if obj is None else (*self.entered, *self.status)

    def get_readonly_fields(self, request: HttpRequest, obj: Approval | None = None) -> tuple[str, ...]:
        """Lock what students have read of an approval, once a session was opened under it."""
        if obj is None or not obj.sessions.exists():
            return self.readonly_fields
        confirmed = ("approver", "document", "is_confirmed") if obj.is_confirmed else ()
        return (*self.readonly_fields, "course", "mode", *confirmed)

    def save_model(self, request: HttpRequest, obj: Approval, form: ModelForm, change: bool) -> None:
        # Whoever changes the dates of an approval is responsible for it from then on.
        if form.changed_data and request.user.is_authenticated:
            obj.entered_by, obj.entered_at = request.user, timezone.now()
        super().save_model(request, obj, form, change)
        obj.publish_to_open_sessions()

    @admin.display(description=_("Kind"), ordering="mode")
    def kind(self, approval: Approval) -> str:
        return str(Mode(approval.mode).label)

    @admin.display(description=_("State"))
    def state(self, approval: Approval) -> str:
        if not approval.is_confirmed:
            return gettext("not confirmed")
        if approval.revoked_at:
            return gettext("revoked")
        today = timezone.localdate()
        if today < approval.valid_from:
            return gettext("not yet")
        return gettext("expired") if today > approval.valid_until else gettext("in force")

    @admin.action(description=_("Revoke the chosen approvals"), permissions=["change"])
    def revoke(self, request: HttpRequest, chosen: ApprovalQuerySet) -> None:
        count = chosen.revoke(timezone.now())
        revoked = ngettext("%d approval was revoked.", "%d approvals were revoked.", count) % count
        open_ones = gettext("Their open sessions continue without cameras.")
        self.message_user(request, f"{revoked} {open_ones}", messages.SUCCESS)
