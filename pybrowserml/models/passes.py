"""Passes over the data of a fit, and the epochs that are cut from them.

Without steps_per_epoch each epoch is a pass. With it, as in Keras, an epoch takes so many batches and the next one goes
on behind them; where the data ends, the epoch ends too, and the next one starts a new pass.
"""


class Passes:
    """Where the passes of one fit stand. first: the epoch that the fit starts with."""

    def __init__(self, batches, schedule, first):
        self.batches = batches
        self.schedule = schedule
        self.running = False
        self.ended = False
        # Batches taken of the present pass, before the present epoch.
        self.seen = 0
        # Where training goes on after it was stopped, earlier epochs took batches too.
        self.before = first if schedule.resumes else first - schedule.initial_epoch

    def begin(self, key, number, epoch, index):
        """Generator → how many batches the epoch has, None when that is not known; the data stands at batch `index`.

        key: of the order of rows, which depends on the number, over all fits, of the epoch that begins a pass.
        """
        self.batches.epoch_begins()
        most = self.schedule.steps_per_epoch
        count = self.batches.batch_count()
        if most is None or not self.running or self.ended or (count is not None and self.seen >= count):
            self.seen = 0
            if most is not None and count is not None and not self.running:
                whole = (count + most - 1) // most
                past = self.before % whole if whole > 0 else 0
                number = number - past
                self.seen = past * most
            yield from self.batches.begin(self.schedule.shuffle, key, number, self.seen + index)
            self.running = True
            self.ended = False
        if count is None:
            return most
        left = count - self.seen
        return left if most is None else min(left, most)
