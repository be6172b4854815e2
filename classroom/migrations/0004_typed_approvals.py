"""Move the approvals that teachers typed into rows of their own.

They are unconfirmed, and not in force until an administrator confirms them.
"""

from typing import Any

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import QuerySet
from django.utils import timezone

TYPED_FIELDS = ("course_id", "approver", "approval_reference")


def to_approvals(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    approvals = apps.get_model("classroom", "Approval").objects
    # Any: the model of that migration has fields that today's model has not.
    sessions: QuerySet[Any] = apps.get_model("classroom", "ClassSession").objects.all()
    typed = sessions.filter(mode="analytics").order_by()
    for typed_values in set(typed.values_list(*TYPED_FIELDS)):
        sessions_under_it = typed.filter(**dict(zip(TYPED_FIELDS, typed_values, strict=True)))
        course_id, approver, document = typed_values
        approval = approvals.create(
            course_id=course_id,
            approver=approver,
            document=document,
            valid_from=timezone.localdate(sessions_under_it.earliest("opened_at").opened_at),
            valid_until=timezone.localdate(sessions_under_it.latest("opened_at").opened_at),
            is_confirmed=False,
        )
        sessions_under_it.update(approval=approval)


def to_typed_fields(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    sessions: QuerySet[Any] = apps.get_model("classroom", "ClassSession").objects.all()
    for session in sessions.exclude(approval=None).select_related("approval"):
        session.approver, session.approval_reference = session.approval.approver, session.approval.document
        session.approval = None
        session.save()


class Migration(migrations.Migration):
    dependencies = [("classroom", "0003_approval")]

    operations = [migrations.RunPython(to_approvals, to_typed_fields)]
