"""The authors of a YARRRML document, checked; they take no part in what a mapping makes."""

from __future__ import annotations

from typing import Final

from hrdgraph.catalogue import Message
from hrdgraph.mapping.language.yarrrml.nodes import Keys, Node, YamlFields, each, text_of

_AUTHOR: Final = {"name": (), "email": (), "website": ()}


def check_authors(node: Node | None) -> None:
    """Refuse what is no author: a text, or keys with a name, an email and a website."""
    for item in each(node):
        if not isinstance(item, Keys):
            text_of(item, Message("an-author"))
            continue
        fields = YamlFields(item, Message("an-author"), _AUTHOR)
        for key in _AUTHOR:
            fields.text(key)
