from __future__ import annotations

from pathlib import Path

import pytest

from tests.mflint.flow_projects import check, silences
from tests.mflint.rules.dataflow.flows import flow, step

TOP = """
import gzip
import os
import pickle
import shutil
from pathlib import Path
import joblib
import numpy as np
import pandas as pd
import torch
OUT = "out.csv"
FOLDER = Path("data")
"""
MESSAGE = "step `read` reads `{}`, which step `write` has written on its machine"


def passing(write: str, read: str, between: str = "", members: str = "") -> str:
    """A flow whose step `write` is followed by `between` and `read`."""
    return flow(
        step("start", "", "self.write"),
        step("write", write, "self.between"),
        step("between", between, "self.read"),
        step("read", read, "self.end"),
        step("end", ""),
        top=TOP,
        members=members,
    )


def messages(root: Path, code: str) -> list[str]:
    return [message for _, _, message in check(root, {"flow.py": code}, "MF607")]


def test_the_finding_stands_at_the_reader(tmp_path: Path) -> None:
    code = passing("open('a.txt', 'w').close()", "text = open('a.txt').read()")
    assert check(tmp_path, {"flow.py": code}, "MF607") == [(29, 16, MESSAGE.format("a.txt"))]


@pytest.mark.parametrize(
    ("write", "read", "path"),
    [
        ("with open('a', 'w') as f: f.write('')", "with open('a') as f: f.read()", "a"),
        (
            "with open('a', mode='ab') as f: pickle.dump(1, f)",
            "with open('a', 'rb') as f: pickle.load(f)",
            "a",
        ),
        ("f = open(file='a', mode='x')", "f = gzip.open('a')", "a"),
        ("df.to_csv('out.csv', index=False)", "pd.read_csv('out.csv')", "out.csv"),
        ("pd.DataFrame(load()).to_parquet(path='a')", "pd.read_parquet(path='a')", "a"),
        ("df.to_csv(path_or_buf='./data/../a')", "pd.read_csv(filepath_or_buffer='a')", "a"),
        ("df.to_csv(OUT)", "pd.read_csv(OUT)", "out.csv"),
        ("df.to_csv(OUT)", "pd.read_csv('out.csv')", "out.csv"),
        ("name = 'a'\ndf.to_csv(name)", "pd.read_csv('a')", "a"),
        ("df.to_csv(self.PATH)", "pd.read_csv(self.PATH)", "b.csv"),
        ("Path('a').write_text('b')", "Path('a').read_text()", "a"),
        ("(FOLDER / 'a').write_bytes(b'')", "open(os.path.join('data', 'a'))", "data/a"),
        ("path = Path('data', 'a')\npath.write_text('b')", "with Path('data/a').open() as f: pass", "data/a"),
        ("Path('a').open('w')", "open(Path('a'))", "a"),
        ("joblib.dump(model, 'm.pkl')", "joblib.load('m.pkl')", "m.pkl"),
        ("joblib.dump(value=model, filename='m')", "joblib.load(filename='m')", "m"),
        ("np.save('a.npy', x)", "np.load('a.npy')", "a.npy"),
        ("torch.save(model, 'm.pt')", "torch.load('m.pt')", "m.pt"),
        ("plt.savefig('a.png')", "open('a.png', 'rb')", "a.png"),
        ("fig.savefig('a.png')", "shutil.copy('a.png', target)", "a.png"),
        ("shutil.copyfile(source, 'a')", "open('a')", "a"),
        ("self.save()", "self.load()", "m.pkl"),
        ("import polars as pl\nframe.write_csv('a')", "import polars as pl\npl.read_csv('a')", "a"),
    ],
)
def test_a_file_that_another_step_wrote_is_found(tmp_path: Path, write: str, read: str, path: str) -> None:
    members = """
        PATH = "b.csv"

        def save(self): joblib.dump(1, "m.pkl")

        def load(self): return joblib.load("m.pkl")
        """
    assert messages(tmp_path, passing(write, read, members=members)) == [MESSAGE.format(path)]


@pytest.mark.parametrize(
    ("write", "read"),
    [
        ("open('a', 'w')", "open('b')"),
        ("open('a')", "open('a')"),
        ("open('a', 'w')", "open('a', 'w')"),
        ("open('/tmp/a', 'w')", "open('/tmp/a')"),
        ("open('~/a', 'w')", "open('~/a')"),
        ("open('C:\\\\a', 'w')", "open('C:\\\\a')"),
        ("df.to_csv('s3://bucket/a')", "pd.read_csv('s3://bucket/a')"),
        ("Path('/data', 'a').write_text('')", "Path('/data', 'a').read_text()"),
        ("open('a', 'w')", "open('a', 'w')\nopen('a')"),
        ("open('a', 'w')", "open('a')\nopen('a', 'w')"),
        ("open(f'{n}.txt', 'w')", "open(f'{n}.txt')"),
        ("open(name(), 'w')", "open(name())"),
        ("open('a', mode())", "open('a')"),
        ("open('a', *mode())", "open('a')"),
        ("open('a', 'w')", "open(*names())"),
        ("name = 'a' if n else 'b'\nopen(name, 'w')", "open('a')"),
        ("name = 'a'\nname = name + 'b'\nopen(name, 'w')", "open('a')"),
        ("import os\nos.chdir(folder())\nopen('a', 'w')", "open('a')"),
        ("store.open('a', 'w')", "store.open('a')"),
        ("open('a', 'w')", "self.open('a')"),
        ("df.to_csv()", "pd.read_csv('a')"),
        ("df.to_dict('list')", "open('list')"),
        ("def open(*a): pass\nopen('a', 'w')", "open('a')"),
        ("'a'.write_text('b')", "Path('a').read_text()"),
        ("open('', 'w')", "open('')"),
    ],
)
def test_files_that_stay_or_are_not_seen_are_left_alone(tmp_path: Path, write: str, read: str) -> None:
    assert messages(tmp_path, passing(write, read)) == []


def test_one_step_may_write_and_read_a_file(tmp_path: Path) -> None:
    assert messages(tmp_path, passing("open('a', 'w')\nopen('a')", "pass")) == []


def test_a_file_that_a_later_step_writes_comes_from_elsewhere(tmp_path: Path) -> None:
    assert messages(tmp_path, passing("open('a')", "open('a', 'w')")) == []


def test_a_file_of_a_parallel_branch_comes_from_elsewhere(tmp_path: Path) -> None:
    code = flow(
        step("start", "", "self.a, self.b"),
        step("a", "open('x', 'w')", "self.join"),
        step("b", "open('x')", "self.join"),
        step("join", "", "self.end", joins=True),
        step("end", ""),
    )
    assert messages(tmp_path, code) == []


def test_each_reader_of_a_file_is_found(tmp_path: Path) -> None:
    code = passing("open('a', 'w')", "open('a')", "open('a')")
    assert messages(tmp_path, code) == [
        "step `between` reads `a`, which step `write` has written on its machine",
        MESSAGE.format("a"),
    ]


def test_an_unknown_base_is_a_silence(tmp_path: Path) -> None:
    code = passing("open('a', 'w')", "open('a')").replace("F(FlowSpec)", "F(Base, FlowSpec)")
    code = f"from company import Base\n{code}"
    assert messages(tmp_path, code) == []
    reason = "MF607 [local-file-between-steps]: base class Base of F is not in the project's source"
    assert silences(tmp_path, {"flow.py": code}, "MF607") == [reason]


def test_a_constant_of_the_project_that_two_names_share_is_read_in_its_file(tmp_path: Path) -> None:
    base = "from metaflow import FlowSpec\nNAME = 'b'\nclass B(FlowSpec):\n    def load(self): open(NAME)\n"
    code = passing("open('b', 'w')", "self.load()").replace("F(FlowSpec)", "F(B)")
    files = {"base.py": base, "flow.py": f"from base import B\nNAME = 'a'\n{code}"}
    assert check(tmp_path, files, "MF607") == [(15, 7, MESSAGE.format("b"))]
