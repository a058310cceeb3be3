"""XML documents into rows."""
