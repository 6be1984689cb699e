from metaflow import FlowSpec, Parameter, step


class KindsOfListsFlow(FlowSpec):
    """Foreaches over a string, pairs, a range, a parameter and what a comprehension made."""

    sizes = Parameter("sizes", default=3, type=int)
    LETTERS = "ab"

    @step
    def start(self):
        self.letters = self.LETTERS
        self.next(self.letter, foreach="letters")

    @step
    def letter(self):
        self.upper = self.input.upper()
        self.next(self.letters_joined)

    @step
    def letters_joined(self, inputs):
        self.uppers = [i.upper for i in inputs]
        self.next(self.prices)

    @step
    def prices(self):
        prices = {"x": 1, "y": 2}
        self.pairs = list(prices.items())
        self.next(self.pair, foreach="pairs")

    @step
    def pair(self):
        key, value = self.input
        self.text = f"{key}={value}"
        self.next(self.pairs_joined)

    @step
    def pairs_joined(self, inputs):
        self.texts = sorted(i.text for i in inputs)
        self.uppers = inputs[0].uppers
        self.next(self.count)

    @step
    def count(self):
        self.numbers = range(self.sizes)
        self.next(self.number, foreach="numbers")

    @step
    def number(self):
        self.square = self.input**2
        self.next(self.numbers_joined)

    @step
    def numbers_joined(self, inputs):
        self.squares = [i.square for i in inputs]
        self.merge_artifacts(inputs, include=["texts", "uppers"])
        self.next(self.cut)

    @step
    def cut(self):
        self.chunks = [tuple(self.squares[at : at + 2]) for at in range(0, len(self.squares), 2)]
        self.next(self.chunk, foreach="chunks")

    @step
    def chunk(self):
        self.total = sum(self.input)
        self.next(self.chunks_joined)

    @step
    def chunks_joined(self, inputs):
        self.totals = [i.total for i in inputs]
        self.merge_artifacts(inputs, exclude=["total"])
        self.next(self.end)

    @step
    def end(self):
        print(self.texts, self.uppers, self.squares, self.totals, self.chunks)


if __name__ == "__main__":
    KindsOfListsFlow()
