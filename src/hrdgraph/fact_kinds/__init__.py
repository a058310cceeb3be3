"""Declare kinds of fact tables once, in `ontology/tables`: what each column of a table of facts is
called, holds and means."""

from hrdgraph.fact_kinds.model import Column, Kind, Own, claim_kinds, load_kinds, whole_properties

__all__ = ["Column", "Kind", "Own", "claim_kinds", "load_kinds", "whole_properties"]
