from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("classroom", "0012_plainer_labels"),
    ]

    operations = [
        migrations.AddField(
            model_name="classsession",
            name="started_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name="approval",
            name="mode",
            field=models.CharField(
                choices=[("mirror", "Mirror"), ("analytics", "Analytics")],
                default="analytics",
                max_length=16,
                verbose_name="mode",
            ),
        ),
        migrations.AlterField(
            model_name="classsession",
            name="mode",
            field=models.CharField(
                choices=[
                    ("participation", "Participation"),
                    ("mirror", "Mirror"),
                    ("analytics", "Analytics"),
                ],
                default="participation",
                max_length=16,
            ),
        ),
        migrations.AlterField(
            model_name="consent",
            name="level",
            field=models.CharField(
                choices=[("class_only", "Class average only"), ("own_line", "Shared with the teacher")],
                default="class_only",
                max_length=16,
            ),
        ),
        migrations.AlterField(
            model_name="course",
            name="default_mode",
            field=models.CharField(
                choices=[
                    ("participation", "Participation"),
                    ("mirror", "Mirror"),
                    ("analytics", "Analytics"),
                ],
                default="participation",
                max_length=16,
            ),
        ),
        migrations.AlterField(
            model_name="presence",
            name="state",
            field=models.CharField(
                choices=[
                    ("present", "In class"),
                    ("measuring", "Camera on"),
                    ("deciding", "Still choosing"),
                    ("no_camera", "Joined without camera"),
                    ("checking", "Checking the camera"),
                    ("paused", "Paused by the student"),
                    ("hidden", "Tab hidden, the browser stopped the camera"),
                    ("camera_off", "Camera switched off"),
                    ("camera_busy", "Camera sends no pictures"),
                    ("camera_refused", "Browser refused the camera"),
                    ("camera_blocked", "Camera blocked by the system"),
                    ("camera_missing", "No camera found"),
                    ("camera_unusable", "Browser sends no usable pictures"),
                    ("offline", "Connection lost"),
                    ("left", "Left"),
                    ("removed", "Removed by the teacher"),
                ],
                max_length=16,
            ),
        ),
    ]
