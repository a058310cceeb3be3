"""Claims into the places where a site of files tells them: on the page of the person or thing
that they are about, which saves a page and a data file in each language for each of them."""

from __future__ import annotations

from typing import Final

from hrdgraph.web.pages.claims.claim_nodes import is_claim
from hrdgraph.web.pages.claims.claim_view import anchor_of
from hrdgraph.web.pages.site import Site

# whose pages tell claims one by one, the best home first
_HOMES: Final = ("person", "organisation", "edition")
_OWN: Final = ("event", "act")  # these have pages of their own: others are told on them


def claim_homes(site: Site) -> dict[str, str]:
    """The key of a page and a place on it, for the key of each claim that another page tells in
    full."""
    found: dict[str, str] = {}
    for kind in _HOMES:
        for node, its_kind in site.kinds.items():
            if its_kind == kind:
                for claim in site.told.of(node):
                    if is_claim(site.kinds[claim]) and site.kinds[claim] not in _OWN:
                        key = site.key_of(claim)
                        found.setdefault(key, f"{site.key_of(node)}#{anchor_of(key)}")
    return found
