"""Extraction: the frozen text of a page into candidate rows with verified words, and what people
decided of them."""

from hrdgraph.extract.candidates import Argument, Candidate
from hrdgraph.extract.extractor import Extraction, Extractor, Proposer
from hrdgraph.extract.reading.known_names import KnownNames
from hrdgraph.extract.reading.lexicon import Lexicons, lexicons

__all__ = [
    "Argument",
    "Candidate",
    "Extraction",
    "Extractor",
    "KnownNames",
    "Lexicons",
    "Proposer",
    "lexicons",
]
