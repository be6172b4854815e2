from django.conf import settings
from django.db import migrations, models

import classroom.models.consents


def date_the_promises(apps, schema_editor):
    """Decisions from before: the mode is that of their session, and the numbers are the stricter ones of the
    product's own defaults and of what is set today, for nobody knows what was set in between."""
    Consent = apps.get_model("classroom", "Consent")
    Participant = apps.get_model("classroom", "Participant")
    own = Participant.objects.filter(pk=models.OuterRef("participant"))
    Consent.objects.update(
        mode=models.Subquery(own.values("session__mode")[:1]),
        smallest_group=max(5, settings.SMALLEST_GROUP),
        retention_days=min(30, settings.READING_RETENTION.days),
    )


class Migration(migrations.Migration):
    dependencies = [
        ("classroom", "0005_session_approval"),
    ]

    operations = [
        migrations.AddField(
            model_name="consent",
            name="mode",
            field=models.CharField(default="participation", max_length=16),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="consent",
            name="smallest_group",
            field=models.PositiveSmallIntegerField(default=classroom.models.consents.smallest_group_today),
        ),
        migrations.AddField(
            model_name="consent",
            name="retention_days",
            field=models.PositiveSmallIntegerField(default=classroom.models.consents.retention_days_today),
        ),
        migrations.RunPython(date_the_promises, migrations.RunPython.noop, elidable=True),
    ]
