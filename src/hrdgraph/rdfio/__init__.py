"""RDF text into quads and back: the one home of formats."""
