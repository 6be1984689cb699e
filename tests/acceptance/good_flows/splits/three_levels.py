from metaflow import FlowSpec, step


class ThreeLevelsFlow(FlowSpec):
    """Splits within splits, of branches of different lengths."""

    @step
    def start(self):
        self.text = "one two three two"
        self.next(self.words, self.letters)

    @step
    def words(self):
        self.tokens = self.text.split()
        self.next(self.unique, self.counted)

    @step
    def unique(self):
        self.vocabulary = sorted(set(self.tokens))
        self.next(self.unique_more)

    @step
    def unique_more(self):
        self.vocabulary += ["<unk>"]
        self.next(self.words_joined)

    @step
    def counted(self):
        from collections import Counter

        self.counts = Counter(self.tokens)
        self.next(self.words_joined)

    @step
    def words_joined(self, branches):
        self.merge_artifacts(branches)
        self.table = {word: self.counts.get(word, 0) for word in self.vocabulary}
        self.next(self.words_done)

    @step
    def words_done(self):
        del self.table["<unk>"]
        self.next(self.everything)

    @step
    def letters(self):
        self.alphabet = {letter for letter in self.text if letter.isalpha()}
        self.next(self.everything)

    @step
    def everything(self, inputs):
        self.table = inputs.words_done.table
        self.alphabet = inputs.letters.alphabet
        self.merge_artifacts(inputs, include=["text"])
        self.next(self.end)

    @step
    def end(self):
        print(self.text, self.table, sorted(self.alphabet))


if __name__ == "__main__":
    ThreeLevelsFlow()
