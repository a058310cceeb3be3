"""Libraries that not everyone needs: loaded when a format asks for them, or an error that says
what to install."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from hrdgraph.catalogue import Message
from hrdgraph.errors import Origin, SourceError


def needed(module: str, extra: str, what: Message, place: str = "") -> Any:
    """The module; SourceError with the extra to install where it is missing."""
    try:
        return import_module(module)
    except ImportError as error:
        package = module.partition(".")[0]
        fact = Message("needs-library", what=what, library=package)
        raise SourceError(
            fact, origin=Origin(place), hint=Message("install-extra", extra=extra)
        ) from error
