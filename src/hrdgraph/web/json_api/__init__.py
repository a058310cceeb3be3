"""The graph as plain JSON for people who build web pages: lists of things and claims with
filters, pages and a status on each claim. Described in OpenAPI."""
