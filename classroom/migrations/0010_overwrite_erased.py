from django.db import migrations


def vacuum(apps, schema_editor):
    """Rewrite SQLite's file: rows that were deleted without secure_delete are still in its free pages."""
    if schema_editor.connection.vendor == "sqlite":
        with schema_editor.connection.cursor() as cursor:
            cursor.execute("VACUUM")


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("classroom", "0009_camera_states")]

    operations = [migrations.RunPython(vacuum, migrations.RunPython.noop, elidable=True)]
