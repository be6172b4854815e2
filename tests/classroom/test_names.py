import pytest
from django.core.exceptions import ValidationError

from classroom.names import clean_line, clean_name, isolated, readable


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Anna   Maria ", "Anna Maria"),
        ("Jose\u0301", "José"),
        ("Nguye\u0302\u0303n Thi\u0323 Ho\u0302\u0300ng", "Nguyễn Thị Hồng"),
    ],
)
def test_a_name_is_composed_and_has_single_spaces(typed, kept):
    assert clean_name(typed) == kept


@pytest.mark.parametrize(
    "name",
    [
        "李小龙",
        "葛\U000e0100城",  # a Japanese name with one of two drawings of its first sign
        "می\u200cخواهم",  # Persian
        "क\u094d\u200dष",  # Devanagari
        "শ্রী",
        "ന\u0d4d\u200d",  # Malayalam
        "ශ\u0dca\u200dරී",  # Sinhala
        "שָׁלוֹם",
        "בְּרֵאשִׁ֖ית",
        "مُحَمَّد",
        "น้ำผึ้ง",
        "สิทธิ์",
        "လွှို",  # Burmese
        "སྒྲུབ",
        "ស្រីមុំ",
        "Ọlájídé Ẹ̀bùn",
        "O'Brien-Smith 2",
        "👩\u200d🚀",
        "👩🏽\u200d🚀",
        "👨\u200d👩\u200d👧\u200d👦",
        "❤\ufe0f",
        "1\ufe0f\u20e3",
        "🏳\ufe0f\u200d🌈",
        "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
        "🇧🇷",
        "\U0001fae8\U0001fa77",  # younger than the Unicode of some Pythons
    ],
)
def test_names_of_all_languages_and_emoji_are_kept_as_typed(name):
    assert clean_name(name) == name


@pytest.mark.parametrize(
    "typed",
    [
        "An\u00adna", "Anna\u200b", "\ufeffAnna", "An\u2060na", "\u202eAnna\u202c", "\u2066Anna\u2069",
        "Anna\u200e", "An\x00na", "Anna\t", "Anna\r\n", "A\u200dn\u200cna", "Anna\ufe0f", "An\u034fna",
        "Anna\u3164", "Anna\u2800", "Anna\U000e0041", "Anna\U000e0100", "Anna\ue000", "Anna\ufffc",
        "An\ud800na", "\u0301Anna", "Anna \u0301",
    ],
)  # fmt: skip
def test_invisible_characters_are_dropped_silently(typed):
    assert clean_name(typed) == "Anna"


@pytest.mark.parametrize(
    "typed",
    [
        "\u3164", "\u2800", "\uffa0", "\u115f", "\u1160", "\u17b4", "\u17b5", "\u180b", "\u180c", "\u180d",
        "\u180e", "\ufe0f", "\U000e0041", "\U000e0100", "\u0301", "\u0301\u0302", "\u20e3", "\u0903",
        "\u200b\u200d", "\u202e", "\u034f", "\ufffc", "\U0001d159", "\U00013441", "\U00016fe4", "\ue000",
        "\ufdd0", "\U0001fffe", "\u3164 \u2800", "   ", "\ud800", "\x00", "\u1680",
    ],
)  # fmt: skip
def test_a_name_that_would_look_blank_is_refused(typed):
    with pytest.raises(ValidationError, match="would look blank"):
        clean_name(typed)


@pytest.mark.parametrize("typed", ["...", "- -", "?!"])
def test_a_name_needs_a_letter_or_a_digit(typed):
    with pytest.raises(ValidationError, match="needs a letter or a digit"):
        clean_name(typed)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("ก" + "\u0e47" * 30, "ก\u0e47\u0e47"),
        ("म" + "\u0902" * 30, "म\u0902"),
        ("A" + "\u0301" * 45, "A\u0301\u0301"),
        ("A" + "\u0301\u0316" * 20, "A\u0316\u0316\u0301\u0301"),
        ("A" + "\u0489" * 9 + "nna", "A\u0489\u0489nna"),
    ],
)
def test_stacked_accents_are_cut_to_the_limit(typed, kept):
    assert clean_name(typed) == clean_name(kept)
    assert len(clean_name(typed)) <= len(kept)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" Optics  II ", "Optics II"),
        ("?", "?"),
        ("בחינה", "בחינה"),
        ("Cafe\u0301", "Café"),
        ("Op\ntics", "Op tics"),
    ],
)
def test_titles_of_all_languages_are_kept(typed, kept):
    assert clean_line(typed) == kept


@pytest.mark.parametrize("typed", ["scitpO\u202e", "\u2066scitpO\u2069"])
def test_a_title_cannot_reorder_the_text_around_it(typed):
    assert clean_line(typed) == "scitpO"


@pytest.mark.parametrize("typed", ["\u200b\u200d", "\u3164", "\u2800"])
def test_a_title_that_would_look_blank_is_refused(typed):
    with pytest.raises(ValidationError, match="would look blank"):
        clean_line(typed)


def test_a_name_stored_by_an_earlier_version_is_readable():
    assert readable("Anna\u200b") == "Anna"
    assert readable("\u3164") == "(blank name)"


def test_a_right_to_left_name_is_isolated_in_a_sentence():
    assert isolated("דנה") == "\u2068דנה\u2069"
    assert isolated("Anna") == "Anna"
