"""What a teacher shows to let students join: the code, the link and its QR code."""

from dataclasses import dataclass
from urllib.parse import urlsplit

import segno
from django.conf import settings
from django.urls import reverse

from .codes import grouped
from .models import ClassSession

LOCAL_HOSTS = {"localhost", "127.0.0.1", "::1"}


@dataclass(frozen=True)
class Invitation:
    code: str
    # What to type into a browser, without https://.
    address: str
    link: str
    # A data: URI, because the content security policy allows no inline style.
    qr: str
    # Whether the link works on this computer only.
    only_this_machine: bool
    # Whether browsers refuse the camera: they allow it on https pages and on localhost.
    no_camera: bool


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
        only_this_machine=site.hostname in LOCAL_HOSTS,
        no_camera=site.scheme != "https" and site.hostname not in LOCAL_HOSTS,
    )
