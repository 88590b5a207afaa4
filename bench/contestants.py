"""Who is measured, and which rows each is asked for. A peer's code is page/contestants/PEER.js."""

from dataclasses import dataclass

from workloads import Workload

SHARED = {"op", "predict", "train", "memory", "objects", "cold"}


@dataclass(frozen=True)
class Contestant:
    """name: as reports call it; kinds: rows that it is asked for; nets: the only nets that it is asked for."""

    name: str
    kinds: frozenset[str] = frozenset(SHARED)
    nets: tuple[str, ...] = ()

    @property
    def peer(self) -> str:
        return self.name.split()[0]

    @property
    def variant(self) -> str:
        return self.name.split()[1]

    def as_json(self) -> dict:
        return {"name": self.name, "peer": self.peer, "variant": self.variant}

    def takes(self, row: Workload) -> bool:
        if row.kind not in self.kinds or (row.only and not self.name.startswith(row.only)):
            return False
        return not self.nets or row.given.get("net") in self.nets


EVERY = frozenset({*SHARED, "eager"})
RACES = frozenset({"op", "predict", "train"})
# The first that can do a row is whom the others' results are compared with. wasm2, cpu2: two threads; others have one.
CONTESTANTS = [
    Contestant("ours cpu", EVERY),
    Contestant("ours cpu2", RACES),
    Contestant("ours plain", EVERY),
    Contestant("ours webgl", EVERY),
    Contestant("tfjs cpu", EVERY),
    Contestant("tfjs wasm", EVERY),
    Contestant("tfjs wasm2", RACES),
    Contestant("tfjs webgl", EVERY),
    Contestant("ort wasm", frozenset({*RACES, "cold", "memory"})),
    Contestant("ort wasm2", RACES),
    Contestant("jax wasm", RACES),
    Contestant("jax webgl", RACES),
    Contestant("brain cpu", frozenset({"predict"}), ("xor",)),
    Contestant("convnetjs cpu", frozenset({"predict", "train"}), ("xor", "digits")),
]
PEERS = tuple(dict.fromkeys(contestant.peer for contestant in CONTESTANTS))


def taking_part(row: Workload, wanted: list[str] | None = None) -> list[Contestant]:
    """Who runs a row; wanted: only those whose names begin so."""
    return [
        contestant
        for contestant in CONTESTANTS
        if contestant.takes(row)
        and not (row.slow and contestant.name.startswith(row.slow))
        and (not wanted or contestant.name.startswith(tuple(wanted)))
    ]
