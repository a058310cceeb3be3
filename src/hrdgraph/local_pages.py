"""Pages for one person on this machine: a server on 127.0.0.1 that answers only who knows its
secret, by its own name, from its own pages."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, HTTPServer, ThreadingHTTPServer
from threading import Lock
from typing import Final, Protocol
from urllib.parse import parse_qs, urlsplit

HOST: Final = "127.0.0.1"
_LARGEST: Final = 20_000  # bytes of a form
_SECONDS: Final = 10  # that a request may take to arrive
_HEADERS: Final = {
    "Content-Type": "text/html; charset=utf-8",
    "Cache-Control": "no-store",
    # with no-referrer, browsers send the origin null, and it could not be checked
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class LocalSite(Protocol):
    """What is shown and done. `policy` says by digests which style and script a page may have;
    of requests one at a time is answered, under `lock`."""

    token: str
    language: str
    lock: Lock

    @property
    def languages(self) -> tuple[str, ...]:
        """Those in which pages can be asked for."""

    @property
    def policy(self) -> str:
        """What a page may load, for Content-Security-Policy."""

    def shown(self, path: str, asked: Mapping[str, str], language: str, /) -> str | None:
        """The page at a path below the secret; None where there is none."""

    def done(self, path: str, form: Mapping[str, str], language: str) -> str | None:
        """Do what a form says; where to go on from, or None for a path that takes no form."""


def content_policy(style_digest: str, script_digest: str = "") -> str:
    """A policy that allows one style, and one script or none, and nothing from outside."""
    script = f"script-src '{script_digest}'; " if script_digest else ""
    return (
        f"default-src 'none'; style-src '{style_digest}'; {script}form-action 'self'; "
        f"base-uri 'none'; frame-ancestors 'none'"
    )


def server_of(site: LocalSite, port: int = 0) -> HTTPServer:
    """A server on this port of 127.0.0.1, or on any free one; `serve_forever` runs it. OSError
    where the port is taken."""
    handler = type("Handler", (_RequestHandler,), {"site": site})
    # browsers open connections ahead, and would keep all others waiting
    return ThreadingHTTPServer((HOST, port), handler)


def new_token() -> str:
    """A secret for the address: whoever does not know it sees nothing."""
    return secrets.token_urlsafe(24)


def address_of(server: HTTPServer, token: str) -> str:
    """What the person opens."""
    return f"http://{HOST}:{server.server_address[1]}/{token}/"


class _RequestHandler(BaseHTTPRequestHandler):
    """Answers addresses below the secret. Anything else, and any other host or origin, is refused
    without a word."""

    site: LocalSite
    timeout = _SECONDS
    server_version = "review"
    sys_version = ""

    def do_GET(self) -> None:
        """A page."""
        text = None
        if self._is_allowed():
            with self.site.lock:
                text = self.site.shown(self._path(), self._asked(), self._language())
        self._answer(HTTPStatus.NOT_FOUND if text is None else HTTPStatus.OK, text or "")

    def do_POST(self) -> None:
        """A form; the browser is then sent to a page, so that loading it again does nothing
        twice."""
        form = self._form()
        known = secrets.compare_digest(form.get("token", "").encode(), self.site.token.encode())
        location = None
        if self._is_allowed() and known:
            with self.site.lock:
                location = self.site.done(self._path(), form, self._language())
        if location is None:
            self._answer(HTTPStatus.NOT_FOUND, "")
        else:
            self._answer(HTTPStatus.SEE_OTHER, "", location=location)

    def _is_allowed(self) -> bool:
        """Whether the request names this server as its host (another name could be led here by a
        stranger's page) and origin."""
        hosts = [f"{name}:{self.server.server_address[1]}" for name in (HOST, "localhost")]  # type: ignore[index]
        origin = self.headers.get("Origin")
        is_ours = self.headers.get("Host") in hosts and (
            origin is None or origin.removeprefix("http://") in hosts
        )
        beginning = urlsplit(self.path).path.strip("/").partition("/")[0]
        return is_ours and secrets.compare_digest(beginning.encode(), self.site.token.encode())

    def _path(self) -> str:
        return urlsplit(self.path).path.strip("/").partition("/")[2]

    def _asked(self) -> dict[str, str]:
        return {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}

    def _language(self) -> str:
        asked = self._asked().get("lang", "")
        return asked if asked in self.site.languages else self.site.language

    def _form(self) -> dict[str, str]:
        length = self.headers.get("Content-Length", "")
        if not length.isdigit() or int(length) > _LARGEST:
            return {}
        text = self.rfile.read(int(length)).decode("utf-8", "replace")
        return {name: values[0] for name, values in parse_qs(text, keep_blank_values=True).items()}

    def _answer(self, status: HTTPStatus, text: str, *, location: str = "") -> None:
        body = text.encode()
        self.send_response(status)
        policy = {"Content-Security-Policy": self.site.policy}
        for name, value in (_HEADERS | policy).items():
            self.send_header(name, value)
        self.send_header("Content-Length", f"{len(body)}")
        if location:
            self.send_header("Location", location)
        if self.command == "POST":
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: object) -> None:
        """Nothing: a log would hold the secret."""
