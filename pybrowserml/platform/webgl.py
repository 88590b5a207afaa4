"""The raw WebGL2 seam: CPython has no WebGL.

In JavaScript the twin offers context creation, textures, programs, draws, fences and reads; the webgl engine
calls nothing else. Here only `webgl_context` may be called, and it answers that there is none.
"""


def webgl_context(canvas):
    """[context, None], or [None, the reason]. canvas: a canvas to use, or None for one of our own."""
    return [None, "there is no WebGL in CPython"]


def _missing(*given):
    raise NotImplementedError("there is no WebGL in CPython")


probe = _missing
watch_loss = _missing
unwatch_loss = _missing
canvas_of = _missing
is_lost = _missing
ran_short = _missing
was_short = _missing
create_texture = _missing
delete_texture = _missing
write_texture = _missing
create_framebuffer = _missing
delete_framebuffer = _missing
start_program = _missing
program_ready = _missing
finish_program = _missing
warm_program = _missing
delete_program = _missing
draw = _missing
flush = _missing
fence = _missing
fence_passed = _missing
delete_fence = _missing
start_read = _missing
finish_read = _missing
length_of_read = _missing
read_now = _missing
lose_context = _missing
float_bits = _missing
