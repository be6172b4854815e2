#!/usr/bin/env python
import os
import secrets
import sys

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    if "classify" in sys.argv[1:2]:  # signs nothing and serves nobody, so it asks nobody for a secret
        os.environ.setdefault("SECRET_KEY", secrets.token_urlsafe())
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
