"""The name of a rule into what is printed of it: a shape with its examples, or a check query as
it is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from hrdgraph.cli.shared.common import echo_json

if TYPE_CHECKING:
    from hrdgraph.project import Project
    from hrdgraph.shacl.shapes import Shapes

CHECK = "checks/"


def explain_rule(
    name: str, shapes: Shapes, project: Project | None, language: str, *, as_json: bool
) -> None:
    """Print it."""
    if name.startswith(CHECK) and project is not None:
        _explain_check(name.removeprefix(CHECK), project, language, as_json=as_json)
        return
    from hrdgraph.shacl.rule_help import rule_help
    from hrdgraph.shacl.validator import ColumnSHACL

    rule = rule_help(name, shapes, ColumnSHACL())
    if as_json:
        echo_json(rule.as_dict(language))
    else:
        click.echo(rule.text(language))


def _explain_check(name: str, project: Project, language: str, *, as_json: bool) -> None:
    """A check has no example: its graph is in order when the query answers with no row."""
    from hrdgraph.queries import CHECKS, find

    query = find(project.queries_dir)[f"{CHECKS}/{name}"]
    place, severity, title = (
        str(query.path or ""),
        query.severity or "violation",
        query.title(language),
    )
    if as_json:
        echo_json(
            {
                "rule": CHECK + name,
                "severity": severity,
                "place": {"file": place},
                "purpose": [title],
                "query": query.text,
            }
        )
    else:
        click.echo(f"{CHECK}{name}: {title}\n{place} ({severity})\n\n{query.text.strip()}")
