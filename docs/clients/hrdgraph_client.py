"""A client for the JSON API of a graph. It needs httpx, and may be copied."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal, TypedDict

import httpx

Status = Literal["asserted", "verified", "contested", "refuted"]


class Reference(TypedDict):
    """A thing as it is named in records."""

    id: str
    key: str | None
    type: str | None
    label: str


class Conferral(Reference):
    """Who was given what, and how sure that is."""

    status: Status
    undisputed: bool
    recipients: list[Reference]
    award: Reference | None
    year: str
    sources: list[str]


class Graph:
    """The graph behind an address, such as http://127.0.0.1:8000."""

    def __init__(self, address: str, language: str = "en") -> None:
        self._http = httpx.Client(base_url=f"{address.rstrip('/')}/api/v1/", timeout=60)
        self._language = language

    def entries(self, name: str, **filters: str) -> Iterator[dict[str, Any]]:
        """Every entry of a list, page after page."""
        cursor = ""
        while True:
            page = self._get(name, limit="500", **filters, **({"cursor": cursor} if cursor else {}))
            yield from page["data"]
            if not (cursor := page["cursor"]):
                return

    def laureates(self, award: str, year: str) -> list[Conferral]:
        """Who won an award in a year, as far as nobody contests it."""
        found: list[Any] = list(self.entries("laureates", award=award, year=year))
        return found

    def search(self, text: str) -> list[Reference]:
        """Things by their names, the best first."""
        found: list[Reference] = self._get("search", q=text)["data"]
        return found

    def _get(self, path: str, **parameters: str) -> dict[str, Any]:
        answer = self._http.get(path, params={**parameters, "lang": self._language})
        if answer.is_error:
            problem = answer.json()
            raise ValueError(f"{problem['detail']}: {problem['hint']}")
        found: dict[str, Any] = answer.json()
        return found


if __name__ == "__main__":
    import sys

    graph = Graph(sys.argv[1])
    for conferral in graph.laureates("award/martin-ennals-award", "2013"):
        print(conferral["status"], *(who["label"] for who in conferral["recipients"]))
    print(sum(1 for _ in graph.entries("events")), "events")
    print(graph.search("kalyapn")[0]["label"])
