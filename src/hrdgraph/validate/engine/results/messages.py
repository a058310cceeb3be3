"""A constraint → what to tell a person about a value that breaks it, where the shape has no
message of its own."""

from __future__ import annotations

import re
from typing import Final

from hrdgraph.catalogue import Message, has_sentence
from hrdgraph.validate.engine.model.shapes import (
    ClassOf,
    Constraint,
    CountConstraint,
    DatatypeConstraint,
    HasValue,
    LanguageIn,
    Length,
    PairConstraint,
    PatternConstraint,
    QualifiedCount,
    Range,
)
from hrdgraph.validate.findings.model import Messages, readable, short, worded_messages

_WORD_START: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")


def default_messages(constraint: Constraint) -> Messages:
    """The message of a constraint in English, Spanish and French."""
    code = f"breaks-{_WORD_START.sub('-', constraint.name).lower()}"
    code = code if has_sentence(code) else "breaks-rule"
    return worded_messages(Message(code, about=_about(constraint)))


def _about(constraint: Constraint) -> str:
    match constraint:
        case ClassOf(term) | HasValue(term):
            return readable(term.n3())
        case DatatypeConstraint(iri) | PairConstraint(predicate=iri):
            return short(iri.value)
        case CountConstraint() | Length() | QualifiedCount():
            return str(constraint.limit)
        case Range():
            return constraint.limit.value
        case PatternConstraint(text):
            return text
        case LanguageIn(ranges):
            return ", ".join(ranges)
    return ""
