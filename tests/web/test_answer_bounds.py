"""An answer of more rows than an endpoint gives is an error in the protocol's way."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.web.test_withdrawal_served import serving

from hrdgraph.pipeline import BuildOptions, build
from hrdgraph.project import open_project

SELECT, CONSTRUCT = "SELECT+*+%7B%3Fs+%3Fp+%3Fo%7D", "CONSTRUCT+WHERE+%7B%3Fs+%3Fp+%3Fo%7D"


@pytest.mark.sampled(1)
@pytest.mark.parametrize("query", [SELECT, CONSTRUCT])
def test_too_many_rows(small: Path, query: str) -> None:
    build(open_project(small), BuildOptions(validate=False))
    with serving(small, rows=50) as served:
        answer = served.get(f"/sparql?query={query}")
        assert (answer.status_code, answer.headers["content-type"]) == (
            503,
            "application/problem+json",
        )
        assert "more than 50 rows" in answer.json()["detail"]
        assert served.get(f"/sparql?query={query}+LIMIT+50").status_code == 200
        assert served.get(f"/sparql?query={query}+LIMIT+51").status_code == 503
        assert served.get("/sparql?query=ASK+%7B%3Fs+%3Fp+%3Fo%7D").status_code == 200
