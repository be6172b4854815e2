import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Rename the model and its constraint; the table keeps its name."""

    dependencies = [
        ("emotion", "0008_version_of_told_steps"),
    ]

    operations = [
        migrations.AlterModelTable(name="toldstep", table="emotion_toldstep"),
        migrations.RenameModel(old_name="ToldStep", new_name="PublishedBucket"),
        migrations.AlterField(
            model_name="publishedbucket",
            name="session",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="published_buckets",
                to="classroom.classsession",
            ),
        ),
        migrations.RemoveConstraint(model_name="publishedbucket", name="a_step_is_told_once"),
        migrations.AddConstraint(
            model_name="publishedbucket",
            constraint=models.UniqueConstraint(
                fields=("session", "bucket"), name="a_bucket_is_published_once"
            ),
        ),
    ]
