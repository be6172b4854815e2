from django.db import migrations, models


class Migration(migrations.Migration):
    # Apart from the rows before it: PostgreSQL alters no table whose rows were changed in the same transaction.
    dependencies = [("classroom", "0004_typed_approvals")]

    operations = [
        migrations.RemoveConstraint(model_name="classsession", name="analytics_names_its_approver"),
        migrations.AlterField(
            model_name="classsession",
            name="approval_reference",
            field=models.CharField(blank=True, default="", max_length=120),
        ),
        migrations.AlterField(
            model_name="classsession",
            name="approver",
            field=models.CharField(blank=True, default="", max_length=120),
        ),
        migrations.RemoveField(model_name="classsession", name="approval_reference"),
        migrations.RemoveField(model_name="classsession", name="approver"),
        migrations.AddConstraint(
            model_name="classsession",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("mode__in", ["analytics"]), _negated=True),
                    ("approval__isnull", False),
                    _connector="OR",
                ),
                name="mode_has_its_approval",
            ),
        ),
    ]
