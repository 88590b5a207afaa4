"""Tokens counted in documents: how a vocabulary is learned."""

from ...platform import real
from ...platform.maps import new_map


class TokenCounts:
    """How often tokens occurred, and in how many documents."""

    def __init__(self):
        self.counts = new_map()
        self.document_counts = new_map()
        self.documents = 0

    def add(self, row):
        """Count the tokens of one document."""
        seen = new_map()
        for token in row:
            self.counts.put(token, 1 + (self.counts.at(token) if self.counts.has(token) else 0))
            if not seen.has(token):
                seen.put(token, True)
                before = self.document_counts.at(token) if self.document_counts.has(token) else 0
                self.document_counts.put(token, before + 1)
        self.documents = self.documents + 1
        return None

    def ordered(self, dropped):
        """The tokens but for those to drop, the most frequent first; equals in falling order."""
        groups = new_map()
        rising = sorted(self.counts.all_keys())
        for i in range(len(rising)):
            token = rising[len(rising) - 1 - i]
            if token not in dropped:
                count = self.counts.at(token)
                if not groups.has(count):
                    groups.put(count, [])
                groups.at(count).append(token)
        found = []
        levels = sorted(groups.all_keys())
        for i in range(len(levels)):
            found.extend(groups.at(levels[len(levels) - 1 - i]))
        return found

    def idf_weights(self, tokens):
        """log(1 + documents / (1 + documents with the token)) of each."""
        return [real.log(1.0 + self.documents / (1.0 + self.document_counts.at(token))) for token in tokens]


def with_front(weights, count):
    """Weights for special tokens, whose frequency nobody knows: the mean of the others."""
    total = 0.0
    for weight in weights:
        total = total + weight
    found = [total / len(weights) for i in range(count)]
    found.extend(weights)
    return found


def with_back(weights, size):
    """Weights filled up with zeros."""
    found = [weight for weight in weights]
    while len(found) < size:
        found.append(0.0)
    return found
