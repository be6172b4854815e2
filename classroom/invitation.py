"""How students get in: the code, the link and its picture."""

from dataclasses import dataclass
from urllib.parse import urlsplit

import segno
from django.conf import settings
from django.urls import reverse

from .codes import grouped
from .models import ClassSession

THIS_MACHINE = {"localhost", "127.0.0.1", "::1"}


@dataclass(frozen=True)
class Invitation:
    code: str
    address: str  # what to type into a browser, without https://
    link: str
    qr: str  # a data: URI: the content security policy allows no inline style
    only_this_machine: bool  # nobody else can open the link at all
    no_camera: bool  # browsers give the camera to https pages and to localhost, to nobody else


def invitation(session: ClassSession) -> Invitation:
    site = urlsplit(settings.PUBLIC_URL)
    link = session.join_url()
    return Invitation(
        code=grouped(session.join_code),
        address=f"{site.netloc}{reverse('join')}".rstrip("/"),
        link=link,
        qr=segno.make(link, error="m", micro=False).svg_data_uri(
            scale=8, border=4, dark="#000", light="#fff"
        ),
        only_this_machine=site.hostname in THIS_MACHINE,
        no_camera=site.scheme != "https" and site.hostname not in THIS_MACHINE,
    )
