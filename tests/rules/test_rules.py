"""Every rule in every mode, first and second order, against finite differences; and no rule without a sample."""
from __future__ import annotations

import importlib
import pathlib

import pytest
from rules.harness import MODES, Sample, check

HERE = pathlib.Path(__file__).parent
TABLES = sorted(path.stem for path in HERE.glob("samples_*.py"))
SAMPLES: list[Sample] = [s for table in TABLES for s in importlib.import_module(f"rules.{table}").SAMPLES]


@pytest.mark.parametrize(("mode", "order"), MODES, ids=[f"{mode}-{order}" for mode, order in MODES])
@pytest.mark.parametrize("sample", SAMPLES, ids=map(str, SAMPLES))
def test_sample(sample: Sample, mode: str, order: int) -> None:
    if sample.runs(mode, order):
        check(sample, mode, order)
