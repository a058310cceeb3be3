"""All that people read: sentences by their codes, in English, French and Spanish, and the values
that stand in them.

A `Message` is a code with named fields. It becomes a sentence only when it is shown, in the
language of whoever reads it. The sentences stand in gettext catalogues, `<language>/*.po`, where
the msgid is the code:

    msgid "column-unknown"
    msgstr "no column '{column}'"

A field is public (the name of a column, a count) or cell data (what a table, a page or a library
says). Only names in `fields.PUBLIC` are public; every other field is cell data. So whatever the
sentences say, `Message.with_cells` can take out what must not be published, and nothing reads a
sentence for it.
"""

from __future__ import annotations

from hrdgraph.catalogue.message import (
    BLANK,
    NO_MESSAGE,
    Cell,
    Label,
    Message,
    Value,
    Vocabulary,
    data_word,
    number,
    phrase,
    render,
)
from hrdgraph.catalogue.sentences import LANGUAGES, has_sentence, sentence

__all__ = [
    "BLANK",
    "LANGUAGES",
    "NO_MESSAGE",
    "Cell",
    "Label",
    "Message",
    "Value",
    "Vocabulary",
    "data_word",
    "has_sentence",
    "number",
    "phrase",
    "render",
    "sentence",
]
