"""Proposals into decisions of a person: the queue, what is shown of each pair, and a local page."""

from hrdgraph.identity.review.record_lines import RecordLine, Side, side_of
from hrdgraph.identity.review.session import ReviewPair, Session

__all__ = ["RecordLine", "ReviewPair", "Session", "Side", "side_of"]
