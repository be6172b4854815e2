"""Make the first active teacher of a course its owner, or else its first teacher."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def give_owners(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    course_model = apps.get_model("classroom", "Course")
    teaching = course_model.teachers.through.objects.order_by("-user__is_active", "pk")
    for course in course_model.objects.filter(owner=None):
        first = teaching.filter(course=course.pk).first()
        course_model.objects.filter(pk=course.pk).update(owner=first and first.user_id)


class Migration(migrations.Migration):
    dependencies = [("classroom", "0007_course_owner")]

    operations = [migrations.RunPython(give_owners, migrations.RunPython.noop)]
