"""Looks, in the processes of a flow, at what contracts ask about; pytest judges it."""
