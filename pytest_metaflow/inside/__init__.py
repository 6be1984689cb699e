"""What runs inside the processes of a flow: neither pytest nor, before the flow does, Metaflow is imported.

`path/sitecustomize.py` stands first on PYTHONPATH and calls `bootstrap.prepare`.
"""
