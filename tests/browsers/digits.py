"""The digits net in a browser: predict unseen digits, train some steps, compare both with Python."""

import queue
import shutil
import sys
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(ROOT / "demos" / "digits"))

import demo  # noqa: E402
import train  # noqa: E402
from assemble import TRAINED_ON  # noqa: E402
from launch import opened  # noqa: E402
from mnist import load_mnist  # noqa: E402
from server import Site  # noqa: E402

import pybrowserml as pb  # noqa: E402

# Enough to tell a working net from a broken one.
LEARNT = 3000
PATIENCE = 300


@dataclass
class Found:
    """What one engine of one browser made of the digits."""

    accuracy: float = 0.0
    difference: float = 0.0
    loss: float = 0.0
    drift: float = 0.0
    failures: list = field(default_factory=list)


class Digits:
    """The built page in a folder, and what Python computes with the same models."""

    def __init__(self, folder: Path):
        self.folder = folder
        model, _ = train.train(LEARNT, unseen=100, epochs=1, verbose=0)
        for name, each in (("trained", model), ("fresh", train.make_model())):
            each.save(str(folder / "saved" / name))
        demo.ship(folder)
        shutil.copy(HERE / "digits.html", folder / "digits.html")
        x, self.labels = demo.unseen()
        self.expected = np.asarray(model.predict(x, batch_size=250, verbose=0))
        self.losses = self._curve(pb.load_model(str(folder / "saved" / "fresh")))

    @staticmethod
    def _curve(model) -> list[float]:
        (images, labels), _ = load_mnist()
        losses = []
        for step in range(demo.STEPS):
            rows = slice(TRAINED_ON + step * demo.BATCH, TRAINED_ON + (step + 1) * demo.BATCH)
            x, y = train.scaled(images[rows]), labels[rows].astype(np.int32)
            losses.append(float(model.train_on_batch(x, y, return_dict=True)["loss"]))
        return losses

    def python(self) -> Found:
        """Python's own numbers."""
        return Found(float(np.mean(self.expected.argmax(1) == self.labels)), 0.0, self.losses[-1], 0.0)

    def run(self, browser, screen: str | None, engines: list[str]) -> dict[str, Found]:
        """Found by engine in one browser."""
        site = Site(self.folder)
        try:
            address = site.url("digits.html", engines=",".join(engines), report=browser.key)
            with opened(browser, address, screen):
                try:
                    answer = site.reports_of(browser.key).get(timeout=PATIENCE)
                except queue.Empty:
                    answer = {"failure": f"the digits page has not answered for {PATIENCE} s"}
        finally:
            site.close()
        if "failure" in answer:
            return {engine: Found(failures=[answer["failure"]]) for engine in engines}
        return {engine: self._judge(engine, answer[engine]) for engine in engines}

    def _judge(self, engine: str, answer: dict) -> Found:
        probabilities = np.asarray(answer["probabilities"], np.float32).reshape(answer["shape"])
        found = Found(
            float(np.mean(probabilities.argmax(1) == self.labels)),
            float(np.abs(probabilities - self.expected).max()),
            answer["losses"][-1],
            abs(answer["losses"][-1] / self.losses[-1] - 1),
        )
        if answer["name"] != engine:
            found.failures.append(f"{engine} was asked for, {answer['name']} ran")
        if not found.difference <= demo.MOST_DIFFERENCE:
            found.failures.append(f"probabilities are {found.difference:.1e} off Python's")
        if not found.drift <= demo.MOST_DRIFT:
            found.failures.append(f"the loss at step {demo.STEPS} is {found.drift:.1e} off Python's")
        return found
