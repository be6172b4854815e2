"""Somebody who fills in the site's own pages, as a browser would: cookies, forms, CSRF tokens."""

import ssl
import urllib.request
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.cookiejar import CookieJar
from urllib.parse import urlencode, urljoin, urlsplit


@dataclass
class Form:
    action: str
    fields: dict[str, str] = field(default_factory=dict)  # what a browser would send without a further touch
    names: set[str] = field(default_factory=set)  # and everything that could be filled in or pressed


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[Form] = []
        self.inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        if tag == "form":
            self.found.append(Form(attributes.get("action") or ""))
            self.inside = True
        elif self.inside and tag in ("input", "button", "select") and (name := attributes.get("name")):
            self._note(name, tag, attributes)

    def _note(self, name: str, tag: str, attributes: dict[str, str | None]) -> None:
        self.found[-1].names.add(name)
        ticked = attributes.get("type") not in ("checkbox", "radio", "submit") or "checked" in attributes
        if tag == "input" and ticked:
            self.found[-1].fields[name] = attributes.get("value") or ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.inside = False


@dataclass
class Page:
    url: str
    html: str

    def form_with(self, name: str) -> Form:
        """The form that has a field or button of this name."""
        parser = _Forms()
        parser.feed(self.html)
        for form in parser.found:
            if name in form.names:
                return form
        raise LookupError(f"{self.url} has no form with {name!r}")


class Visitor:
    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.jar = CookieJar()
        handlers = [urllib.request.HTTPCookieProcessor(self.jar)]
        if tls:
            handlers.append(urllib.request.HTTPSHandler(context=tls))
        self.opener = urllib.request.build_opener(*handlers)

    def get(self, url: str) -> Page:
        return self._open(urllib.request.Request(url))

    def submit(self, page: Page, form: Form, **filled: str) -> Page:
        body = urlencode(form.fields | filled).encode()
        origin = "{0.scheme}://{0.netloc}".format(urlsplit(page.url))
        headers = {"Referer": page.url, "Origin": origin}
        return self._open(urllib.request.Request(urljoin(page.url, form.action), body, headers))

    def post(self, url: str) -> Page:
        """As a page's own script does, with the CSRF token from the cookie."""
        origin = "{0.scheme}://{0.netloc}".format(urlsplit(url))
        headers = {"Referer": url, "Origin": origin, "X-CSRFToken": self.cookies["csrftoken"]}
        return self._open(urllib.request.Request(url, b"", headers | {"Accept": "application/json"}))

    def _open(self, request: urllib.request.Request) -> Page:
        with self.opener.open(request, timeout=30) as answer:
            return Page(answer.url, answer.read().decode())

    @property
    def cookies(self) -> dict[str, str]:
        return {cookie.name: cookie.value or "" for cookie in self.jar}

    @property
    def cookie_header(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())
