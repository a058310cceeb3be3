"""hrdgraph: source facts into a cited, validated RDF graph of human rights defenders."""
