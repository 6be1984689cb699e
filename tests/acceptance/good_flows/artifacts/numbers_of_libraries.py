from metaflow import FlowSpec, step


class NumbersFlow(FlowSpec):
    """numpy and pandas within steps; what is kept is plain."""

    @step
    def start(self):
        import numpy as np
        import pandas as pd

        frame = pd.DataFrame({"city": ["a", "b", "a"], "rides": [1, 2, 3]})
        frame["double"] = frame["rides"] * 2
        grouped = frame.groupby("city")["double"].sum()
        self.by_city = grouped.to_dict()
        self.rows = frame.to_dict("records")
        self.columns = list(frame.columns)
        self.shape = frame.shape
        self.mean = float(np.mean(frame["rides"]))
        self.values = frame["rides"].tolist()
        self.weights = np.linspace(0, 1, 3).tolist()
        self.csv = frame.to_csv(index=False)
        self.top = frame.sort_values("rides").iloc[-1]["city"]
        self.count = len(frame)
        self.cities = [city for city in frame["city"].unique()]
        self.pairs = [(row.city, int(row.rides)) for row in frame.itertuples()]
        self.frame = frame
        self.total = int(self.frame["rides"].sum())
        del self.frame
        self.next(self.city, foreach="cities")

    @step
    def city(self):
        import pandas as pd

        mine = pd.DataFrame(self.rows).query(f"city == '{self.input}'")
        self.summary = {"city": self.input, "rides": int(mine.rides.sum())}
        self.next(self.join)

    @step
    def join(self, inputs):
        import pandas as pd

        table = pd.DataFrame([i.summary for i in inputs])
        self.table = table.to_dict(orient="list")
        self.merge_artifacts(inputs, exclude=["summary"])
        self.next(self.end)

    @step
    def end(self):
        print(self.by_city, self.table, self.mean, self.top, self.count, self.shape, self.columns)


if __name__ == "__main__":
    NumbersFlow()
