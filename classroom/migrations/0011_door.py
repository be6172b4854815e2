from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("classroom", "0010_overwrite_erased")]

    operations = [
        migrations.AddField(
            model_name="classsession",
            name="door_locked_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
