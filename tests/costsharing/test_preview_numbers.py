"""The script's arithmetic against the engine's: the same pence for the same numbers."""

import json
import random
import shutil
import subprocess
from fractions import Fraction
from pathlib import Path

import pytest

from app.core.assets import SOURCES
from app.costsharing.engine.money import allocate, sterling, whole_weights

PROGRAM = """
import { allocate, parseExact, sterling, toWhole } from "%s";
import { readFileSync } from "node:fs";
const cases = JSON.parse(readFileSync(0, "utf8"));
console.log(JSON.stringify(cases.map(([total, weights]) => {
  const whole = toWhole(weights.map(parseExact));
  return allocate(BigInt(total), whole).map(sterling);
})));
"""


def run(program: str, sent: object) -> object:
    node = shutil.which("node")
    if node is None:
        pytest.skip("there is no Node.js on this machine to run the script with")
    done = subprocess.run(
        [node, "--input-type=module", "-e", program],
        input=json.dumps(sent),
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parent,
    )
    return json.loads(done.stdout)


def test_the_preview_shares_as_the_engine_does() -> None:
    chance = random.Random(20261122)
    pool = ["0", "1", "2.5", "33.34", "0.000000000001", "22.2/37", "7/3.5", "250000", "1"]
    cases: list[tuple[str, list[str]]] = []
    while len(cases) < 300:
        weights = [chance.choice(pool) for _ in range(chance.randint(1, 12))]
        if any(weight != "0" for weight in weights):
            cases.append((str(chance.randint(0, 10**10)), weights))
    given = run(PROGRAM % (SOURCES / "scripts" / "exact.js").as_uri(), cases)
    expected = [
        [
            sterling(part)
            for part in allocate(int(total), whole_weights([exact(w) for w in weights]))
        ]
        for total, weights in cases
    ]
    assert given == expected


def exact(text: str) -> Fraction:
    top, _, bottom = text.partition("/")
    return Fraction(top) / Fraction(bottom or "1")


def test_what_is_no_number_counts_for_nothing() -> None:
    program = f"""
import {{ parseExact }} from "{(SOURCES / "scripts" / "exact.js").as_uri()}";
import {{ readFileSync }} from "node:fs";
console.log(JSON.stringify(JSON.parse(readFileSync(0, "utf8")).map((t) => parseExact(t) === null)));
"""
    texts = ["", ".", "x", "-1", "1e3", "1/0", "1//2", "1,000", "40 %", ".5"]
    assert run(program, texts) == [True] * 7 + [False] * 3
