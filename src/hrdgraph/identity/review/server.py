"""A review into pages for one reviewer on this machine."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from threading import Lock

from hrdgraph.catalogue import LANGUAGES, Vocabulary
from hrdgraph.errors import HrdgraphError
from hrdgraph.identity.ledger import Verdict
from hrdgraph.identity.review.page import STYLE, ReviewView, page
from hrdgraph.identity.review.record_lines import RecordLine, side_of
from hrdgraph.identity.review.session import Session
from hrdgraph.local_pages import address_of, content_policy, new_token, server_of

__all__ = ["Reviewing", "address_of", "new_token", "server_of"]


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

    @property
    def languages(self) -> tuple[str, ...]:
        return LANGUAGES

    @property
    def policy(self) -> str:
        return content_policy(STYLE.digest)

    def shown(self, path: str, _asked: Mapping[str, str], language: str) -> str | None:
        """The page of the pair that is next."""
        return None if path else page(self.view(language), language, self.token)

    def done(self, path: str, form: Mapping[str, str], language: str) -> str | None:
        """A decision, or its withdrawal; the next page."""
        if path == "judge":
            self.judge(form, language)
        elif path == "undo":
            self.undo(language)
        else:
            return None
        return f"./?lang={language}"

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
        words = Vocabulary("review", language)
        decision, why = form.get("decision", ""), form.get("why", "")
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
