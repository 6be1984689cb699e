from functools import wraps

from metaflow import FlowSpec, StepMutator, current, project, schedule, step, user_step_decorator


@user_step_decorator
def stopwatch(step_name, flow, inputs=None, attributes=None):
    flow.timed = True
    yield
    flow.finished_by = step_name


class add_nothing(StepMutator):
    def mutate(self, mutable_step):
        print(mutable_step.__class__.__name__)


def announced(function):
    @wraps(function)
    def wrapper(self, *args):
        self.announced = function.__name__
        return function(self, *args)

    return wrapper


@schedule(daily=True)
@project(name="good_flows")
class OwnDecoratorsFlow(FlowSpec):
    @stopwatch
    @step
    def start(self):
        print(self.timed, current.project_name, current.branch_name, current.is_production)
        self.next(self.middle)

    @add_nothing
    @step
    def middle(self):
        print(self.finished_by)
        self.next(self.end)

    @step
    @announced
    def end(self):
        print(self.announced)


if __name__ == "__main__":
    OwnDecoratorsFlow()
