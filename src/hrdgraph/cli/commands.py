"""The commands by name, in groups by what a person does; each is imported when it is called."""

from __future__ import annotations

from typing import Final

GROUPS: Final = {
    "start": ("init", "import", "template", "kinds", "build", "workbench"),
    "ask": ("queries", "query", "explain", "stats", "analyse"),
    "publish": ("export", "serve", "site", "push", "bulk", "release", "diff", "patch", "withdraw"),
    "curate": ("snapshot", "extract", "cite", "date", "reconcile", "review", "judgements"),
    "engine": ("map", "check", "plan", "validate"),
}
GROUP_OF: Final = {name: group for group, commands in GROUPS.items() for name in commands}
COMMANDS: Final = tuple(GROUP_OF)
_ALONE: Final = {"import", "build", "withdraw", "extract", "cite", "validate"}
MODULES: Final = {  # where each command is
    name: f"{name}_command" if name in _ALONE else f"{group}_commands"
    for name, group in GROUP_OF.items()
}
