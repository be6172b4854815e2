from django.db import migrations, models
from django.db.models import OuterRef, Subquery


def from_summaries(apps, schema_editor) -> None:
    """Of a step that was told before, by which version its scores were made."""
    steps = apps.get_model("emotion", "ToldStep").objects.filter(mean__isnull=False)
    summaries = apps.get_model("emotion", "BucketSummary").objects.filter(score__isnull=False)
    made = summaries.filter(session=OuterRef("session"), bucket=OuterRef("bucket")).order_by(
        "-engagement_version"
    )
    versions = steps.annotate(made_by=Subquery(made.values("engagement_version")[:1]))
    for step, version in versions.exclude(made_by=None).values_list("pk", "made_by").iterator():
        steps.filter(pk=step).update(engagement_version=version)


class Migration(migrations.Migration):
    dependencies = [("emotion", "0007_plurals")]

    operations = [
        migrations.AddField(
            model_name="toldstep",
            name="engagement_version",
            field=models.CharField(default="", max_length=8),
        ),
        migrations.RunPython(from_summaries, migrations.RunPython.noop),
    ]
