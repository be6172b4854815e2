"""The first sheet of a session's workbook: what happened, on one page, and how far it can be trusted."""

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from .book import ACCENT, ACCENT_SOFT, INK_SOFT, Book, height_of, lines_of, start, text_of
from .book_charts import timeline_charts
from .columns import NUMBER, SECONDS, SHARE, TEXT, columns_of
from .json_document import error_rates
from .record import SessionRecord
from .schema import Session

# Columns of the session's row, under the heading of their part.
PARTS = (
    (_("Session"), ("course", "begins_at", "ends_at", "time_zone", "duration_seconds", "mode")),
    (
        _("Overview"),
        (
            "students",
            "erased_students",
            "questions",
            "typical_share_answered",
            "most_lost",
            "most_lost_at",
            "hands",
            "typical_wait_seconds",
            "longest_wait_seconds",
        ),
    ),
    (
        _("Cameras"),
        (
            "with_camera",
            "coverage",
            "average",
            "average_low",
            "average_high",
            "average_note",
            "students_with_data",
            "students_counted",
        ),
    ),
    (
        _("Approval"),
        ("approver", "approval_document", "approved_from", "approved_until"),
    ),
)
SIGNAL = _(
    "An observed expression is a signal, not what somebody feels: similar faces can go with different "
    "feelings (Barrett et al. 2019). The engagement number is a documented rule of thumb."
)
ERRORS = _(
    "How often it is wrong on pictures it was not trained on. It was selected by its results on them, so on "
    "other pictures it is wrong a little more often:"
)
NO_ERRORS = _(
    "The weights on this machine come without measured error rates, so nobody knows how often they are "
    "wrong. Do not rely on these numbers."
)
LABEL, VALUE, ABOUT, CHARTS = 0, 1, 2, 4
WIDTHS = {LABEL: 40, VALUE: 26, ABOUT: 52}
# Parts whose titles need no explanation.
PLAIN = {_("Session"), _("Approval")}


def summary(book: Book, record: SessionRecord) -> Worksheet:
    sheet = book.sheet(gettext("Summary"))
    sheet.fit_to_pages(1, 1)
    sheet.hide_gridlines(2)
    for column, width in WIDTHS.items():
        sheet.set_column(column, column, width)
    row = _head(book, sheet, record)
    for title, names in PARTS:
        row = _part(book, sheet, record, row, title, names)
    if record.has_camera:
        row = _without_data(book, sheet, record, row)
        row = _trust(book, sheet, record, row)
    as_of = gettext("As of {time}").format(time=f"{record.made_at:%Y-%m-%d %H:%M}")
    sheet.write_string(row, LABEL, as_of, _soft(book))
    timeline_charts(book, sheet, record, column=CHARTS)
    return sheet


def _head(book: Book, sheet: Worksheet, record: SessionRecord) -> int:
    title = record.session.title
    look = book.format(
        bold=True, font_size=18, font_color=ACCENT, text_wrap=True, quote_prefix=True, align=start()
    )
    _across(sheet, 0, title, look, height=height_of(lines_of(title, 70), 26))
    notice = book.format(bold=True, bg_color=ACCENT_SOFT, text_wrap=True, align=start())
    _across(sheet, 1, gettext(record.session.notice), notice)
    return 3


def _across(sheet: Worksheet, row: int, text: str, look: Format, height: float | None = None) -> None:
    """Text over the width of the columns."""
    sheet.merge_range(row, LABEL, row, ABOUT, "", look)
    sheet.write_string(row, LABEL, text, look)
    sheet.set_row(row, height or height_of(lines_of(text, sum(WIDTHS.values()) - 8)))


def _heading(book: Book, sheet: Worksheet, row: int, *titles: str) -> int:
    """The title of a part, and those of its other columns."""
    look = {"font_color": ACCENT, "bottom": 1, "bottom_color": ACCENT, "align": start()}
    for column in (LABEL, VALUE, ABOUT):
        text = gettext(titles[column]) if column < len(titles) else ""
        font = {"bold": True, "font_size": 12} if column == LABEL else {}
        sheet.write_string(row, column, text, book.format(**look, **font))
    return row + 1


def _part(
    book: Book, sheet: Worksheet, record: SessionRecord, row: int, title: str, names: tuple[str, ...]
) -> int:
    """The values that there are, each with what it means."""
    columns = {column.name: column for column in columns_of(Session, camera=record.has_camera)}
    shown = [columns[name] for name in names if name in columns]
    shown = [column for column in shown if getattr(record.session, column.name) not in (None, "")]
    if not shown:
        return row
    row = _heading(book, sheet, row, title)
    for column in shown:
        description = "" if title in PLAIN else gettext(column.description)
        value = getattr(record.session, column.name)
        _line(book, sheet, row, gettext(column.title), value, column.unit, description)
        row += 1
    return row + 1


def _line(book: Book, sheet: Worksheet, row: int, label: str, value: object, unit: str, about: str) -> None:
    sheet.write_string(row, LABEL, label, book.format(text_wrap=True, align=start()))
    book.write(sheet, row, VALUE, value, unit, align=start(), bold=True, indent=0)
    sheet.write_string(row, ABOUT, about, _soft(book))
    texts = ((label, LABEL), (text_of(value, unit) if isinstance(value, str) else "", VALUE), (about, ABOUT))
    sheet.set_row(row, height_of(max(lines_of(text, WIDTHS[column] - 2) for text, column in texts)))


def _without_data(book: Book, sheet: Worksheet, record: SessionRecord, row: int) -> int:
    gaps = [gap for gap in record.gaps if gap.participant is None]
    if not gaps:
        return row
    row = _heading(book, sheet, row, _("Time without data, whole class"), _("Student time"), _("Share"))
    for gap in gaps:
        _line(book, sheet, row, gettext(gap.reason), gap.seconds, SECONDS, "")
        book.write(sheet, row, ABOUT, gap.share, SHARE, align=start(), font_color=INK_SOFT)
        row += 1
    return row + 1


def _trust(book: Book, sheet: Worksheet, record: SessionRecord, row: int) -> int:
    row = _heading(book, sheet, row, _("How far these numbers can be trusted"))
    for title, version in ((_("Model"), record.session.model), (_("Formula"), record.session.formula)):
        if version:
            _line(book, sheet, row, gettext(title), version, TEXT, "")
            row += 1
    _across(sheet, row, gettext(SIGNAL), book.format(text_wrap=True, align=start()))
    return _error_rates(book, sheet, record, row + 1)


def _error_rates(book: Book, sheet: Worksheet, record: SessionRecord, row: int) -> int:
    rates = error_rates(record)
    _across(sheet, row, gettext(ERRORS if rates else NO_ERRORS), book.format(text_wrap=True, align=start()))
    if not rates:
        return row + 2
    row = _heading(book, sheet, row + 1, _("Test pictures"), _("Wrong"), _("Faces"))
    for rate in rates:
        _line(book, sheet, row, gettext(rate.pictures), None, NUMBER, "")
        look = book.format(num_format="0.0%", align=start(), bold=True)
        sheet.write_number(row, VALUE, rate.wrong, look)
        book.write(sheet, row, ABOUT, rate.faces, NUMBER, align=start(), font_color=INK_SOFT)
        row += 1
    return row + 1


def _soft(book: Book) -> Format:
    return book.format(font_color=INK_SOFT, text_wrap=True, align=start())
