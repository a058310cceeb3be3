"""A pair into a page that works without JavaScript, with a keyboard and with a screen reader."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from typing import Final

from hrdgraph.catalogue import LANGUAGES, Vocabulary
from hrdgraph.identity.review.record_lines import Side
from hrdgraph.identity.review.session import ReviewPair

_STYLE: Final = """
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; background: Canvas; color: CanvasText }
body { margin: 0 auto; max-width: 72rem; padding: 1rem }
.pair { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(min(20rem, 100%), 1fr)) }
section.side { border: 1px solid GrayText; border-radius: .5rem; padding: 0 1rem; overflow-wrap: anywhere }
h2 { font-size: 1.3rem } dt { font-weight: 600 } dd { margin: 0 0 .4rem 1rem } .place { font-size: .85rem; display: block }
form { margin: 1rem 0 } label { display: block; font-weight: 600 }
input, textarea { box-sizing: border-box; font: inherit; padding: .4rem; width: 100% }
button, .button { border: 1px solid; border-radius: .4rem; cursor: pointer; font: inherit; margin: .5rem .5rem 0 0; padding: .5rem 1rem }
:focus-visible { outline: 3px solid Highlight; outline-offset: 2px }
.notice { border-left: .3rem solid; padding-left: .8rem; white-space: pre-wrap } nav a { margin-right: 1rem }
"""
STYLE_DIGEST: Final = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_NO_FACTS = 40  # facts shown of one side; a record of a country may have thousands


@dataclass(frozen=True)
class ReviewView:
    """What a page shows: the pair or None, its two sides (or none), how many are left, a notice,
    and who the reviewer is."""

    pair: ReviewPair | None
    sides: tuple[Side, ...]
    left: int
    notice: str
    who: str
    why: str = ""


def page(view: ReviewView, language: str, token: str) -> str:
    """The whole document in a language. `token` goes back with every form."""
    words = Vocabulary("review", language)
    return "\n".join(_document(view, words, language, token)) + "\n"


def _document(view: ReviewView, words: Vocabulary, language: str, token: str) -> Iterator[str]:
    yield f'<!doctype html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<title>{escape(words['title'])}</title>\n<style>{_STYLE}</style>\n</head>\n<body>"
    yield (
        f'<nav aria-label="en, fr, '
        f'es">{"".join(_language(tag, language) for tag in LANGUAGES)}</nav>'
    )
    yield f"<main>\n<h1>{escape(words['title'])}</h1>"
    if view.notice:
        yield f'<p class="notice" role="status">{escape(view.notice)}</p>'
    if view.pair and view.sides:
        yield from _pair(view, view.pair, view.sides, words)
        yield from _form(view, view.pair, words, language, token)
    else:
        yield f"<p>{escape(words['done'])} {escape(words['rebuild'])}</p>"
    yield from _undo(words, language, token)
    yield f"<p><small>{escape(words['stay'])}</small></p>\n</main>\n</body>\n</html>"


def _language(tag: str, language: str) -> str:
    current = ' aria-current="true"' if tag == language else ""
    return f'<a href="?lang={tag}" hreflang="{tag}" lang="{tag}"{current}>{tag}</a>'


def _pair(
    view: ReviewView, pair: ReviewPair, sides: tuple[Side, ...], words: Vocabulary
) -> Iterator[str]:
    why = pair.comparison.why(words.language)
    score = f"{escape(words['score'] + words[':'])}<strong>{pair.comparison.score:.2f}</strong>"
    yield f"<p>{escape(words['left'].format(view.left))}. {score}.</p>"
    yield f'<p dir="auto">{escape(words["because"] + words[":"] + why)}</p>\n<div class="pair">'
    for number, side in enumerate(sides):
        yield from _side(side, words, number)
    yield "</div>"


def _side(side: Side, words: Vocabulary, number: int) -> Iterator[str]:
    yield f'<section class="side" aria-labelledby="side{number}">'
    yield (
        f'<h2 id="side{number}"><bdi>{escape(side.name)}</bdi> '
        f"<small>({escape(side.kind)})</small></h2>"
    )
    yield f"<p><code>{escape(side.iri)}</code></p>\n<dl>"
    for label, values in side.values:
        yield f"<dt>{escape(label)}</dt>" + "".join(
            f'<dd dir="auto">{_linked(value)}</dd>' for value in values
        )
    yield "</dl>"
    if side.facts:
        yield f"<h3>{escape(words['facts'])}</h3>\n<ul>"
        yield from (
            f'<li dir="auto">{escape(fact.text)}{"".join(map(_place, fact.places))}</li>'
            for fact in side.facts[:_NO_FACTS]
        )
        yield "</ul>" + (
            f"<p>… +{len(side.facts) - _NO_FACTS}</p>" if len(side.facts) > _NO_FACTS else ""
        )
    yield "</section>"


def _place(place: str) -> str:
    return f'<span class="place">{_linked(place)}</span>'


def _linked(text: str) -> str:
    """An address as a link that tells the other side nothing; other text as it is."""
    if text.startswith(("https://", "http://")) and " " not in text:
        return (
            f'<a href="{escape(text, quote=True)}" rel="noreferrer noopener" '
            f'target="_blank">{escape(text)}</a>'
        )
    return f"<bdi>{escape(text)}</bdi>"


def _form(
    view: ReviewView, pair: ReviewPair, words: Vocabulary, language: str, token: str
) -> Iterator[str]:
    yield f'<form method="post" action="judge?lang={language}">\n{_hidden("token", token)}'
    yield _hidden("left", pair.left.iri) + _hidden("right", pair.right.iri)
    yield f'<label for="why">{escape(words["why"])}</label>'
    yield (
        f'<textarea id="why" name="why" rows="2" maxlength="2000" dir="auto" '
        f'aria-describedby="hint">{escape(view.why)}</textarea>'
    )
    yield f'<p id="hint"><small>{escape(words["why-needed"])}</small></p>'
    yield f'<label for="who">{escape(words["who"])}</label>'
    yield (
        f'<input id="who" name="who" required maxlength="200" autocomplete="name" '
        f'value="{escape(view.who, quote=True)}">'
    )
    yield f"<fieldset><legend>{escape(words['decision'])}</legend>"
    for value, key in (("same", "s"), ("not-same", "n"), ("unsure", "u"), ("skip", "k")):
        yield (
            f'<button name="decision" value="{value}" '
            f'accesskey="{key}">{escape(words[value])}</button>'
        )
    yield "</fieldset>\n</form>"
    yield (
        "<ul>"
        + "".join(
            f"<li>{escape(words[code])}</li>"
            for code in ("about-same", "about-not", "about-unsure")
        )
        + "</ul>"
    )


def _undo(words: Vocabulary, language: str, token: str) -> Iterator[str]:
    yield f'<form method="post" action="undo?lang={language}">{_hidden("token", token)}'
    yield f'<button accesskey="b">{escape(words["undo"])}</button></form>'


def _hidden(name: str, value: str) -> str:
    return f'<input type="hidden" name="{name}" value="{escape(value, quote=True)}">'
