"""The ontology's Turtle into values: classes, properties, datatypes, concepts and schemes, each
with its labels and its file."""

from hrdgraph.ontology.load import context_of as context_of
from hrdgraph.ontology.load import files_of_ontology as files_of_ontology
from hrdgraph.ontology.load import load as load
from hrdgraph.ontology.model import Concept as Concept
from hrdgraph.ontology.model import Datatype as Datatype
from hrdgraph.ontology.model import Ontology as Ontology
from hrdgraph.ontology.model import OntologyClass as OntologyClass
from hrdgraph.ontology.model import Property as Property
from hrdgraph.ontology.model import Scheme as Scheme
from hrdgraph.ontology.model import local_name as local_name
