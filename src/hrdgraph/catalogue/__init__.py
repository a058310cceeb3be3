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

from hrdgraph.catalogue.languages import KNOWN as KNOWN
from hrdgraph.catalogue.languages import LANGUAGES as LANGUAGES
from hrdgraph.catalogue.languages import Language as Language
from hrdgraph.catalogue.message import BLANK as BLANK
from hrdgraph.catalogue.message import CLOSE_MARK as CLOSE_MARK
from hrdgraph.catalogue.message import NO_MESSAGE as NO_MESSAGE
from hrdgraph.catalogue.message import OPEN_MARK as OPEN_MARK
from hrdgraph.catalogue.message import TAG_MARK as TAG_MARK
from hrdgraph.catalogue.message import Cell as Cell
from hrdgraph.catalogue.message import Label as Label
from hrdgraph.catalogue.message import Message as Message
from hrdgraph.catalogue.message import Value as Value
from hrdgraph.catalogue.message import Vocabulary as Vocabulary
from hrdgraph.catalogue.message import add_this as add_this
from hrdgraph.catalogue.message import calendar_word as calendar_word
from hrdgraph.catalogue.message import data_word as data_word
from hrdgraph.catalogue.message import has_sentence as has_sentence
from hrdgraph.catalogue.message import in_language as in_language
from hrdgraph.catalogue.message import is_not as is_not
from hrdgraph.catalogue.message import kind_word as kind_word
from hrdgraph.catalogue.message import lacks as lacks
from hrdgraph.catalogue.message import must_be as must_be
from hrdgraph.catalogue.message import number as number
from hrdgraph.catalogue.message import phrase as phrase
from hrdgraph.catalogue.message import render as render
from hrdgraph.catalogue.message import sentence as sentence
from hrdgraph.catalogue.message import too_many as too_many
from hrdgraph.catalogue.message import write_like as write_like
