#!/usr/bin/env python
import os
import sys

if __name__ == "__main__":
    # A command of the library, without settings and database.
    if sys.argv[1:2] == ["classify"]:
        from emotion.vision.command import main

        main(sys.argv[2:], program="manage.py classify")
        sys.exit()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
