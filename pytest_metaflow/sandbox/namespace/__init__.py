"""A network namespace of its own for a run: a loopback that behaves as the machine's, and nothing else.

What opens its own sockets, and what no `sitecustomize` reaches, has no way out either. Only Linux has it.
`command.py` is for pytest's process; the rest runs in front of the run, and imports as little as it can.
"""
