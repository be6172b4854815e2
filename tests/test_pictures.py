"""No picture in docs/ is older than the page that it shows. `make pictures` takes them again."""

import pytest

from testbed.pictures import MANIFEST, SOURCES, digests, files_of, read_manifest

pytestmark = pytest.mark.any_database


@pytest.mark.parametrize("name", SOURCES)
def test_a_picture_shows_its_page_as_it_is(name):
    assert (MANIFEST.parent / name).is_file()
    assert read_manifest()[name] == digests()[name], f"docs/{name} is older than its page: make pictures"


@pytest.mark.parametrize("name", SOURCES)
def test_every_source_of_a_picture_exists(name):
    assert [pattern for pattern in SOURCES[name] if not files_of([pattern])] == []
