"""Generators that wait."""


def drive(generator):
    try:
        step = next(generator)
        while True:
            step = generator.send(step)
    except StopIteration as done:
        return done.value


def waits(callback):
    return lambda *args: drive(callback(*args))
