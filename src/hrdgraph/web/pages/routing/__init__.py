"""Requests into pages and data, and addresses of both."""
