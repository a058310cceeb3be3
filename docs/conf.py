"""How Sphinx makes a site of the pages in this folder: `make docs`."""

from pathlib import Path
from tomllib import loads

from hrdgraph.fact_kinds.__main__ import page_of
from hrdgraph.fact_kinds.model import load_kinds

DOCS = Path(__file__).parent
ROOT = DOCS.parent

for kind in load_kinds(ROOT / "ontology" / "tables").values():
    page = DOCS / "reference" / "kinds" / f"{kind.name}.md"
    page.write_text(page_of(kind), encoding="utf-8")

project = "hrdgraph"
author = "The hrdgraph contributors"
copyright = author
version = release = loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]

extensions = ["myst_parser", "sphinx_copybutton", "sphinx_reredirects"]
exclude_patterns = ["_build"]
myst_heading_anchors = 4
myst_enable_extensions = ["colon_fence"]
# Links out of docs/ lead to files of the repository, which are no pages of the site, and tests/docs
# follows them. CSV and the like have no lexer.
suppress_warnings = ["myst.xref_missing", "misc.highlighting_failure"]
# what stood in docs/ itself before it had four parts
redirects = {
    page.stem: f"{page.parent.name}/{page.stem}.html"
    for page in DOCS.glob("*/*.md")
    if page.stem not in ("first-steps", "licences")
}

html_theme = "furo"
html_title = f"hrdgraph {version}"
html_static_path: list[str] = []
html_show_sourcelink = False
copybutton_prompt_text = "$ "
