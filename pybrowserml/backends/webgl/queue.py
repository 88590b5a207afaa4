"""The queue of draws: long ones in bands, and never more at once than a GPU does in a few milliseconds."""

from ...platform import webgl
from ...platform.tasks import TURN, now, sleep
from .programs import lost_error

# Fetches queued before the first fence; later the queue is sized so that it takes about QUEUE_MILLISECONDS.
FIRST_QUEUE = 4000000
LEAST_QUEUE = 200000
QUEUE_MILLISECONDS = 12
# Who waits for a result asks in every turn of the page for so long. Who waits only to queue more, while the work of the
# next fence goes on, soon sleeps: asking takes a core from a software rasteriser (a tenth of the time of a long step).
EAGER_MILLISECONDS = 2.0
PATIENT_MILLISECONDS = 0.3
# What takes so long at most, and has so many bytes, is waited for at once: browsers look at fences every other
# millisecond only.
SHORT_MILLISECONDS = 8
SHORT_READ = 4194304


class DrawQueue:
    """draws: how many so far; queued: fetches since the last fence, at most `limit`; novel: whether something is drawn
    for the first time, so that drivers may take long; watch: who is told of each draw, None while nobody profiles.
    """

    def __init__(self, context, pool):
        self.context = context
        self.pool = pool
        self.draws = 0
        self.queued = 0
        self.limit = FIRST_QUEUE
        self.fences = []
        self.passed = 0
        self.novel = False
        self.watch = None

    def draw(self, action, sources, targets):
        """Generator: the draws of an action; long ones in bands of texel rows, so that no command holds the
        GPU long.
        """
        yield from self.draw_lines(action, sources, targets, action.lines[0], action.lines[1])

    def draw_lines(self, action, sources, targets, first, end):
        """Generator: `draw` for the lines of texels from first to end - 1 only, counted over all pages."""
        layout = action.layout
        if not action.program.drawn:
            action.program.drawn = True
            self.novel = True
        for page in range(layout.pages):
            begin = page * layout.height
            if end <= begin or first >= begin + layout.height:
                continue
            framebuffer = self.pool.framebuffer(targets, page, action.first, action.rows)
            height = layout.page_height(page)
            low = first - begin if first > begin else 0
            stop = end - begin if end - begin < height else height
            while low < stop:
                cost = layout.width * action.fetches
                band = self.limit // cost
                if band < 1:
                    band = 1
                high = low + band if low + band < stop else stop
                if self.watch is not None:
                    self.watch.begin(action)
                webgl.draw(
                    self.context,
                    action.program.handle,
                    action.pages[page],
                    framebuffer,
                    sources,
                    layout.width,
                    height,
                    low,
                    high,
                )
                if self.watch is not None:
                    self.watch.end(action, cost * (high - low))
                self.draws = self.draws + 1
                self.queued = self.queued + cost * (high - low)
                low = high
                if self.queued > self.limit:
                    yield from self.throttle()
        return None

    def throttle(self):
        """Generator: mark what is queued by a fence and wait for the one before, so that the GPU is neither
        idle nor far behind; learn from the fences how much it does in a few milliseconds.
        """
        self.fences.append([webgl.fence(self.context), self.queued, now()])
        self.queued = 0
        if len(self.fences) < 2:
            return None
        first = self.fences.pop(0)
        yield from self.wait_fence(first[0], PATIENT_MILLISECONDS)
        webgl.delete_fence(self.context, first[0])
        if webgl.is_lost(self.context):
            raise lost_error()
        begun = first[2] if first[2] > self.passed else self.passed
        self.passed = now()
        elapsed = self.passed - begun
        limit = first[1] * QUEUE_MILLISECONDS / (elapsed if elapsed > 1 else 1)
        if limit > 2 * self.limit:
            limit = 2 * self.limit
        if limit < self.limit / 2:
            limit = self.limit / 2
        self.limit = limit // 1 if limit > LEAST_QUEUE else LEAST_QUEUE
        return None

    def wait_fence(self, sync, eager):
        """Generator: until a fence has passed, or at once for a caller that cannot wait. eager: milliseconds until it
        sleeps between its questions.
        """
        started = now()
        while not webgl.fence_passed(self.context, sync):
            # Also behind a sleep: browsers hold back timers that timers start, to 4 ms.
            hurried = yield TURN
            if hurried:
                return None
            if now() - started > eager:
                yield sleep(1)
        return None

    def wait_read(self, sync, size):
        """Generator: until a transfer of so many bytes, ended by `sync`, is there or soon will be. Returns whether what
        is left is to be waited for at once.
        """
        while len(self.fences) > 0:
            first = self.fences.pop(0)
            yield from self.wait_fence(first[0], EAGER_MILLISECONDS)
            webgl.delete_fence(self.context, first[0])
        expected = self.queued * QUEUE_MILLISECONDS / self.limit
        if not self.novel and expected <= SHORT_MILLISECONDS and size <= SHORT_READ:
            return True
        yield from self.wait_fence(sync, EAGER_MILLISECONDS)
        return False

    def learn(self, elapsed):
        """What was to be short took so many milliseconds."""
        if elapsed > 2 * SHORT_MILLISECONDS and self.limit > 2 * LEAST_QUEUE:
            self.limit = self.limit // 2

    def settle(self):
        """Forget fences whose work is known to be done."""
        for entry in self.fences:
            webgl.delete_fence(self.context, entry[0])
        self.fences = []
        self.queued = 0
        self.novel = False
