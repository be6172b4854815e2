"""What pages say of a file, and how it is handed out."""

from datetime import datetime

from django.http import HttpResponse
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.translation import gettext as _

from dashboards.report.csv_format import CHOICES

from .formats import FORMATS, file_name
from .forms import PAPERS
from .models import Export, ExportFile

CHOSEN = {name: dict(choices) for name, choices in (("paper", PAPERS), ("separator", CHOICES))}


def title(export: Export) -> str:
    """The format and what was chosen with it, such as "PDF, A4"."""
    chosen = [names.get(export.options.get(option, "")) for option, names in CHOSEN.items()]
    parts = [export.get_format_display(), export.options.get("file"), *chosen]
    return ", ".join(str(part) for part in parts if part)


def attachment(content: bytes, content_type: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def file_response(export: Export, now: datetime) -> HttpResponse | None:
    """The file as a download; None where there is none, any more or yet."""
    if export.state == Export.State.DONE and not export.may_be_shown:
        # The mode of the session ended a moment ago; the periodic task has not been here.
        Export.objects.filter(pk=export.pk).outdate()
        export.refresh_from_db()
    file = ExportFile.objects.filter(export=export.pk, export__expires_at__gt=now).first()
    if file is None:
        return None
    day = timezone.localdate(export.requested_at)
    name = file_name(export.subject, export.format, export.options, day)
    return attachment(bytes(file.content), FORMATS[Export.Format(export.format)].content_type, name)


def note(export: Export, now: datetime, *, why_waiting: str = "") -> str:
    """Say in a line what became of it. `{time}` stands for the moment at which it is deleted."""
    match export.state:
        case Export.State.DONE if export.has_file(now):
            size = filesizeformat(export.file.size)
            return _("%(size)s, until %(time)s") % {"size": size, "time": "{time}"}
        case Export.State.FAILED:
            return str(Export.Problem(export.problem).label)
        case Export.State.WAITING if why_waiting:
            return why_waiting
        case Export.State.OUTDATED:
            return _("Deleted, because the data of this session has changed. You can make a new one.")
    return str(Export.State(export.state).label)
