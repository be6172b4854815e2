"""What the documents describe works with a running site: the example in docs/api.md, and the notebook."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings as django_settings

from api.models import Scope
from classroom.models import Purpose
from tests.api.clients import token
from tests.exports import lessons

DOCS = Path(django_settings.BASE_DIR) / "docs"
MOST_SECONDS = 300

pytestmark = [pytest.mark.slow, pytest.mark.any_database, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def term(live_server, settings, monkeypatch):
    """A course with two lessons on a running site, and the environment of a researcher."""
    settings.READING_RETENTION = timedelta(days=10_000)
    settings.PUBLIC_URL = live_server.url
    session = lessons.with_cameras()
    lessons.without_cameras(course=session.course)
    lessons.without_cameras(course=session.course, purpose=Purpose.PRACTICE)
    monkeypatch.setenv("CLASSPULSE_URL", live_server.url)
    monkeypatch.setenv("CLASSPULSE_COURSE", str(session.course_id))
    monkeypatch.setenv("CLASSPULSE_TOKEN", token(session.course.owner, Scope.CLASSES)[1])
    return session


def test_the_example_reads_a_term_into_pandas(term):
    example = re.search(r"```python\n(.*?)```", (DOCS / "api.md").read_text(), re.S)[1]
    made: dict = {}
    exec(example, made)
    assert len(example.strip().splitlines()) <= 10
    minutes = made["minutes"]
    # The practice class is in no term.
    assert minutes["session_id"].nunique() == 2
    own = minutes[minutes["session_id"] == str(term.pk)]
    assert [row.average for row in lessons.record_of(term).minutes] == [
        None if value != value else value for value in own["average"]
    ]


def test_the_notebook_runs(term, monkeypatch):
    import nbformat
    from nbclient import NotebookClient

    monkeypatch.setenv("MPLBACKEND", "module://matplotlib_inline.backend_inline")
    notebook = nbformat.read(DOCS / "notebook.ipynb", as_version=4)
    NotebookClient(notebook, timeout=MOST_SECONDS).execute()
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    pictures = [output for output in outputs if "image/png" in output.get("data", {})]
    printed = "".join(output.get("text", "") for output in outputs)
    assert len(pictures) == 2
    assert "of the minutes have a class average." in printed
    assert "warning" not in printed.lower()


def test_the_notebook_is_kept_without_outputs():
    import nbformat

    notebook = nbformat.read(DOCS / "notebook.ipynb", as_version=4)
    nbformat.validate(notebook)
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert [cell.outputs for cell in cells] == [[] for _cell in cells]
    assert {cell.execution_count for cell in cells} == {None}
