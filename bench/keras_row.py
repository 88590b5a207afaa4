"""A training step in CPython beside Keras on JAX: two processes, one step each in turn.

PB_KERAS_PYTHON names a Python that has keras and jax; without it the row says so.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
MOST_ROUNDS = 30


class Stepper:
    """A process that does a step for every line it gets."""

    def __init__(self, python: str, who: str, given: dict):
        command = [python, str(HERE / "python_step.py"), who, json.dumps(given)]
        environment = {**os.environ, "KERAS_BACKEND": "jax", "JAX_PLATFORMS": "cpu"}
        environment["PYTHONPATH"] = os.pathsep.join([str(HERE.parent), environment.get("PYTHONPATH", "")])
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(
            command, stdin=pipe, stdout=pipe, stderr=pipe, text=True, env=environment
        )
        self.losses = self._answer()

    def _answer(self):
        assert self.process.stdout and self.process.stderr
        line = self.process.stdout.readline()
        if not line:
            text = self.process.stderr.read().strip().splitlines()
            raise ChildProcessError(text[-1] if text else "the process ended")
        return json.loads(line)

    def step(self) -> float:
        """Milliseconds."""
        assert self.process.stdin
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        return self._answer()

    def close(self) -> None:
        assert self.process.stdin
        self.process.stdin.close()
        self.process.wait(10)


def measure(given: dict, seconds: float) -> dict:
    """As a race's answer."""
    pythons = {"ours numpy": (sys.executable, "ours")}
    failures = {}
    keras = os.environ.get("PB_KERAS_PYTHON")
    if keras:
        pythons["keras jax"] = (keras, "keras")
    else:
        failures["keras jax"] = "PB_KERAS_PYTHON names no Python with keras and jax"
    steppers = {}
    for name, (python, who) in pythons.items():
        try:
            steppers[name] = Stepper(python, who, given)
        except (OSError, ChildProcessError) as failure:
            failures[name] = str(failure)
    entries = {name: {"name": name, "samples": []} for name in steppers}
    used, rounds = 0.0, 0
    while steppers and rounds < MOST_ROUNDS and (rounds < 5 or used < seconds * 1000):
        for name, stepper in steppers.items():
            time = stepper.step()
            used += time
            entries[name]["samples"].append(time)
        rounds += 1
    reference = next(iter(steppers), None)
    for name, stepper in steppers.items():
        wanted = steppers[reference].losses
        entries[name]["against"] = reference
        entries[name]["difference"] = max(
            abs(a - b) / abs(b) for a, b in zip(stepper.losses, wanted, strict=True)
        )
        stepper.close()
    return {"rounds": rounds, "contestants": list(entries.values()), "failures": failures}
