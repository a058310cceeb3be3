"""Who may see what: the policy, visibility, redaction, withdrawal and k-anonymity, in one
package.

`docs/trust.md` says the policy. `publish_graph` decides over a graph; `redaction` takes cell data
that is not public out of errors and findings; `withdrawals` are the people who were taken down.
"""
