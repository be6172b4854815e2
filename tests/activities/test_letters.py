"""The letters before the answers: on all screens and in the report alike."""

import re
from pathlib import Path

from django.conf import settings

from activities.letters import ARABIC, LATIN, letters_of
from activities.models import Question


def test_letters_follow_the_script_of_the_question():
    assert letters_of(Question(text="Which wave?")) == LATIN
    assert letters_of(Question(text="أي موجة تحتاج إلى وسط؟")) == ARABIC


def test_scripts_have_the_same_letters():
    script = (Path(settings.BASE_DIR) / "static/js/activities/labels.js").read_text()
    rows = [tuple(re.findall(r'"(.*?)"', row)) for row in re.findall(r"= \[(.*?)\];", script)]
    assert rows[:2] == [LATIN, ARABIC]
