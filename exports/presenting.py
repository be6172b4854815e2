"""What pages say of a file: its name, its size, and what became of it."""

from datetime import datetime
from typing import NamedTuple

from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from dashboards.report import file_names

from .models import Export
from .pdf import Paper

# Where paper is not A4, as CLDR has it.
PAPERS_OF_REGIONS = dict.fromkeys(
    ["BZ", "CA", "CL", "CO", "CR", "GT", "MX", "NI", "PA", "PH", "PR", "SV", "US", "VE"], Paper.LETTER
)


XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class File(NamedTuple):
    ending: str
    content_type: str


FILES = {
    Export.Format.PDF: File("pdf", "application/pdf"),
    Export.Format.HTML: File("html", "text/html; charset=utf-8"),
    Export.Format.TERM: File("xlsx", XLSX),
}


def file_kind(export: Export) -> File:
    return FILES[Export.Format(export.format)]


def file_name(export: Export) -> str:
    if export.session:
        name = file_names.file_name(export.session)
    else:
        day = timezone.localdate(export.requested_at)
        name = f"{slugify(str(export.course)) or 'course'}-{day:%Y-%m-%d}"
    return f"{name}.{file_kind(export).ending}"


def note(export: Export, now: datetime, *, why_waiting: str = "") -> str:
    """Say in a line what became of it. `{time}` stands for the moment at which it is deleted."""
    match export.state:
        case Export.State.DONE if export.expires_at and export.expires_at > now:
            size = filesizeformat(export.file.size)
            return _("%(size)s, until %(time)s") % {"size": size, "time": "{time}"}
        case Export.State.FAILED:
            return str(Export.Problem(export.problem).label)
        case Export.State.WAITING if why_waiting:
            return why_waiting
        case Export.State.OUTDATED:
            return _("Deleted, because the data of this session has changed. You can make a new one.")
    return str(Export.State(export.state).label)
