from metaflow import step

from siblings_base import TrainingBase


class SiblingFlow(TrainingBase):
    def prepare(self):
        super().prepare()
        self.data += ["a", "b"]

    def fit(self, item):
        return item * self.epochs

    @step
    def end(self):
        print(self.models)


if __name__ == "__main__":
    SiblingFlow()
