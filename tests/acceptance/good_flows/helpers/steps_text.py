"""Functions that the flow beside it calls with and without itself."""


def fill(flow, **values):
    for name, value in values.items():
        setattr(flow, name, value)


def summary(flow):
    return f"{flow.colour} {flow.size}"


class Loader:
    def __init__(self, flow):
        self.flow = flow
        self.rows = []

    def load(self):
        self.rows = [self.flow.size] * 3
        self.flow.loaded = True
        return self.rows
