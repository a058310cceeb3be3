"""YARRRML (https://rml.io/yarrrml/spec/): a YAML file into the triples of an RML mapping, each
node with its line."""

from hrdgraph.mapping.language.yarrrml.document import read_yarrrml

__all__ = ["read_yarrrml"]
