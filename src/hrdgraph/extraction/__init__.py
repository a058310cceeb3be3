"""Extract candidate rows with verified words from the frozen text of a page, and keep what people
decided of them."""

from hrdgraph.extraction.candidates import Argument as Argument
from hrdgraph.extraction.candidates import Candidate as Candidate
from hrdgraph.extraction.extractor import Extraction as Extraction
from hrdgraph.extraction.extractor import Extractor as Extractor
from hrdgraph.extraction.extractor import Proposer as Proposer
from hrdgraph.extraction.reading.lexicon import Lexicons as Lexicons
from hrdgraph.extraction.reading.lexicon import lexicons as lexicons
from hrdgraph.extraction.reading.mentions import KnownNames as KnownNames
