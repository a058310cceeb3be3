"""Decisions of people into new rows of the file of judgements: whole or not at all, and never
against what stands there."""

from hrdgraph.identity.recording.append import AppendResult, JudgementDecision, append, tried

__all__ = ["AppendResult", "JudgementDecision", "append", "tried"]
