"""Reviews of pages into a site for one person on this machine: one candidate at a time, in the
page that says it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import Final

from hrdgraph.catalogue import LANGUAGES, Vocabulary
from hrdgraph.errors import HrdgraphError
from hrdgraph.extract.candidates import Candidate
from hrdgraph.extract.review.candidate_review import CandidateReview
from hrdgraph.extract.review.review_page import SCRIPT, STYLE, CandidateView, review_page
from hrdgraph.extract.review.sentences import sentence_of
from hrdgraph.local_pages import content_policy

_CELL: Final = "cell-"


@dataclass
class CandidateSite:
    """The pages under review, one after another, and what the next page tells once."""

    reviews: list[CandidateReview]
    language: str
    token: str
    notice: str = ""
    lock: Lock = field(default_factory=Lock)
    _last: list[CandidateReview] = field(default_factory=list)

    @property
    def languages(self) -> tuple[str, ...]:
        return LANGUAGES

    @property
    def policy(self) -> str:
        return content_policy(STYLE.digest, SCRIPT.digest)

    def shown(self, path: str, asked: Mapping[str, str], language: str) -> str | None:
        """The page of the candidate that is asked for or next; None for any other path."""
        if path:
            return None
        review, item = self._place(asked.get("at", ""))
        notice, self.notice = self.notice, ""
        return review_page(CandidateView(review, item, notice), language, self.token)

    def done(self, path: str, form: Mapping[str, str], language: str) -> str | None:
        """A decision or its withdrawal; the page of the next candidate."""
        if path not in ("decide", "undo"):
            return None
        words = Vocabulary("candidate", language)
        try:
            self.notice = self._decided(form, language) if path == "decide" else self._undone(words)
        except HrdgraphError as error:
            self.notice = words["failed"].format(error.text(language))
        return f"./?lang={language}#now"

    def _place(self, key: str) -> tuple[CandidateReview, Candidate | None]:
        """The review and candidate of a key, else the first that waits."""
        for review in self.reviews:
            if any(item.key == key for item in review.waiting()):
                return review, review.next(key)
        for review in self.reviews:
            if item := review.next():
                return review, item
        return self.reviews[-1], None

    def _decided(self, form: Mapping[str, str], language: str) -> str:
        words, key = Vocabulary("candidate", language), form.get("key", "")
        review, item = self._place(key)
        if item is None or item.key != key:
            return ""  # decided meanwhile, in another window
        review.who = form.get("who", "").strip() or review.who
        if not review.who:
            return words["who-needed"]
        return self._carried_out(review, item, form, language)

    def _carried_out(
        self, review: CandidateReview, item: Candidate, form: Mapping[str, str], language: str
    ) -> str:
        words, sentence = Vocabulary("candidate", language), sentence_of(item, language)
        decision = form.get("decision", "")
        missing = review.missing(item)
        if missing and decision == "accept":
            return words["missing"].format(", ".join(missing))
        if decision == "mend":
            names = (*item.row, *review.missing(item))
            cells = {name: form[_CELL + name].strip() for name in names if _CELL + name in form}
            if not review.mend(item, cells):
                return words["not-mended"] + (
                    " " + words["missing"].format(", ".join(missing)) if missing else ""
                )
            said = words["mended"].format(sentence)
        elif decision == "accept":
            review.accept(item)
            said = words["accepted"].format(sentence)
        elif decision == "refuse":
            review.refuse(item)
            said = words["refused"].format(sentence)
        elif decision == "unsure":
            review.put_off(item)
            said = words["put-off"].format(sentence)
        elif decision == "bulk":
            count = review.accept_rule(item.rule)
            self._last += [review] * max(count - 1, 0)
            said = words["accepted-all"].format(count)
            if not count:
                return said
        else:
            return ""
        self._last.append(review)
        return said

    def _undone(self, words: Vocabulary) -> str:
        """Take back the last decision of the sitting, on whatever page it was."""
        review = self._last.pop() if self._last else None
        is_undone = review is not None and review.undo() is not None
        return words["taken-back" if is_undone else "nothing-back"]
