"""Give sessions in mirror mode an approval that nobody has confirmed, and classes without camera their states.

Mirror needed no approval before. So the approval names nobody, and it is not in force until an administrator
has entered who decided, and confirmed it.
"""

from typing import Any

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import Case, DateTimeField, F, Min, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce, Least
from django.utils import timezone


def to_approvals(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    approvals = apps.get_model("classroom", "Approval").objects
    # Any: a historical model has fields that today's has not.
    sessions: QuerySet[Any] = apps.get_model("classroom", "ClassSession").objects.all()
    mirrors = sessions.filter(mode="mirror", approval=None).order_by()
    for course_id in set(mirrors.values_list("course_id", flat=True)):
        under_it = mirrors.filter(course=course_id)
        approval = approvals.create(
            mode="mirror",
            course_id=course_id,
            approver="Nobody",
            document="None: opened before mirror needed an approval",
            valid_from=timezone.localdate(under_it.earliest("opened_at").opened_at),
            valid_until=timezone.localdate(under_it.latest("opened_at").opened_at),
            is_confirmed=False,
        )
        under_it.update(approval=approval)


def to_states(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Say of classes without cameras that students were in class, not that they had no camera."""
    presences: QuerySet[Any] = apps.get_model("classroom", "Presence").objects.all()
    without_camera = presences.filter(participant__session__mode="participation")
    without_camera.filter(state__in=["deciding", "no_camera"]).update(state="present")


def to_beginnings(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Let each class begin with its first student or marker; where all were erased, when it was opened."""
    sessions: QuerySet[Any] = apps.get_model("classroom", "ClassSession").objects.order_by()
    first = {
        name: Subquery(_first(apps, model, at), output_field=DateTimeField())
        for name, model, at in (("joined", "Participant", "joined_at"), ("marked", "Marker", "at"))
    }
    began = Least(Coalesce(first["joined"], first["marked"]), Coalesce(first["marked"], first["joined"]))
    erased = Case(When(erased_participants__gt=0, then=F("opened_at")), default=Value(None))
    sessions.update(started_at=Coalesce(began, erased, output_field=DateTimeField()))


def _first(apps: Apps, model: str, at: str) -> QuerySet[Any, Any]:
    own = apps.get_model("classroom", model).objects.filter(session=OuterRef("pk")).order_by()
    return own.values("session").annotate(first=Min(at)).values("first")


class Migration(migrations.Migration):
    dependencies = [("classroom", "0013_beginning_and_plain_labels")]

    operations = [
        migrations.RunPython(to_approvals, migrations.RunPython.noop),
        migrations.RunPython(to_states, migrations.RunPython.noop),
        migrations.RunPython(to_beginnings, migrations.RunPython.noop),
    ]
