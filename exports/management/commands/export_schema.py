"""Print the JSON schema of a session's document: manage.py export_schema > docs/schema/session-1.1.json"""

import json
from typing import Any

from django.core.management.base import BaseCommand

from exports.json_document import published_schema


class Command(BaseCommand):
    help = "Print the JSON schema of a session's document."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(json.dumps(published_schema(), indent=2, ensure_ascii=False))
