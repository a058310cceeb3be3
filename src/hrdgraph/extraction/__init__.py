"""Extraction: the frozen text of a page into candidate rows with verified words, and what people
decided of them."""

from hrdgraph.extraction.candidates import Argument, Candidate
from hrdgraph.extraction.extractor import Extraction, Extractor, Proposer
from hrdgraph.extraction.reading.lexicon import Lexicons, lexicons
from hrdgraph.extraction.reading.mentions import KnownNames

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
