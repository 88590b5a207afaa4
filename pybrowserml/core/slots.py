"""Slots: where the values of variables live, and how many of them are read and set at one moment."""

from typing import Any

from ..platform.buffers import let_go


class Lender:
    """Memory that the hosts of several slots lie in, and that goes when the last of them has arrived on an engine.

    lent: how many of them have not. Where one was handed out to somebody else, it never arrives, and the memory waits
    for the garbage collector.
    """

    def __init__(self, data):
        self.data = data
        self.lent = 0

    def take_back(self):
        self.lent = self.lent - 1
        if self.lent == 0:
            let_go(self.data)
            self.data = None
        return None


class Slot:
    """The place of one variable: on the host, or in the memory of one engine, at a version.

    host: HostArray or None; buffer: Buffer or None; exactly one of them holds the value. For engines that may lose
    their memory (backends/journal): saved: a copy on the host of `saved_version`; known: the version to which the
    journal leads; uses: entries of the journal that name the slot. lender: the Lender of what host lies in, or None;
    keeper: that of the buffer (backends/buffer), or None.
    """

    def __init__(self, host):
        self.shape = host.shape
        self.dtype = host.dtype
        self.host = host
        self.buffer = None
        self.version = 0
        self.saved = None
        self.saved_version = -1
        self.known = -1
        self.uses = 0
        self.lender: Any = None
        self.keeper: Any = None

    def arrived(self):
        """An engine has a copy of its own of what the host held, which nobody else has: it is let go."""
        self.host = None
        if self.lender is not None:
            self.lender.take_back()
            self.lender = None
        return None

    def hand_out(self):
        """The host's numbers, for somebody who may keep them."""
        self.lender = None
        return self.host

    def is_saved(self):
        """Whether the copy on the host is that of the present version."""
        return self.saved is not None and self.saved_version == self.version

    def take_host(self, host):
        """Set the value from the host."""
        self.give_back()
        self.lender = None
        self.host = host
        self.version = self.version + 1
        return None

    def give_back(self):
        """Give back what the slot holds on an engine, and copies that nobody needs any more."""
        if self.buffer is not None:
            self.buffer.backend.release(self.buffer)
            self.buffer = None
        if self.uses == 0:
            self.saved = None
        return None


def fetch_host(variable):
    """Generator → HostArray of a variable's present value."""
    hosts = yield from fetch_hosts([variable])
    return hosts[0]


def fetch_hosts(variables):
    """Generator → HostArrays of the present values, all of one moment between two runs of their engine."""
    ticket = None
    backend = _engine_of(variables)
    if backend is not None:
        ticket = yield backend.lock.acquire()
    hosts = []
    try:
        for variable in variables:
            slot = variable.slot
            if slot.buffer is None:
                hosts.append(slot.hand_out())
            else:
                host = yield from slot.buffer.backend.read_slot(slot, backend)
                hosts.append(host)
    finally:
        if backend is not None:
            backend.lock.release(ticket)
    return hosts


def store_hosts(variables, hosts):
    """Generator: give variables values from the host, all between two runs of their engine."""
    ticket = None
    backend = _engine_of(variables)
    if backend is not None:
        ticket = yield backend.lock.acquire()
    try:
        for i in range(len(variables)):
            variables[i].set_host(hosts[i])
    finally:
        if backend is not None:
            backend.lock.release(ticket)
    return None


def _engine_of(variables):
    """The engine that holds the first of the variables that is on one, else None."""
    for variable in variables:
        if variable.slot.buffer is not None:
            return variable.slot.buffer.backend
    return None
