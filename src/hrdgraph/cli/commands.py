"""The commands by name, in groups by what a person does; each is imported from its module when
it is called."""

from __future__ import annotations

from typing import Final

GROUPS: Final = {
    "start": {
        "init": "Make a new project folder that builds.",
        "import": "Make a source of a workbook or a CSV file; no mapping is written.",
        "template": "Write a workbook to type facts in.",
        "kinds": "List the kinds of fact tables, and the columns of one.",
        "build": "Build the graph from the sources of a project.",
        "workbench": "Do all of it in a browser, on this machine.",
    },
    "ask": {
        "queries": "List the questions that a project has.",
        "query": "Ask a question of the graph: a named one, a file, or SPARQL from standard input.",
        "explain": "Say where a fact comes from: table row, page, words.",
        "stats": "Count what the graph holds.",
        "analyse": "Measure and draw the network of people, organisations and awards.",
    },
    "publish": {
        "export": "Write the graph, or one entity of it, in another format.",
        "serve": "Put the built graph before the public: a SPARQL endpoint, and pages.",
        "site": "Write the pages of the built graph as files, for any static host.",
        "push": "Send the built graph to another server, over SPARQL.",
        "bulk": "Write the built graph for the bulk loaders of other servers.",
        "release": "Write a release of the built graph: files, checksums, changes since the last.",
        "diff": "Say what changed between two graphs.",
        "patch": "Apply the changes of a release to the one before.",
        "withdraw": "Take a thing down, or show that it is gone from every file.",
    },
    "curate": {
        "snapshot": "Take a page into data/snapshots, so that its words can be cited.",
        "extract": "Propose the facts that a page states, each with its words.",
        "cite": "Find words in a page, and print what a row needs to cite them.",
        "date": "Read a date as people write it, and show its EDTF, or its readings.",
        "reconcile": "Propose pairs that may be one person, organisation or award, and say why.",
        "review": "Judge proposed pairs: same, not the same, unsure.",
        "judgements": "Export, import or add judgements about what is the same.",
    },
    "engine": {
        "map": "Run any RML mapping over its files, outside a project too.",
        "check": "Check a mapping against its files; read no row.",
        "plan": "Show how a mapping will be run, before and after each rewrite.",
        "validate": "Check the built graph, or any RDF file, against shapes.",
    },
}
COMMANDS: Final = {name: text for commands in GROUPS.values() for name, text in commands.items()}
MODULES: Final = {"import": "importing"}  # of commands whose name no module can have
GROUP_OF: Final = {name: group for group, commands in GROUPS.items() for name in commands}
