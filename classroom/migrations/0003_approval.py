import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("classroom", "0002_deciding"),
    ]

    operations = [
        migrations.CreateModel(
            name="Approval",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "mode",
                    models.CharField(
                        choices=[
                            ("mirror", "Mirror: only the student sees their own reading"),
                            ("analytics", "Analytics: the teacher sees readings under consent"),
                        ],
                        default="analytics",
                        max_length=16,
                        verbose_name="mode",
                    ),
                ),
                (
                    "course",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="approvals",
                        to="classroom.course",
                        verbose_name="course",
                    ),
                ),
                (
                    "approver",
                    models.CharField(
                        help_text="Name and office of the person who answers for it.",
                        max_length=120,
                        verbose_name="approved by",
                    ),
                ),
                (
                    "document",
                    models.CharField(
                        help_text="Where the written decision can be found.",
                        max_length=120,
                        verbose_name="document",
                    ),
                ),
                (
                    "valid_from",
                    models.DateField(default=django.utils.timezone.localdate, verbose_name="valid from"),
                ),
                (
                    "valid_until",
                    models.DateField(help_text="The last day on which it holds.", verbose_name="valid until"),
                ),
                (
                    "is_confirmed",
                    models.BooleanField(
                        default=True,
                        help_text="Not set for what teachers typed before administrators entered approvals.",
                        verbose_name="confirmed",
                    ),
                ),
                (
                    "revoked_at",
                    models.DateTimeField(blank=True, editable=False, null=True, verbose_name="revoked"),
                ),
                (
                    "entered_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="entered by",
                    ),
                ),
                (
                    "entered_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="entered"
                    ),
                ),
            ],
            options={
                "verbose_name": "approval",
                "verbose_name_plural": "approvals",
                "ordering": ["-valid_until", "course"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("valid_until__gte", models.F("valid_from"))),
                        name="approval_ends_after_it_begins",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("approver", ""), _negated=True),
                            models.Q(("document", ""), _negated=True),
                        ),
                        name="approval_names_who_and_where",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="classsession",
            name="approval",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.RESTRICT,
                related_name="sessions",
                to="classroom.approval",
            ),
        ),
    ]
