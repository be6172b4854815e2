"""A client of the site's pages: it keeps cookies and submits forms, as a browser does."""

import ssl
import urllib.request
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.cookiejar import CookieJar
from urllib.parse import urlencode, urljoin, urlsplit

TIMEOUT = 30.0  # seconds


@dataclass
class Form:
    action: str
    # What a browser would send without any input of its user.
    defaults: dict[str, str] = field(default_factory=dict)
    # Every field and button that has a name.
    names: set[str] = field(default_factory=set)


class _FormParser(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._is_inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        if tag == "form":
            self.forms.append(Form(attributes.get("action") or ""))
            self._is_inside = True
        elif self._is_inside and tag in ("input", "button", "select") and (name := attributes.get("name")):
            self._add_field(name, tag, attributes)

    def _add_field(self, name: str, tag: str, attributes: dict[str, str | None]) -> None:
        form = self.forms[-1]
        form.names.add(name)
        is_sent = attributes.get("type") not in ("checkbox", "radio", "submit") or "checked" in attributes
        if tag == "input" and is_sent:
            form.defaults[name] = attributes.get("value") or ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._is_inside = False


@dataclass
class Page:
    url: str
    html: str

    def form_with(self, name: str) -> Form:
        """The form that has a field or button of this name."""
        parser = _FormParser()
        parser.feed(self.html)
        for form in parser.forms:
            if name in form.names:
                return form
        raise LookupError(f"{self.url} has no form with {name!r}")


class WebClient:
    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.tls = tls
        self._cookies = CookieJar()
        handlers: list[urllib.request.BaseHandler] = [urllib.request.HTTPCookieProcessor(self._cookies)]
        if tls:
            handlers.append(urllib.request.HTTPSHandler(context=tls))
        self._opener = urllib.request.build_opener(*handlers)

    def get(self, url: str) -> Page:
        return self._open(urllib.request.Request(url))

    def submit(self, page: Page, form: Form, **filled: str) -> Page:
        body = urlencode(form.defaults | filled).encode()
        headers = {"Referer": page.url, "Origin": _origin(page.url)}
        return self._open(urllib.request.Request(urljoin(page.url, form.action), body, headers))

    def post(self, url: str, **fields: object) -> Page:
        """A POST as a page's own script makes it, with the CSRF token from the cookie."""
        headers = {"Referer": url, "Origin": _origin(url), "Accept": "application/json"}
        headers["X-CSRFToken"] = self.cookies["csrftoken"]
        return self._open(urllib.request.Request(url, urlencode(fields, doseq=True).encode(), headers))

    def _open(self, request: urllib.request.Request) -> Page:
        with self._opener.open(request, timeout=TIMEOUT) as response:
            return Page(response.url, response.read().decode())

    @property
    def cookies(self) -> dict[str, str]:
        return {cookie.name: cookie.value or "" for cookie in self._cookies}

    @property
    def cookie_header(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
