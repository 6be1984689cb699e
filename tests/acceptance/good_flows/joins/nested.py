from __future__ import annotations

from metaflow import FlowSpec, step


class NestedFlow(FlowSpec):
    """A foreach in a foreach, with a static split in the inner one."""

    @step
    def start(self):
        self.countries = ["NO", "FI"]
        self.year = 2024
        self.next(self.country, foreach="countries")

    @step
    def country(self):
        self.code = self.input
        self.cities = [f"{self.code}-{n}" for n in range(2)]
        self.next(self.city, foreach="cities")

    @step
    def city(self):
        self.where = self.input
        self.next(self.weather, self.traffic)

    @step
    def weather(self):
        self.rain = len(self.where)
        self.next(self.both)

    @step
    def traffic(self):
        self.cars = len(self.where) * 10
        self.next(self.both)

    @step
    def both(self, inputs):
        self.merge_artifacts(inputs)
        self.score = self.rain + self.cars
        self.next(self.of_cities)

    @step
    def of_cities(self, inputs):
        self.code = inputs[0].code
        self.by_city = {i.where: i.score for i in inputs}
        self.year = inputs[0].year
        self.next(self.of_countries)

    @step
    def of_countries(self, inputs):
        self.result = {i.code: dict(i.by_city) for i in inputs}
        self.merge_artifacts(inputs, include=["year"])
        self.next(self.end)

    @step
    def end(self):
        for country, cities in self.result.items():
            print(self.year, country, cities)


if __name__ == "__main__":
    NestedFlow()
