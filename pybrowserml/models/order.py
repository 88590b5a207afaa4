"""The order of a model's layers, and so of its weights, as in Keras: by depth, then by when an output leads there."""

from ..platform.maps import new_map


class LayerOrder:
    """Walks from the outputs back to the inputs.

    source: gives the History of a node, or None for an op. A step is a call of a layer, or an op; it is known by the
    serial of its first node.
    """

    def __init__(self, inputs, outputs, source):
        self.inputs = inputs
        self.outputs = outputs
        self.source = source
        self.ends = new_map()
        for tensor in inputs:
            self.ends.put(tensor.node.serial, True)
        # Layers by when they are met first; steps by when all that they need is done.
        self.met = new_map()
        self.finished = []
        self.nodes = new_map()

    def layers(self):
        """The layers; those of inputs that no output needs come last."""
        for tensor in self.outputs:
            self._walk(tensor.node)
        depths = self._depths()
        for tensor in self.inputs:
            layer = self._layer(tensor.node)
            if layer is not None and not depths.has(layer):
                depths.put(layer, 0)
                self.met.put(layer, -1)
        groups = new_map()
        for layer in depths.all_keys():
            depth = depths.at(layer)
            if not groups.has(depth):
                groups.put(depth, [])
            groups.at(depth).append(layer)
        found = []
        rising = sorted(groups.all_keys())
        for i in range(len(rising)):
            found.extend(self._by_meeting(groups.at(rising[len(rising) - 1 - i])))
        return found

    def _by_meeting(self, layers):
        if len(layers) == 1:
            return layers
        places = new_map()
        for layer in layers:
            place = self.met.at(layer)
            if not places.has(place):
                places.put(place, [])
            places.at(place).append(layer)
        found = []
        for place in sorted(places.all_keys()):
            found.extend(places.at(place))
        return found

    def _layer(self, node):
        history = self.source(node)
        return None if history is None else history.layer

    def _step(self, node):
        """The number of the step that makes a node."""
        history = self.source(node)
        return node.serial if history is None else history.outputs[0].node.serial

    def _sources(self, node):
        """The nodes that a step reads; of an input none."""
        if self.ends.has(node.serial):
            return []
        history = self.source(node)
        return [tensor.node for tensor in (node.inputs if history is None else history.inputs)]

    def _walk(self, start):
        """Depth first, without recursion: a frame is [node, its sources, how many of them were looked at]."""
        frames = []
        self._enter(start, frames)
        while len(frames) > 0:
            frame = frames[len(frames) - 1]
            if frame[2] < len(frame[1]):
                frame[2] = frame[2] + 1
                self._enter(frame[1][frame[2] - 1], frames)
            else:
                self.finished.append(frame[0])
                frames.pop()
        return None

    def _enter(self, node, frames):
        step = self._step(node)
        if self.nodes.has(step):
            return None
        self.nodes.put(step, node)
        layer = self._layer(node)
        if layer is not None and not self.met.has(layer):
            self.met.put(layer, self.met.size())
        frames.append([node, self._sources(node), 0])
        return None

    def _depths(self):
        """Layer → its distance from the outputs, the longest way, of all its calls."""
        of_steps = new_map()
        of_layers = new_map()
        for i in range(len(self.finished)):
            node = self.finished[len(self.finished) - 1 - i]
            step = self._step(node)
            depth = of_steps.at(step) if of_steps.has(step) else 0
            layer = self._layer(node)
            if layer is not None:
                if of_layers.has(layer):
                    depth = max(depth, of_layers.at(layer))
                of_layers.put(layer, depth)
            for source in self._sources(node):
                before = self._step(source)
                known = of_steps.at(before) if of_steps.has(before) else 0
                of_steps.put(before, max(depth + 1, known))
        return of_layers
