"""A site into an Atom feed (RFC 4287): what was conferred and what happened last, as far as
nobody contests it."""

from __future__ import annotations

import re
from typing import Final

from markupsafe import escape

from hrdgraph.vocab import HRD
from hrdgraph.web.memo import once
from hrdgraph.web.pages.claims.claim_nodes import DOUBTED, WON, earliest, status
from hrdgraph.web.pages.routing.links import Links
from hrdgraph.web.pages.site import Site
from hrdgraph.web.pages.wording.labels import Labels
from hrdgraph.web.pages.wording.words import words_in

_ENTRIES: Final = 50
_TOLD: Final = ("event", "announcement", "ceremony")
_DAY: Final = re.compile(r"[0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2})?)?")


class Feed:
    """The feed of a site, in any of its languages."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._labels = {tag: Labels(site, words_in(tag)) for tag in site.languages}

    def document(self, language: str, address: str) -> bytes:
        """The feed. `address` is where the site stands and ends in a slash."""
        site, links = self._site, Links(address)
        own = f"{address}{language}/feed.atom"
        updated = _moment(self._latest[0][0]) if self._latest else "1970-01-01T00:00:00Z"
        head = [
            '<?xml version="1.0" encoding="utf-8"?>',
            f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{language}">',
            f"<id>{escape(site.base)}dataset#feed-{language}</id>",
            f"<title>{_text(site.title(language))}</title>",
            f"<subtitle>{_text(words_in(language)('feed'))}</subtitle>",
            f"<updated>{updated}</updated>",
            f"<author><name>{_text(site.title(language))}</name></author>",
            f'<link rel="self" href="{escape(own)}"/>',
            f'<link href="{escape(links.page(language))}"/>',
        ]
        entries = [self._entry(node, day, language, links) for day, node in self._latest]
        return "\n".join([*head, *entries, "</feed>", ""]).encode()

    @once
    def _latest(self) -> list[tuple[str, int]]:
        """The last dated claims, each with its first day."""
        site, said = self._site, self._site.said
        found = [
            (day, node)
            for node in site.claims
            if self._is_told(node)
            and status(said, node) not in DOUBTED
            and _DAY.fullmatch(day := earliest(said, node))
        ]
        order = site.order
        return sorted(found, key=lambda pair: (pair[0], -order[pair[1]]), reverse=True)[:_ENTRIES]

    def _is_told(self, node: int) -> bool:
        """Whether a claim is news: who was a finalist did not win."""
        said, kind = self._site.said, self._site.kinds[node]
        if kind != "conferral":
            return kind in _TOLD
        outcomes = said.objects(node, HRD.outcome)
        return bool({said.iri(o).rpartition("/")[2] for o in outcomes} & {*WON})

    def _entry(self, node: int, day: str, language: str, links: Links) -> str:
        thing, labels = self._site.things[node], self._labels[language]
        about = sorted(self._site.told.about(node))
        terms = "".join(f'<category term="{_text(labels.of(other).text)}"/>' for other in about[:8])
        title, page = _text(labels.of(node).text), _text(links.thing(language, thing.key))
        return (
            f"<entry><id>{_text(thing.iri)}</id><title>{title}</title>"
            f'<updated>{_moment(day)}</updated><link href="{page}"/>'
            f"{terms}<summary>{title} ({day})</summary></entry>"
        )


def _moment(day: str) -> str:
    """The first moment of a day, a month or a year."""
    return f"{day}{'-01' * (2 - day.count('-'))}T00:00:00Z"


def _text(text: str) -> str:
    """A text as XML has it, without what XML forbids."""
    return str(escape(re.sub("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "", text)))
