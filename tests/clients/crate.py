"""The folder of a release into its faults as an RO-Crate, as JSON; the context of RO-Crate comes from the package `rocrate`, not from
the network."""

from __future__ import annotations

import json
import sys
from importlib.resources import files
from pathlib import Path

import requests
from rocrate_validator import models, services
from rocrate_validator.utils.http import HttpRequester


def context(*_: object, **__: object) -> requests.Response:
    answer = requests.Response()
    answer.status_code = 200
    answer.headers["Content-Type"] = "application/ld+json"
    answer._content = (files("rocrate") / "data/ro-crate.jsonld").read_bytes()
    return answer


HttpRequester.get = context  # type: ignore[method-assign]
HttpRequester.head = context  # type: ignore[attr-defined]
settings = services.ValidationSettings(
    rocrate_uri=str(Path(sys.argv[1])),
    profile_identifier="ro-crate-1.2",
    requirement_severity=models.Severity.REQUIRED,
    offline=True,
)
result = services.validate(settings)
print(json.dumps([f"{issue.check.identifier}: {issue.message}" for issue in result.get_issues()]))
