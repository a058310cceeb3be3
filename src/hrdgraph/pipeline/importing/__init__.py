"""Files of tables into sources: what their columns mean is guessed with reasons, asked where it
is in doubt, and written down."""

from hrdgraph.pipeline.importing.propose import propose, write_source
from hrdgraph.pipeline.importing.table_proposal import TableProposal

__all__ = ["TableProposal", "propose", "write_source"]
