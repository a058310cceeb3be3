"""Queries in files, with what their headers say, into answers and their written forms."""

from hrdgraph.queries.catalogue import BECAUSE as BECAUSE
from hrdgraph.queries.catalogue import CHECKS as CHECKS
from hrdgraph.queries.catalogue import DERIVE as DERIVE
from hrdgraph.queries.catalogue import Catalogue as Catalogue
from hrdgraph.queries.catalogue import find as find
from hrdgraph.queries.catalogue import resolve as resolve
from hrdgraph.queries.model import AnswerColumn as AnswerColumn
from hrdgraph.queries.model import Parameter as Parameter
from hrdgraph.queries.model import Query as Query
from hrdgraph.queries.model import Type as Type
from hrdgraph.queries.output import FORMATS as FORMATS
from hrdgraph.queries.output import name_column as name_column
from hrdgraph.queries.output import write as write
from hrdgraph.queries.run import Violation as Violation
from hrdgraph.queries.run import bind as bind
from hrdgraph.queries.run import bound as bound
from hrdgraph.queries.run import check as check
from hrdgraph.queries.run import derive as derive
from hrdgraph.queries.run import grounds as grounds
from hrdgraph.queries.run import run as run
