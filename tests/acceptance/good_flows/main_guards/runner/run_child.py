"""A script beside a flow that runs it and reads what came of it."""

from pathlib import Path

from metaflow import Flow, Runner, namespace

HERE = Path(__file__).parent

if __name__ == "__main__":
    with Runner(str(HERE / "child.py"), pylint=False, show_output=False).run(x=4) as running:
        print(running.status, running.run.data.y)
    namespace(None)
    print(Flow("ChildFlow").latest_successful_run.data.y)
