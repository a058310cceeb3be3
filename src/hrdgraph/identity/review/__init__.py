"""Proposals into decisions of a person: the queue, and what is shown of each pair."""

from hrdgraph.identity.review.record_lines import RecordLine, Side, side_of
from hrdgraph.identity.review.session import ReviewPair, Session

__all__ = ["RecordLine", "ReviewPair", "Session", "Side", "side_of"]
