import pytest
from django.core.exceptions import ValidationError

from classroom.names import clean_line, clean_name


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Anna   Maria ", "Anna Maria"),
        ("Jose\u0301", "José"),
        ("李小龙", "李小龙"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("👩\u200d🚀", "👩\u200d🚀"),
        ("O'Brien-Smith 2", "O'Brien-Smith 2"),
    ],
)
def test_names_of_all_languages_are_kept(typed, kept):
    assert clean_name(typed) == kept


@pytest.mark.parametrize(
    "typed", ["An\x00na", "An\nna", "Anna\t", "\u202eannA", "\u200b\u200d", "   ", "...", "\ud800"]
)
def test_control_characters_and_invisible_names_are_refused(typed):
    with pytest.raises(ValidationError):
        clean_name(typed)


@pytest.mark.parametrize(
    ("typed", "kept"), [(" Optics  II ", "Optics II"), ("?", "?"), ("בחינה", "בחינה"), ("Cafe\u0301", "Café")]
)
def test_titles_of_all_languages_are_kept(typed, kept):
    assert clean_line(typed) == kept


@pytest.mark.parametrize("typed", ["scitpO\u202e", "Op\ntics", "\u2066Optics\u2069", "\u200b\u200d"])
def test_a_title_that_turns_the_text_around_it_is_refused(typed):
    with pytest.raises(ValidationError):
        clean_line(typed)
