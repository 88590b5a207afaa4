"""Where values live, and how long: offsets in one arena from sizes, lifetimes and aliases. Shared by the engines."""

# Of a lifetime that has no end, in steps.
LONGEST = 10000


def plan_offsets(sizes, lifetimes, aliases, alignment):
    """Place values in one arena, so that values alive at one time never overlap.

    sizes: size of each value; lifetimes: [first step, last step] of each value, both included, or None for a
    value that is not placed; aliases: for each value the index of the value whose place it shares (itself
    when it owns one; the owner's place is as large as the largest sharer and lives as long as all of them);
    alignment: offsets are multiples of it. Greedy best fit by size (Pisarchyk, Lee, "Efficient memory
    management for deep neural net inference", 2020), and by size times lifetime; the smaller arena counts. Returns
    {"offsets": offset of each value, -1 where not placed, "total": size of the arena}.
    """
    owners = []
    need = []
    first = []
    last = []
    for v in range(len(sizes)):
        owners.append(_owner(aliases, v))
        need.append(0)
        first.append(-1)
        last.append(-2)
    for v in range(len(sizes)):
        if lifetimes[v] is None:
            continue
        o = owners[v]
        rounded = int((sizes[v] + alignment - 1) / alignment) * alignment
        if rounded > need[o]:
            need[o] = rounded
        if last[o] == -2:
            first[o] = lifetimes[v][0]
            last[o] = lifetimes[v][1]
        else:
            if lifetimes[v][0] < first[o]:
                first[o] = lifetimes[v][0]
            if lifetimes[v][1] > last[o]:
                last[o] = lifetimes[v][1]
    best = None
    total = 0
    for weighs_time in [False, True]:
        place = []
        for _v in range(len(sizes)):
            place.append(-1)
        placed = []
        size = 0
        for v in _largest_first(need, first, last, weighs_time):
            offset = _best_gap(v, need, first, last, place, placed)
            place[v] = offset
            _insert_by_offset(placed, place, v)
            if offset + need[v] > size:
                size = offset + need[v]
        if best is None or size < total:
            best = place
            total = size
    offsets = []
    for v in range(len(sizes)):
        offsets.append(-1 if lifetimes[v] is None else best[owners[v]])
    return {"offsets": offsets, "total": total}


def _owner(aliases, v):
    at = v
    while aliases[at] != at:
        at = aliases[at]
    return at


def _largest_first(need, first, last, weighs_time):
    """Indices of the placed owners by falling size, or size times steps; the earlier one first among equals."""
    order = []
    weights = []
    for v in range(len(need)):
        weights.append(0)
        if last[v] != -2:
            weights[v] = need[v] * min(last[v] - first[v] + 1, LONGEST) if weighs_time else need[v]
            order.append(v)
    return sorted(order, key=lambda v: -weights[v])


def _best_gap(v, need, first, last, place, placed):
    """The offset of the smallest fitting gap among the values alive together with v; else the end."""
    best = -1
    best_size = 0
    end = 0
    for other in placed:
        if last[other] < first[v] or last[v] < first[other]:
            continue
        gap = place[other] - end
        if gap >= need[v] and (best < 0 or gap < best_size):
            best = end
            best_size = gap
        if place[other] + need[other] > end:
            end = place[other] + need[other]
    return best if best >= 0 else end


def _insert_by_offset(placed, place, v):
    at = len(placed)
    while at > 0 and place[placed[at - 1]] > place[v]:
        at -= 1
    placed.insert(at, v)


def lifetimes_of(values, steps, last_uses):
    """Per value [producing step, last reading step], or None for what no step produces.

    last_uses: indexes of the values that live to the end (outputs and updates).
    """
    lifetimes = [None for value in values]
    for i in range(len(steps)):
        for value in steps[i]["inputs"]:
            if lifetimes[value] is not None:
                lifetimes[value][1] = i
        for value in steps[i]["outputs"]:
            if value is not None:
                lifetimes[value] = [i, i]
    for value in last_uses:
        if lifetimes[value] is not None:
            lifetimes[value][1] = len(steps)
    return lifetimes
