"""What a good run must leave behind: asked after a run that succeeded, one module per contract.

What must be seen in the flow's processes is recorded by `inside.contracts`; here it is judged.
"""
