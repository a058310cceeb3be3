"""Read a project folder: its settings, its sources, and where each thing lies."""

from hrdgraph.project.folders import EXAMPLES as EXAMPLES
from hrdgraph.project.folders import create_project as create_project
from hrdgraph.project.model import COMMA as COMMA
from hrdgraph.project.model import DATE_TEXT as DATE_TEXT
from hrdgraph.project.model import LOCAL as LOCAL
from hrdgraph.project.model import VISIBILITIES as VISIBILITIES
from hrdgraph.project.model import CitedPage as CitedPage
from hrdgraph.project.model import ColumnSource as ColumnSource
from hrdgraph.project.model import Expectation as Expectation
from hrdgraph.project.model import Facts as Facts
from hrdgraph.project.model import File as File
from hrdgraph.project.model import Project as Project
from hrdgraph.project.model import Source as Source
from hrdgraph.project.model import Table as Table
from hrdgraph.project.model import TableField as TableField
from hrdgraph.project.model import find_folder as find_folder
from hrdgraph.project.model import model_dirs as model_dirs
from hrdgraph.project.model import open_shipped_model as open_shipped_model
from hrdgraph.project.model import vocabulary_dirs as vocabulary_dirs
from hrdgraph.project.open import open_project as open_project
