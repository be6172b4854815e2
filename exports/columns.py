"""What a column of a table is: its type, its title, its description and its unit."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, ClassVar, get_args

from django.utils.translation import gettext_noop as _
from pydantic import BaseModel, ConfigDict, Field
from pydantic.fields import FieldInfo

Share = Annotated[float, Field(ge=0, le=1)]
Count = Annotated[int, Field(ge=0)]
Seconds = Annotated[float, Field(ge=0)]

# Units, as the data dictionary names them.
SHARE = _("share, 0 to 1")
SCALE = _("1 to 5")
SECONDS = _("seconds")
STUDENTS = _("students")
TIME = _("date and time")
DAY = _("date")
YES_NO = _("yes or no")
VERSION = _("version")
KEY = _("identifier")
TEXT = _("text")
NUMBER = _("number")
# Values of such a column are known beforehand, and translated where people read them.
WORDS = _("words")


def column(title: str, description: str, unit: str = "", *, camera: bool = False) -> Any:
    """A field of a row. `camera` marks what a class without cameras has no word of."""
    about: dict[str, Any] = {"unit": unit} if unit else {}
    if camera:
        about["camera"] = True
    return Field(title=title, description=description, json_schema_extra=about)


class Row(BaseModel):
    model_config = ConfigDict(frozen=True)

    # What one row is, for the data dictionary.
    grain: ClassVar[str]

    session_id: uuid.UUID = column(_("Session"), _("Identifies the session in every table."), KEY)

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        # A JSON schema takes it for the description of the row.
        cls.__doc__ = cls.grain


@dataclass(frozen=True)
class Column:
    """A column as formats read it. Its texts are English."""

    name: str
    title: str
    description: str
    unit: str
    # Whether a cell may be empty.
    may_be_empty: bool
    is_about_camera: bool


@cache
def columns_of(table: type[Row], *, camera: bool) -> Sequence[Column]:
    """The columns of a table; none where all that it says is about cameras and there were none."""
    columns = [_column(name, field) for name, field in table.model_fields.items()]
    if camera:
        return columns
    kept = [one for one in columns if not one.is_about_camera]
    return kept if len(kept) > 1 else []


def _column(name: str, field: FieldInfo) -> Column:
    about = field.json_schema_extra
    assert isinstance(about, dict)
    parts = get_args(field.annotation)
    is_text = str in (field.annotation, *parts)
    return Column(
        name=name,
        title=field.title or name,
        description=field.description or "",
        unit=str(about.get("unit") or (TEXT if is_text else NUMBER)),
        may_be_empty=type(None) in parts or is_text,
        is_about_camera=bool(about.get("camera")),
    )


# Columns that several tables have.
PARTICIPANT = column(
    _("Number"), _("The student's number in this session, in the order of joining. The same in every table.")
)
QUESTION = column(_("Question"), _("The question's number in this session."))
MINUTE = column(_("Minute"), _("When the minute begins."), TIME)
COVERAGE = column(
    _("Share of class time with data"),
    _("Students' time with data, as a share of the class time for which it is known."),
    SHARE,
    camera=True,
)
LOW = column(_("Likely from"), _("Lower end of the likely range of the average."), SHARE, camera=True)
HIGH = column(_("Likely to"), _("Upper end of the likely range of the average."), SHARE, camera=True)
AVERAGE_NOTE = column(
    _("About the average"), _("How exact the average is, or why there is none."), WORDS, camera=True
)
WITH_DATA = column(
    _("Students with data"), _("The most students with data at a time."), STUDENTS, camera=True
)
COUNTED = column(
    _("Students counted"), _("The most students in the class average at a time."), STUDENTS, camera=True
)
OWN_AVERAGE = column(
    _("Own average"), _("Observed engagement of a student who shares it."), SHARE, camera=True
)
USUAL = column(_("Usual"), _("The median of the student's own first two minutes."), SHARE, camera=True)
FORMULA = column(
    _("Formula"), _("Version of the engagement formula that made the average."), VERSION, camera=True
)


def expression(title: str) -> Any:
    return column(title, _("Share of this expression among those observed."), SHARE, camera=True)
