"""A server of language models, by the chat interface that most of them speak."""

from __future__ import annotations

import json
import os
import urllib.error
import urllib.request
from collections.abc import Callable
from urllib.parse import urlsplit

from hrdgraph.cli.shared.common import misused
from hrdgraph.errors import Origin, SourceError

LOCAL = ("127.0.0.1", "localhost", "::1")
_SECONDS = 300


def is_local(address: str) -> bool:
    """Whether an address is of this machine."""
    return (urlsplit(address).hostname or "") in LOCAL


def check_address(address: str, *, may_leave: bool) -> None:
    """Names of people at risk leave this machine only where the person says so."""
    if urlsplit(address).scheme not in ("http", "https"):
        raise misused("address-not-http", address=address)
    if not is_local(address) and not may_leave:
        raise misused("model-elsewhere", address=address)


def asking(address: str, model: str) -> Callable[[str], str]:
    """A function that asks a model. SourceError where there is no answer."""

    def ask(prompt: str) -> str:
        body = {"model": model, "temperature": 0, "messages": [{"role": "user", "content": prompt}]}
        headers = {"Content-Type": "application/json"}
        if key := os.environ.get("HRDGRAPH_MODEL_KEY"):
            headers["Authorization"] = f"Bearer {key}"
        url = address.rstrip("/") + "/chat/completions"
        request = urllib.request.Request(url, json.dumps(body).encode(), headers)
        try:
            with urllib.request.urlopen(request, timeout=_SECONDS) as response:
                said = json.load(response)
            return str(said["choices"][0]["message"]["content"])
        except (OSError, ValueError, KeyError, IndexError, TypeError) as error:
            raise SourceError("model-silent", reason=str(error), origin=Origin(address)) from error

    return ask
