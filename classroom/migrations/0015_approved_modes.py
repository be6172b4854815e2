from django.db import migrations, models


class Migration(migrations.Migration):
    # Apart from the rows before it: PostgreSQL alters no table whose rows were changed in the same transaction.
    dependencies = [("classroom", "0014_mirror_approvals")]

    operations = [
        migrations.RemoveConstraint(model_name="classsession", name="mode_has_its_approval"),
        migrations.AddConstraint(
            model_name="classsession",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("mode__in", ["analytics", "mirror"]), _negated=True),
                    ("approval__isnull", False),
                    _connector="OR",
                ),
                name="mode_has_its_approval",
            ),
        ),
    ]
