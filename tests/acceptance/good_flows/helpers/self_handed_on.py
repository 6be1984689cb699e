from metaflow import FlowSpec, step
from steps_text import Loader, fill, summary


class SelfHandedOnFlow(FlowSpec):
    @step
    def start(self):
        fill(self, colour="red", size=3)
        self.next(self.load)

    @step
    def load(self):
        self.text = summary(self)
        loader = Loader(self)
        self.rows = loader.load()
        for key, value in {"alpha": 1, "beta": 2}.items():
            setattr(self, f"p_{key}", value)
        vars(self).update()
        self.__dict__["hidden"] = 1
        self.next(self.end)

    @step
    def end(self):
        print(self.text, self.rows, self.loaded, self.p_alpha, self.p_beta, self.colour)


if __name__ == "__main__":
    SelfHandedOnFlow()
