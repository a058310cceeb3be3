"""A candidate in its page into a document that works with a keyboard, a screen reader, and
without JavaScript."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from typing import Final

from hrdgraph.catalogue import LANGUAGES, Vocabulary
from hrdgraph.extract.candidates import Argument, Candidate
from hrdgraph.extract.page_marks import (
    DECIDED,
    NOW,
    WAITING,
    WORD,
    MarkedPiece,
    marked_lines,
    marked_places,
)
from hrdgraph.extract.review import CandidateReview
from hrdgraph.extract.sentences import sentence_of

_STYLE: Final = """
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif }
:root { background: Canvas; color: CanvasText }
body { margin: 0 auto; max-width: 90rem; padding: 1rem } nav a { margin-right: 1rem }
main { display: grid; gap: 1.5rem }
main { grid-template-columns: repeat(auto-fit, minmax(min(24rem, 100%), 1fr)) }
.proposal { align-self: start; position: sticky; top: 1rem; max-height: 96vh; overflow: auto }
.text { border: 1px solid GrayText; border-radius: .5rem; padding: 0 1rem }
.text { overflow-wrap: anywhere }
h1, h2 { font-size: 1.2rem } .says { font-size: 1.15rem; font-weight: 600 }
mark { background: Mark; color: MarkText } mark.now { outline: 3px solid Highlight }
mark.word { text-decoration: underline 2px; font-weight: 600 }
a.waiting { color: inherit; text-decoration: underline dotted }
.decided { text-decoration: underline double } :target { scroll-margin-top: 30vh }
label { display: block; font-weight: 600; margin-top: .4rem } small { font-weight: normal }
input { box-sizing: border-box; font: inherit; padding: .3rem; width: 100% }
button { border: 1px solid; border-radius: .4rem; cursor: pointer; font: inherit }
button { margin: .5rem .5rem 0 0; padding: .4rem .9rem }
:focus-visible { outline: 3px solid Highlight; outline-offset: 2px }
.notice { border-left: .3rem solid; padding-left: .8rem }
"""
_SCRIPT: Final = """
addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.target.matches("input")) return;
  if (event.key === "m") {
    document.querySelector("[data-cell]")?.focus();
    event.preventDefault();
    return;
  }
  document.querySelector(`[data-key="${CSS.escape(event.key)}"]`)?.click();
});
"""


def _digest(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


STYLE_DIGEST: Final = _digest(_STYLE)
SCRIPT_DIGEST: Final = _digest(_SCRIPT)


@dataclass(frozen=True)
class CandidateView:
    """What a page shows: a review, the candidate that is asked about or None, and a notice."""

    review: CandidateReview
    now: Candidate | None
    notice: str = ""


def review_page(view: CandidateView, language: str, token: str) -> str:
    """The whole document in a language. `token` goes back with every form."""
    return "\n".join(_document(view, Vocabulary("candidate", language), language, token)) + "\n"


def _document(view: CandidateView, words: Vocabulary, language: str, token: str) -> Iterator[str]:
    yield f'<!doctype html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<title>{escape(words['title'])}</title>\n<style>{_STYLE}</style>"
    yield f'<script type="module">{_SCRIPT}</script>\n</head>\n<body>'
    links = "".join(_language(tag, language) for tag in LANGUAGES)
    yield f'<nav aria-label="en, fr, es">{links}</nav>'
    yield "<main>"
    yield '<section class="proposal" aria-labelledby="title">'
    yield f'<h1 id="title">{escape(words["title"])}</h1>'
    if view.notice:
        yield f'<p class="notice" role="status" dir="auto">{escape(view.notice)}</p>'
    yield from _proposal(view, words, language, token)
    yield from _undo(words, language, token)
    yield f"<p><small>{escape(words['keys'])}</small></p>"
    yield f"<p><small>{escape(words['stay'])}</small></p></section>"
    yield from _text(view, words, language)
    yield "</main>\n</body>\n</html>"


def _language(tag: str, language: str) -> str:
    current = ' aria-current="true"' if tag == language else ""
    return f'<a href="?lang={tag}" hreflang="{tag}" lang="{tag}"{current}>{tag}</a>'


def _proposal(view: CandidateView, words: Vocabulary, language: str, token: str) -> Iterator[str]:
    item, review = view.now, view.review
    if item is None:
        counts = review.counts()
        said = words["done"].format(counts["accepted"], counts["refused"], counts["unsure"])
        yield f"<p>{escape(said)} {escape(words['rebuild'])}</p>"
        return
    yield f"<p>{escape(words['left'].format(len(review.waiting())))}</p>"
    yield f'<p class="says" dir="auto">{escape(sentence_of(item, language))}</p>'
    if item.competing:
        yield f"<p>{escape(words['competing'])}</p>"
    standing = review.standing(item.rule)
    share = f"{standing.share:.0%}" if standing.judged else "–"
    rule = words["rule"].format(item.rule or item.proposer, standing.judged, share)
    yield f"<p><small>{escape(rule)}</small></p>"
    yield f'<form method="post" action="decide?lang={language}">{_hidden("token", token)}'
    yield _hidden("key", item.key)
    yield from _buttons(view, item, words)
    yield from _cells(item, words)
    yield f'<button name="decision" value="mend">{escape(words["mend"])}</button>'
    yield f'<label for="who">{escape(words["who"])}</label>'
    yield (
        f'<input id="who" name="who" maxlength="200" autocomplete="name" '
        f'value="{escape(review.who, quote=True)}"></form>'
    )


def _buttons(view: CandidateView, item: Candidate, words: Vocabulary) -> Iterator[str]:
    """The first is what Enter in a cell presses: mended, since a cell was typed in."""
    yield f'<button name="decision" value="mend" hidden>{escape(words["mend"])}</button>'
    yield f"<fieldset><legend>{escape(words['decision'])}</legend>"
    for value, key in (("accept", "a"), ("refuse", "r"), ("unsure", "u")):
        yield _button(value, key, words[value])
    if view.review.standing(item.rule).is_enough:
        count = sum(other.rule == item.rule for other in view.review.waiting())
        yield _button("bulk", "b", words["bulk"].format(count))
    yield "</fieldset>"


def _button(value: str, key: str, label: str) -> str:
    return (
        f'<button name="decision" value="{value}" accesskey="{key}" '
        f'data-key="{key}">{escape(label)}</button>'
    )


def _cells(item: Candidate, words: Vocabulary) -> Iterator[str]:
    yield f"<fieldset><legend>{escape(words['cells'])}</legend>"
    for number, (name, cell) in enumerate(item.row.items()):
        yield (
            f'<label for="c{number}">{escape(name)}'
            f"{_inferred(item.arguments.get(name), words)}</label>"
        )
        yield (
            f'<input id="c{number}" name="cell-{escape(name, quote=True)}" data-cell dir="auto" '
            f'maxlength="2000" value="{escape(cell, quote=True)}">'
        )
    yield "</fieldset>"


def _inferred(argument: Argument | None, words: Vocabulary) -> str:
    if argument is None or not argument.is_inferred:
        return ""
    basis = f" (<bdi>{escape(argument.basis)}</bdi>)" if argument.basis else ""
    return f" <small>? {escape(words['concluded'])}{basis}</small>"


def _undo(words: Vocabulary, language: str, token: str) -> Iterator[str]:
    yield f'<form method="post" action="undo?lang={language}">{_hidden("token", token)}'
    yield f'<button accesskey="z" data-key="z">{escape(words["undo"])}</button></form>'


def _text(view: CandidateView, words: Vocabulary, language: str) -> Iterator[str]:
    """The whole page, its marked words in their place; those that wait lead to their candidate."""
    review = view.review
    places = marked_places(view.now, review.waiting(), review.candidates, dict(review.verdicts()))
    spoken = escape(review.spoken, quote=True)
    yield '<section class="text" aria-labelledby="text">'
    yield f'<h2 id="text">{escape(words["page"])}</h2>'
    first = True
    for line in marked_lines(review.text, places):
        is_now = first and any(NOW in piece.marks for piece in line)
        first = first and not is_now
        anchor = ' id="now"' if is_now else ""
        inside = "".join(_piece(piece, language) for piece in line)
        yield f'<p dir="auto" lang="{spoken}"{anchor}>{inside}</p>'
    yield "</section>"


def _piece(piece: MarkedPiece, language: str) -> str:
    text = escape(piece.text)
    if NOW in piece.marks or WORD in piece.marks:
        classes = " ".join(mark for mark in (NOW, WORD) if mark in piece.marks)
        return f'<mark class="{classes}">{text}</mark>'
    if WAITING in piece.marks and piece.text.strip():
        address = escape(f"?lang={language}&at={piece.key}#now", quote=True)
        return f'<a class="waiting" href="{address}">{text}</a>'
    return f'<span class="decided">{text}</span>' if DECIDED in piece.marks else text


def _hidden(name: str, value: str) -> str:
    return f'<input type="hidden" name="{name}" value="{escape(value, quote=True)}">'
