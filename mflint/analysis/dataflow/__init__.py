"""Which artifacts are there when a step reads them: data flow over the step graph (pure functions).

What Metaflow does (metaflow/task.py, `FlowSpec.__getattr__`): a step sees all that the step before it left;
a join sees nothing but Parameters and class constants until it merges or assigns.

What is not taken for a fault, since it is seldom one and the source cannot prove it: a loop that runs no
times, an exception in a step with `@catch`, and an artifact that some decision left out where a later
decision leads to the read.
"""
