"""Functions of WebAssembly that an engine knows by their keys."""

from pybrowserml.backends.cpu.wasm.tier import MOST_CALLS, Tier


def compiled(tier):
    """As if what was asked for had been compiled."""
    for key in tier.pending:
        tier.calls.at(key).run = key
    tier.pending = {}
    tier.forget_oldest()


def test_the_functions_asked_for_last_are_kept():
    tier = Tier(False, {})
    built = []

    def want(key):
        return tier.want(key, lambda: built.append(key))

    first = want("often")
    for k in range(MOST_CALLS * 3):
        want(f"once {k}")
        assert want("often") is first
        compiled(tier)
        assert tier.calls.size() <= MOST_CALLS
    assert built.count("often") == 1
    want("once 0")
    assert built.count("once 0") == 2
    want(f"once {MOST_CALLS * 3 - 1}")
    assert built.count(f"once {MOST_CALLS * 3 - 1}") == 1


def test_a_function_is_built_once_before_it_is_compiled():
    tier = Tier(False, {})
    built = []
    calls = [tier.want("pack", lambda: built.append(1)) for _ in range(3)]
    assert built == [1]
    assert calls[0] is calls[1] is calls[2]
