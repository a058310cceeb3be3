"""Proposals into decisions of a person: the queue, what is shown of each pair, and a local page."""

from hrdgraph.identity.reviewing.session import Pair, Session
from hrdgraph.identity.reviewing.shown import Fact, Side, side_of

__all__ = ["Fact", "Pair", "Session", "Side", "side_of"]
