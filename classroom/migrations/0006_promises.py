from django.conf import settings
from django.db import migrations, models

import classroom.models.consents


def date_the_promises(apps, schema_editor):
    """Fill in the mode and limits of earlier decisions.

    The mode is that of their session. The limits are the stricter ones of the defaults and of today's settings,
    as the settings at the time are not known.
    """
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
