from mflint.testing import finds, passes, verify_page
from team_rules import oversized_step

FLOW = """
    from metaflow import FlowSpec, kubernetes, step

    class TrainFlow(FlowSpec):
        @kubernetes(cpu=4, memory=4096)
        @step
        def start(self):
            self.next(self.end)

        @step
        def end(self):
            pass
    """
DERIVED = """
    from train import TrainFlow

    class RetrainFlow(TrainFlow):
        pass
    """


def test_the_page_says_the_truth():
    verify_page(oversized_step)


def test_the_limits_come_from_the_settings():
    passes(oversized_step, FLOW)
    finds(oversized_step, FLOW, "4:5 step `start` asks for `cpu=4`; the cluster has 2", options={"cpu": 2})


def test_an_inherited_step_is_found_in_its_own_file_only():
    passes(oversized_step, DERIVED, options={"cpu": 2}, files={"train.py": FLOW})
