"""Turn files of tables into sources: guess what their columns mean, with reasons, ask where it is
in doubt, and write it down."""

from hrdgraph.pipeline.importing.propose import propose, write_source
from hrdgraph.pipeline.importing.table_proposal import TableProposal

__all__ = ["TableProposal", "propose", "write_source"]
