"""Steps that read more tensors than the device has texture units, as several that read fewer.

What an expression computes from part of its operands is stored, and read as one tensor in their place.
"""


def unique_inputs(inputs):
    """For each input the place of the first that is the same value."""
    places = []
    for i in range(len(inputs)):
        first = i
        for k in range(i):
            if inputs[k] == inputs[i]:
                first = places[k]
                break
        places.append(first)
    return places


def is_wide(builder, step):
    """Whether one draw of a step would read more tensors than there are units."""
    places = unique_inputs(step["inputs"])
    count = 0
    for i in range(len(places)):
        if places[i] == i:
            count = count + 1
    return count > builder.units


def without_epilogue(builder, step):
    """[the step with its result stored before the epilogue, the epilogue as a step of its own]."""
    result = builder.add(builder.shapes[step["outputs"][0]], "float32")
    params = {}
    for key in step["params"].keys():
        params[key] = step["params"][key]
    params["epilogue"] = None
    product = {
        "kernel": step["kernel"],
        "inputs": [step["inputs"][0], step["inputs"][1]],
        "outputs": [result],
        "params": params,
        "name": builder.step_name,
    }
    inputs = [result]
    inputs.extend(step["inputs"][2 : len(step["inputs"])])
    rest = {
        "kernel": "elementwise",
        "inputs": inputs,
        "outputs": step["outputs"],
        "params": {"expr": step["params"]["epilogue"]},
        "name": builder.step_name,
    }
    return [product, rest]


class Parts:
    """An elementwise step in the making of which parts have been stored. draw(step, expr): adds the draw of a part."""

    def __init__(self, builder, step, shape, draw):
        self.builder = builder
        self.shape = shape
        self.draw = draw
        self.given = step["inputs"]
        self.instrs = step["params"]["expr"]["instrs"]
        self.stored = []
        self.place = []
        self.reads = []

    def inputs(self):
        found = []
        found.extend(self.given)
        found.extend(self.stored)
        return found

    def renamed(self, operand):
        """An operand of the whole expression as one of what is left."""
        count = len(self.given)
        if operand < count:
            return operand
        place = self.place[operand - count]
        return operand + len(self.stored) if place < 0 else count + place

    def left(self, results):
        """What is left of the expression: stored parts are inputs."""
        instrs = []
        for k in range(len(self.place)):
            instr = self.instrs[k]
            instrs.append([instr[0], instr[1], [self.renamed(operand) for operand in instr[2]], instr[3]])
        return {"instrs": instrs, "results": [self.renamed(result) for result in results]}

    def store(self, k):
        """Draw what instruction k computes."""
        expr = self.left([len(self.given) + k])
        value = self.builder.add(self.shape, self.instrs[k][1])
        self.draw({"inputs": self.inputs(), "outputs": [value], "params": {"expr": expr}}, expr)
        self.place[k] = len(self.stored)
        self.reads[k] = [len(self.given) + len(self.stored)]
        self.stored.append(value)

    def compute(self, firsts):
        """Go through the instructions, storing operands of those that would read too much. firsts: as unique_inputs."""
        count = len(self.given)
        for k in range(len(self.instrs)):
            operands = self.instrs[k][2]
            reads = self.union(operands, firsts)
            while len(reads) > self.builder.units:
                widest = -1
                for operand in operands:
                    if operand >= count and (
                        widest < 0 or len(self.reads[operand - count]) > len(self.reads[widest])
                    ):
                        widest = operand - count
                self.store(widest)
                reads = self.union(operands, firsts)
            self.place.append(-1)
            self.reads.append(reads)

    def union(self, operands, firsts):
        """The inputs that operands are computed from."""
        found = []
        for operand in operands:
            if operand < len(self.given):
                if firsts[operand] not in found:
                    found.append(firsts[operand])
            else:
                for read in self.reads[operand - len(self.given)]:
                    if read not in found:
                        found.append(read)
        return found


def narrowed(builder, step, shape, draw):
    """An elementwise step none of whose results reads more tensors than there are units; what it reads instead has been
    drawn.
    """
    expr = step["params"]["expr"]
    parts = Parts(builder, step, shape, draw)
    parts.compute(unique_inputs(step["inputs"]))
    return {
        "inputs": parts.inputs(),
        "outputs": step["outputs"],
        "params": {"expr": parts.left(expr["results"])},
    }
