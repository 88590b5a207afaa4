"""The arithmetic of the report: medians with quartiles, ratios, shares of limits, targets. No printing here."""

import statistics

from targets import TARGETS, Target

# Whom each of ours is measured by: those that use the machine in the same way.
RIVALS = {
    "ours cpu": ("tfjs cpu", "tfjs wasm", "ort wasm", "jax wasm", "brain cpu", "convnetjs cpu"),
    "ours cpu2": ("tfjs wasm2", "ort wasm2"),
    "ours plain": ("tfjs cpu", "brain cpu", "convnetjs cpu"),
    "ours webgl": ("tfjs webgl", "jax webgl"),
    "ours numpy": ("keras jax",),
    "ours": ("tfjs", "ort", "jax"),
}
# Which limits of the session bound arithmetic, and which bound moving numbers.
LIMITS = {
    "ours cpu": ("simd best", "copy"),
    "ours plain": ("plain", "copy"),
    "ours webgl": ("shader", "fetch"),
}


def quartiles(samples: list[float]) -> list[float]:
    """[first quartile, median, third quartile]."""
    if len(samples) == 1:
        return [samples[0]] * 3
    return statistics.quantiles(samples, n=4, method="inclusive")


def present(samples: list[float | None]) -> list[float]:
    return [sample for sample in samples if sample is not None]


def summarise(entries: list[dict]) -> dict[str, dict]:
    """Contestants of an answer by name, with quartiles of their samples (None: not in that round)."""
    return {
        entry["name"]: {**entry, "spread": quartiles(present(entry["samples"]))}
        for entry in entries
        if present(entry["samples"])
    }


def ratio(ours: dict, peer: dict) -> list[float]:
    """How many times ours fits into the peer's: [low, of the medians, high], quartiles of the rounds that both ran."""
    pairs = zip(ours["samples"], peer["samples"], strict=False)
    within = [b / a for a, b in pairs if a is not None and b is not None]
    middle = peer["spread"][1] / ours["spread"][1]
    if len(within) < 2:
        return [middle] * 3
    low, _, high = quartiles(within)
    return [min(low, middle), middle, max(high, middle)]


def best(row: dict, names: tuple[str, ...]) -> dict | None:
    """The contestant among `names` with the least median."""
    found = [row["contestants"][name] for name in names if name in row["contestants"]]
    return min(found, key=lambda entry: entry["spread"][1], default=None)


def with_best(limits: dict) -> dict:
    """Limits and "simd best": the better of fused and separate multiply-adds."""
    rates = [rate for rate in (limits.get("relaxed"), limits.get("simd")) if rate]
    return {**limits, "simd best": max(rates, default=None)}


def share(row: dict, name: str, limits: dict) -> tuple[float, str] | None:
    """(share of the limit, its name) that a contestant reaches, where the row knows its work."""
    if name not in LIMITS or name not in row["contestants"] or row.get("unit", "ms") != "ms":
        return None
    arithmetic, moving = LIMITS[name]
    work, limit = (row["flop"], arithmetic) if row["flop"] else (row.get("moved", 0.0), moving)
    if not work or not limits.get(limit):
        return None
    return work / row["contestants"][name]["spread"][1] / 1e6 / limits[limit], limit


def rows_of(target: Target, rows: list[dict]) -> list[dict]:
    """Memory is compared with memory, time with time."""
    memory = target.name.startswith("peak memory")
    return [
        row for row in rows if row["name"].startswith(target.rows) and (row.get("unit") == "MB") == memory
    ]


def judge(target: Target, rows: list[dict], limits: dict) -> dict:
    """{name, wanted, reached, met, details}; met is None where nothing could be compared."""
    ratios, shares, details, faults = [], [], [], []
    for row in rows_of(target, rows):
        ours, peer = row["contestants"].get(target.ours), best(row, target.peers)
        if ours is None or peer is None:
            missing = target.ours if ours is None else " and ".join(target.peers)
            details.append(f"{row['name']}: {missing} not measured")
            continue
        reached = ratio(ours, peer)[1]
        ratios.append(reached)
        text = f"{row['name']}: {reached:.2f} to {peer['name']}"
        if target.limit is not None:
            found = share(row, target.ours, limits)
            if found is not None and found[1] == target.limit[0]:
                shares.append(found[0])
                text += f", {found[0]:.0%} of the limit"
        for key, most in target.most.items():
            count = (ours.get("counts") or {}).get(key)
            text += f", {count} {key}"
            if count is None or count > most:
                faults.append(key)
        details.append(text)
    wanted = f"≥ {target.ratio:g}×" + (
        f", ≥ {target.limit[1]:.0%} of {target.limit[0]}" if target.limit else ""
    )
    wanted += "".join(f", ≤ {most} {key}" for key, most in target.most.items())
    met = None
    if ratios:
        enough = target.limit is None or (bool(shares) and min(shares) >= target.limit[1])
        met = min(ratios) >= target.ratio and enough and not faults
    return {
        "name": target.name,
        "ours": target.ours,
        "peers": list(target.peers),
        "wanted": wanted,
        "reached": [min(ratios), max(ratios)] if ratios else None,
        "share": [min(shares), max(shares)] if shares else None,
        "met": met,
        "details": details,
    }


def judge_all(rows: list[dict], limits: dict) -> list[dict]:
    """Targets that have a row in this run."""
    return [judge(target, rows, limits) for target in TARGETS if rows_of(target, rows)]
