"""Limits of size and time, hostile text, and the published schema against the reader."""

import ast
import copy
import json
import random
import sys
import time
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.costsharing import engine
from app.costsharing.fault_codes import FAULT_CODES
from app.costsharing.inputs_schema import INPUTS_SCHEMA
from tests.costsharing.generate import random_inputs
from tests.costsharing.inputs import CASES, case, changed, faults_of, heavy_inputs, many, small
from tests.costsharing.test_engine_faults import POST_FAULTS


def test_text_that_is_no_json_says_where() -> None:
    for text in (b"\xff", "{", '{"a": 1,}', "[" * 200_000):
        with pytest.raises(engine.InputFaults) as caught:
            engine.read_json(text)
        assert caught.value.faults[0].path == ""


def test_repeated_keys_and_number_literals_are_seen() -> None:
    text = json.dumps(small()).replace('"EAS": "2"', '"EAS": "2", "EAS": "3"')
    assert faults_of(engine.read_json(text)) == [("/sharing/0/weights/EAS", "repeated_key")]
    huge = json.dumps(small()).replace('"1000.00"', "1" * 6000)
    assert faults_of(engine.read_json(huge)) == [("/other_lines/0/amount", "number_not_text")]


@pytest.mark.parametrize("inputs", [None, [], "x", 3, {}, {"term": None, "sharing": 3}])
def test_things_that_are_no_inputs_are_refused(inputs: Any) -> None:
    assert faults_of(inputs)


def test_five_hundred_parties_are_too_many() -> None:
    parties = [{"id": p, "name": p, "host": p == "P0"} for p in many(500)]
    weights = dict.fromkeys(many(500), "1")
    sharing = [{"from": "2026-04-01", "basis": "weights", "weights": weights}]
    found = faults_of(small(parties=parties, sharing=sharing))
    assert found == [("/parties", "too_many")]


def test_the_largest_request_stays_quick() -> None:
    inputs = heavy_inputs()
    best = 60.0
    for _ in range(3):
        started = time.process_time()
        engine.to_json(engine.cost(engine.parse_inputs(inputs)))
        best = min(best, time.process_time() - started)
    # Counting lines for coverage slows everything down.
    assert best < (1.0 if sys.gettrace() is None else 5.0)


def test_fractions_too_long_to_reckon_with_are_refused_quickly() -> None:
    rng = random.Random(1)

    def awkward() -> str:
        bottom = f"{rng.randrange(1, 10**15)}.{rng.randrange(10**12):012d}"
        return f"{rng.randrange(1, 10**15)}/{bottom}"

    inputs = heavy_inputs()
    for entry in inputs["sharing"]:
        entry["weights"] = {party: awkward() for party in entry["weights"]}
    started = time.process_time()
    found = faults_of(inputs)
    assert time.process_time() - started < 2.0
    assert {code for _, code in found} == {"too_precise"}
    factors = [
        {"name": f"F{i}", "weight": "1", "values": dict.fromkeys(many(60), "1")} for i in range(20)
    ]
    sharing = [{"from": "2026-04-15", "basis": "weighted", "factors": factors}] * 8
    assert faults_of({**heavy_inputs(), "sharing": sharing}) == [("/sharing", "too_many")]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner),
    max_leaves=12,
)
PLACES = st.sampled_from(
    [path for path, *_ in POST_FAULTS if "source" not in path and "until" not in path]
)


@settings(max_examples=150, deadline=None)
@given(PLACES, JSON)
def test_nothing_put_anywhere_makes_a_traceback(path: str, value: Any) -> None:
    faults_of(changed({**case("C01"), "pay_day": "last"}, path, value))


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(CASES), st.randoms(use_true_random=False), JSON)
def test_what_the_schema_refuses_the_engine_refuses(
    worked: dict[str, Any], rng: random.Random, value: Any
) -> None:
    inputs = copy.deepcopy(worked["inputs"])
    at: Any = inputs
    while True:
        key = rng.choice(list(at) if isinstance(at, dict) else range(len(at)))
        if not isinstance(at[key], dict | list) or not at[key] or rng.random() < 0.2:
            at[key] = value
            break
        at = at[key]
    valid = jsonschema.Draft202012Validator(INPUTS_SCHEMA).is_valid(inputs)
    found = faults_of(inputs)
    if not valid:
        assert found


def test_what_the_generator_makes_fits_the_schema() -> None:
    validator = jsonschema.Draft202012Validator(INPUTS_SCHEMA)
    for seed in range(40):
        inputs = random_inputs(random.Random(seed))
        validator.validate(inputs)
        engine.parse_inputs(inputs)


def test_every_code_used_is_published() -> None:
    used: set[str] = set()
    folder = Path(engine.__file__).parent
    others = ("agreement_check.py", "agreement_rules.py", "console.py", "request.py")
    for path in (*folder.glob("*.py"), *(folder.parent / name for name in others)):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and len(node.args) > 1:
                called = getattr(node.func, "attr", getattr(node.func, "id", ""))
                code = node.args[1]
                if called in {"fault", "refuse", "Fault"} and isinstance(code, ast.Constant):
                    used.add(str(code.value))
    assert used == FAULT_CODES


def test_long_runs_of_accents_and_repeated_keys_take_no_time() -> None:
    started = time.process_time()
    accents = "a" + "\u0301\u0323" * 200_000
    assert faults_of(changed(small(), "/parties/1/name", accents)) == [
        ("/parties/1/name", "too_long")
    ]
    lines = {accents: "1.00"}
    actuals = [{"from": "2026-04-01", "lines": lines}]
    assert [code for _, code in faults_of(small(actuals=actuals))] == ["unknown_line"]
    many_keys = json.dumps(dict.fromkeys(map(str, range(30_000)), "1"))
    inputs = engine.read_json(many_keys[:-1] + ', "7": "2"}')
    found = faults_of(inputs)
    assert ("/7", "repeated_key") in found
    assert ("", "too_many") in found
    assert len(found) < 40
    assert time.process_time() - started < 2.0


def test_too_much_of_everything_at_once_is_refused() -> None:
    inputs = heavy_inputs()
    inputs["other_lines"] = [
        {"name": f"Line {number}", "kind": "annual", "amount": "1.00"} for number in range(130)
    ]
    assert faults_of(inputs) == [("", "too_many")]
