"""JSON documents, paths and streams into rows."""
