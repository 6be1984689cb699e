from metaflow import FlowSpec, step


class BranchAttributesFlow(FlowSpec):
    """Reads what some branches have and others have not."""

    @step
    def start(self):
        self.base = 100
        self.next(self.sales, self.costs, self.taxes)

    @step
    def sales(self):
        self.amount = self.base * 2
        self.detail = ["s"]
        self.next(self.balance)

    @step
    def costs(self):
        self.amount = self.base // 2
        self.next(self.balance)

    @step
    def taxes(self):
        self.amount = self.base // 10
        self.rate = 0.1
        self.next(self.balance)

    @step
    def balance(self, inputs):
        self.profit = inputs.sales.amount - inputs.costs.amount - inputs.taxes.amount
        self.amounts = [i.amount for i in inputs]
        self.details = [getattr(i, "detail", []) for i in inputs]
        self.rates = [i.rate for i in inputs if hasattr(i, "rate")]
        self.base = inputs.sales.base
        try:
            self.rate = inputs[0].rate
        except AttributeError:
            self.rate = inputs.taxes.rate
        sales, costs, taxes = inputs
        self.check = sales.amount + costs.amount + taxes.amount == sum(self.amounts)
        self.merge_artifacts([inputs.sales, inputs.costs], exclude=["amount"])
        self.next(self.end)

    @step
    def end(self):
        print(self.profit, self.details, self.rates, self.rate, self.check, self.detail)


if __name__ == "__main__":
    BranchAttributesFlow()
