from flows.base import BaseFlow
from flows.mixins import AuditMixin, TempMixin
from metaflow import step


class OverridesFlow(AuditMixin, TempMixin, BaseFlow):
    """Overrides steps and methods of a base flow of a package, and calls what it overrides."""

    def read(self):
        self.started_by = "subclass"
        self.audit("read")
        return [*super().read(), 10]

    @step
    def work(self):
        self.log.append("work")
        self.audit(self.folder)
        self.doubled = [row * 2 for row in self.rows]
        self.next(self.finish)

    @step
    def finish(self):
        self.total = sum(self.doubled)
        self.next(self.end)

    def report(self):
        super().report()
        print(self.started_by, self.total, self.audited, self.retries)


if __name__ == "__main__":
    OverridesFlow()
