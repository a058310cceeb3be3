"""What constraints found: columns of results, findings, and standard reports."""
