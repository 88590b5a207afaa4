"""Products that need not be done step by step leave a scan: many small ones become one large.

Ahead of the loop goes what depends on slices only (the input's product of a recurrent layer). Behind it go products of
which only stacked results are made, and sums over the steps of products (the gradient of a weight, or of a filter): the
loop hands out their operands instead.
"""

from ..core.batching.batch import Batch
from ..core.dims import dim_mul
from ..core.graph import Tensor, Trace, record_into
from ..core.opset.registry import is_elementwise, is_generator
from ..core.shapes import copy_shape, same_shape
from ..core.subgraph import key_of, nodes_below, param_like, substitute
from ..platform.maps import new_map
from .rewrite import derive, scalar_value

FIXED = 0
SLICE = 1
CARRIED = 2

PRODUCTS = ["matmul", "conv2d"]
MOVED = ["reshape", "transpose"]
MOVEMENT = ["reshape", "transpose", "broadcast_to", "slice", "pad", "concat", "flip", "reduce"]


def _readers(nodes, results):
    """key → how often an output is read by nodes or is a result; and the last node that reads it."""
    counts = new_map()
    last = new_map()
    for node in nodes:
        for tensor in node.inputs:
            key = key_of(tensor)
            counts.put(key, counts.at(key) + 1 if counts.has(key) else 1)
            last.put(key, node)
    for tensor in results:
        key = key_of(tensor)
        counts.put(key, counts.at(key) + 1 if counts.has(key) else 1)
        last.put(key, None)
    return [counts, last]


def _batches(op):
    return op in PRODUCTS or op in MOVEMENT or is_elementwise(op) and not is_generator(op)


def _is_zero(tensor):
    return tensor.node.op == "broadcast_to" and scalar_value(tensor.node.inputs[0]) == 0


class Motion:
    """What moves out of one loop (see hoist.Loop).

    emitted: body tensors that the loop hands out for it. sums: entries [carry, "product" or "sum", operands, axes,
    shape]; tails: per result, [graph over the param, param, tensor of the body that the param stands for] or None.
    """

    def __init__(self, loop):
        self.loop = loop
        self.length = loop.node.attrs["length"]
        self.label = loop.node.label
        self.emitted = new_map()
        self.sums = []
        self.tails = [None for result in loop.results]
        self._look()
        self._ahead(self._products_of_sums())
        self._look()
        self._sums_of_products()
        self._tails()

    def _look(self):
        results = self.loop.live()
        self.nodes = nodes_below(results, new_map())
        self.marks = self.loop.marks(self.nodes)
        found = _readers(self.nodes, results)
        self.counts = found[0]
        self.last = found[1]

    def mark(self, tensor):
        return self.marks.at(tensor.node.serial)

    def _can_batch(self, tensor):
        """True when all that a tensor needs, save what is fixed, has a batched form that pays."""
        for node in nodes_below([tensor], new_map()):
            if len(node.inputs) > 0 and self.marks.at(node.serial) != FIXED and not _batches(node.op):
                return False
        return True

    def batched(self, tensor, param, stacked):
        """A tensor of each step, made for all steps at once from the slices (and from `stacked`, which stands for
        `param`).
        """
        outside = new_map()
        for entry in self.loop.fixed:
            outside.put(key_of(entry[0]), entry[1])
        graph = substitute([tensor], outside)
        batch = Batch(self.length, None)
        for entry in self.loop.slices:
            batch.put(entry[0], entry[1])
        if param is not None:
            batch.put(param, stacked)

        def run():
            found = batch.run(graph)[0]
            return batch.raised(found[0], found[1])

        return record_into(Trace(), run)

    # Ahead of the loop

    def _ahead(self, left):
        """left: the serials of products that stay, since their sum goes behind the loop."""
        replaced = new_map()
        for node in self.nodes:
            if node.op in PRODUCTS and self.marks.at(node.serial) == SLICE and not left.has(node.serial):
                top = self._with_elementwise(Tensor(node, 0))
                if self._can_batch(top) and not replaced.has(key_of(top)):
                    param = param_like("ahead", top)
                    replaced.put(key_of(top), param)
                    self.loop.slices.append([param, self.batched(top, None, None)])
        if replaced.size() > 0:
            self.loop.put_in(replaced)

    def _with_elementwise(self, tensor):
        """The end of the elementwise chain that alone reads a product and depends on slices only."""
        while True:
            reader = self.last.at(key_of(tensor))
            if reader is None or self.counts.at(key_of(tensor)) != 1 or self.marks.at(reader.serial) != SLICE:
                return tensor
            if not is_elementwise(reader.op) or not same_shape(reader.outputs[0][0], tensor.shape):
                return tensor
            tensor = Tensor(reader, 0)

    # Behind the loop: carries that only add up

    def _products_of_sums(self):
        """The serials of the products whose sum over the steps is all that is asked for."""
        found = new_map()
        for k in range(self.loop.count):
            terms = self._terms(k)
            for term in [] if terms is None else terms:
                product = self._product_of_rows(term)
                if product is not None:
                    found.put(product.serial, True)
        return found

    def _sums_of_products(self):
        later = []
        for k in range(self.loop.count):
            terms = self._terms(k)
            if terms is None:
                continue
            kept = []
            for term in terms:
                product = self._product_of_rows(term)
                if product is not None:
                    self._emit(product.inputs[0])
                    self._emit(product.inputs[1])
                    self.sums.append([k, "product", product.inputs, term, term.shape])
                else:
                    kept.append(term)
            later.append([k, kept, len(kept) < len(terms)])
        for entry in later:
            self._settle(entry[0], entry[1], entry[2])

    def _terms(self, k):
        """The tensors that a step adds to carry k, which is read for nothing else; None for other carries."""
        result = self.loop.results[k]
        if result is None or result.node.op != "add":
            return None
        own = key_of(self.loop.carries[k][0])
        if self.counts.at(own) != 1:
            return None
        terms = []
        found = 0
        stack = [result]
        while len(stack) > 0:
            tensor = stack.pop()
            if key_of(tensor) == own:
                found = found + 1
                continue
            single = self.counts.at(key_of(tensor)) == 1
            if tensor.node.op == "add" and single and same_shape(tensor.shape, result.shape):
                stack.extend(tensor.node.inputs)
            else:
                terms.append(tensor)
        for term in terms:
            if not same_shape(term.shape, result.shape):
                return None
        return terms if found == 1 else None

    def _product_of_rows(self, term):
        """The node whose sum over the steps is one product, or None; perhaps the term is its result moved about.

        Such are aᵀ b of two matrices, and the gradient of a convolution's filter, where both operands change from step
        to step.
        """
        while term.node.op in MOVED and self.counts.at(key_of(term)) == 1:
            term = term.node.inputs[0]
        node = term.node
        if node.op == "matmul":
            ranks = [len(tensor.shape) for tensor in node.inputs]
            if not node.attrs["transpose_a"] or node.attrs["transpose_b"] or ranks[0] != 2 or ranks[1] != 2:
                return None
        elif node.op != "conv2d_filter_grad":
            return None
        for tensor in node.inputs:
            if self.mark(tensor) == FIXED:
                return None
        return node

    def _settle(self, k, terms, changed):
        """What is left for carry k to add; sums of what is handed out anyway go too."""
        kept = []
        for term in terms:
            node = term.node
            handed = node.op == "reduce" and node.attrs["op"] == "sum" and self._is_handed_out(node.inputs[0])
            if handed:
                self.sums.append([k, "sum", node.inputs, node.attrs["axes"], term.shape])
                changed = True
            else:
                kept.append(term)
        if not changed:
            return None
        if len(kept) == 0:
            self.loop.results[k] = None
            return None
        total = self.loop.carries[k][0]
        for term in kept:
            total = derive("add", [total, term], {}, self.label)[0]
        self.loop.results[k] = total
        return None

    def _is_handed_out(self, tensor):
        return self.emitted.has(key_of(tensor)) or self._is_slice(tensor)

    def _is_slice(self, tensor):
        for entry in self.loop.slices:
            if key_of(entry[0]) == key_of(tensor):
                return True
        return False

    def _emit(self, tensor):
        if not (self.mark(tensor) == SLICE and self._can_batch(tensor)):
            self.emitted.put(key_of(tensor), tensor)

    # Behind the loop: products that only stacked results need

    def _tails(self):
        for i in range(self.loop.count, len(self.loop.results)):
            result = self.loop.results[i]
            if result is None:
                continue
            start = self._start_of_tail(result)
            if start is not None:
                param = param_like("behind", start)
                replaced = new_map()
                replaced.put(key_of(start), param)
                self.tails[i] = [substitute([result], replaced)[0], param, start]
                self.emitted.put(key_of(start), start)
                self.loop.results[i] = None

    def _start_of_tail(self, tensor):
        """The operand of the product from which an elementwise chain leads to a result, or None."""
        while self.counts.at(key_of(tensor)) == 1 and self.mark(tensor) == CARRIED:
            node = tensor.node
            if node.op == "matmul" and not node.attrs["transpose_a"]:
                fits = self.mark(node.inputs[0]) == CARRIED and self.mark(node.inputs[1]) == FIXED
                return node.inputs[0] if fits else None
            if not is_elementwise(node.op) or is_generator(node.op):
                return None
            following = None
            for operand in node.inputs:
                if self.mark(operand) == CARRIED:
                    if following is not None:
                        return None
                    following = operand
                elif not self._can_batch(operand):
                    return None
            tensor = following
        return None

    # After the loop

    def finish(self, i, base, stacks):
        """Output i of the loop. base: what the loop itself gives, the first carry, or None for a tail.

        stacks: key of an emitted tensor → its stacked values.
        """
        if self.tails[i] is not None:
            tail = self.tails[i]
            return self.batched(tail[0], tail[1], stacks.at(key_of(tail[2])))
        total = base
        for entry in self.sums:
            if entry[0] == i:
                part = self._sum(entry, stacks)
                total = part if _is_zero(total) else derive("add", [total, part], {}, self.label)[0]
        return total

    def _sum(self, entry, stacks):
        operands = [self._stacked(tensor, stacks) for tensor in entry[2]]
        if entry[1] == "product":
            return self._product(entry[3], operands)
        axes = [0]
        axes.extend([axis + 1 for axis in entry[3]])
        attrs = {"op": "sum", "axes": axes, "keepdims": False}
        total = derive("reduce", [operands[0]], attrs, self.label)[0]
        if same_shape(total.shape, entry[4]):
            return total
        return derive("reshape", [total], {"shape": copy_shape(entry[4])}, self.label)[0]

    def _stacked(self, tensor, stacks):
        if stacks.has(key_of(tensor)):
            return stacks.at(key_of(tensor))
        return self.batched(tensor, None, None)

    def _product(self, term, operands):
        """A term for all steps at once: its product of all rows, moved about as the term's."""
        node = term.node
        if node.op in MOVED:
            return derive(node.op, [self._product(node.inputs[0], operands)], node.attrs, self.label)[0]
        return derive(node.op, [self._all_rows(x) for x in operands], node.attrs, self.label)[0]

    def _all_rows(self, x):
        shape = [dim_mul(x.shape[0], x.shape[1])]
        shape.extend(x.shape[2 : len(x.shape)])
        return derive("reshape", [x], {"shape": shape}, self.label)[0]
