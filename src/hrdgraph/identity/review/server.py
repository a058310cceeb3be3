"""A review into a server for one reviewer on this machine: it listens on 127.0.0.1 only, and
answers only who knows its secret."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, HTTPServer, ThreadingHTTPServer
from threading import Lock
from typing import Final
from urllib.parse import parse_qs, urlsplit

from hrdgraph.catalogue import LANGUAGES, Vocabulary
from hrdgraph.errors import HrdgraphError
from hrdgraph.identity.ledger import Verdict
from hrdgraph.identity.review.page import STYLE_DIGEST, ReviewView, page
from hrdgraph.identity.review.record_lines import RecordLine, side_of
from hrdgraph.identity.review.session import Session

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
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{STYLE_DIGEST}'; form-action 'self'; base-uri "
        f"'none'; frame-ancestors 'none'"
    ),
}


@dataclass
class Reviewing:
    """What the server needs: the session, what the sources say of a thing in a language, the
    language, the secret, and what the next page tells."""

    session: Session
    facts_of: Callable[[str, str], Sequence[RecordLine]]
    language: str
    token: str
    notice: str = ""
    why: str = ""
    lock: Lock = field(default_factory=Lock)  # one request at a time: the session is one reviewer's

    def view(self, language: str) -> ReviewView:
        """What is to be shown now. A notice is shown once."""
        words, pair = Vocabulary("review", language), self.session.next()
        records = (pair.left, pair.right) if pair else ()
        sides = tuple(
            side_of(record, self.facts_of(record.iri, language), words) for record in records
        )
        notice, why, self.notice, self.why = self.notice, self.why, "", ""
        return ReviewView(pair, sides, self.session.left(), notice, self.session.who, why)

    def judge(self, form: Mapping[str, str], language: str) -> None:
        """Do what the form says; what comes of it is the next notice."""
        words, decision, why = (
            Vocabulary("review", language),
            form.get("decision", ""),
            form.get("why", ""),
        )
        pair = self.session.find(form.get("left", ""), form.get("right", ""))
        self.session.who = form.get("who", "").strip() or self.session.who
        if pair is None:
            return
        if decision == "skip":
            self.session.skip(pair)
            self.notice = words["skipped"]
        elif not why.strip():
            self.notice = words["why-needed"]
        elif decision in list(Verdict):
            self._written(pair.key, decision, why, language)

    def _written(self, key: tuple[str, str], decision: str, why: str, language: str) -> None:
        pair, words = self.session.find(*key), Vocabulary("review", language)
        assert pair is not None
        try:
            done = self.session.judge(pair, Verdict(decision), why)
        except HrdgraphError as error:
            self.notice, self.why = words["refused"] + words[":"] + error.text(language), why
            return
        self.notice = words["written"].format(
            "; ".join(row.told(language) for row in done.rows) or words[decision]
        )

    def undo(self, language: str) -> None:
        """Take back the last decision of the session."""
        words = Vocabulary("review", language)
        try:
            self.notice = (
                words["taken-back"]
                if self.session.undo(words["taken-back-why"])
                else words["nothing-back"]
            )
        except HrdgraphError as error:
            self.notice = words["refused"] + words[":"] + error.text(language)


def server_of(reviewing: Reviewing, port: int = 0) -> HTTPServer:
    """A server on this port of 127.0.0.1, or on any free one; `serve_forever` runs it. OSError
    where the port is taken."""
    handler = type("Handler", (_RequestHandler,), {"reviewing": reviewing})
    # browsers open connections ahead, and would keep all others waiting
    return ThreadingHTTPServer((HOST, port), handler)


def new_token() -> str:
    """A secret for the address: whoever does not know it sees nothing."""
    return secrets.token_urlsafe(24)


def address_of(server: HTTPServer, token: str) -> str:
    """What the reviewer opens."""
    return f"http://{HOST}:{server.server_address[1]}/{token}/"


class _RequestHandler(BaseHTTPRequestHandler):
    """Answers the three addresses below the secret. Anything else, and any other host or origin,
    is refused without a word."""

    reviewing: Reviewing
    timeout = _SECONDS
    server_version = "review"
    sys_version = ""

    def do_GET(self) -> None:
        """The page of the pair that is next."""
        if not self._is_allowed() or self._path() != "":
            self._answer(HTTPStatus.NOT_FOUND, "")
            return
        language = self._language()
        with self.reviewing.lock:
            text = page(self.reviewing.view(language), language, self.reviewing.token)
        self._answer(HTTPStatus.OK, text)

    def do_POST(self) -> None:
        """A decision, or its withdrawal; the browser is then sent to the next page, so that
        loading it again judges nothing twice."""
        form, what, language = self._form(), self._path(), self._language()
        known = secrets.compare_digest(
            form.get("token", "").encode(), self.reviewing.token.encode()
        )
        if not self._is_allowed() or not known or what not in ("judge", "undo"):
            self._answer(HTTPStatus.NOT_FOUND, "")
            return
        with self.reviewing.lock:
            if what == "judge":
                self.reviewing.judge(form, language)
            else:
                self.reviewing.undo(language)
        self._answer(HTTPStatus.SEE_OTHER, "", location=f"./?lang={language}")

    def _is_allowed(self) -> bool:
        """Whether the request names this server as its host (another name could be led here by a
        stranger's page) and origin."""
        hosts = [f"{name}:{self.server.server_address[1]}" for name in (HOST, "localhost")]  # type: ignore[index]
        origin = self.headers.get("Origin")
        is_ours = self.headers.get("Host") in hosts and (
            origin is None or origin.removeprefix("http://") in hosts
        )
        beginning = urlsplit(self.path).path.strip("/").partition("/")[0]
        return is_ours and secrets.compare_digest(beginning.encode(), self.reviewing.token.encode())

    def _path(self) -> str:
        return urlsplit(self.path).path.strip("/").partition("/")[2]

    def _language(self) -> str:
        asked = parse_qs(urlsplit(self.path).query).get("lang", [""])[0]
        return asked if asked in LANGUAGES else self.reviewing.language

    def _form(self) -> dict[str, str]:
        length = self.headers.get("Content-Length", "")
        if not length.isdigit() or int(length) > _LARGEST:
            return {}
        text = self.rfile.read(int(length)).decode("utf-8", "replace")
        return {name: values[0] for name, values in parse_qs(text, keep_blank_values=True).items()}

    def _answer(self, status: HTTPStatus, text: str, *, location: str = "") -> None:
        body = text.encode()
        self.send_response(status)
        for name, value in _HEADERS.items():
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
