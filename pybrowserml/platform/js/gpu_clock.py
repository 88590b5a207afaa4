"""JavaScript twin of platform/gpu_clock. A context is that of platform/webgl.

A span is a timer query (EXT_disjoint_timer_query_webgl2): one at a time, its time is there some turns of the page later.
"""

__pragma__(
    "js",
    "{}",
    """
/** The extension, or null where the browser allows none. */
export const open_clock = (state) => {
  const clock = state.gl.getExtension('EXT_disjoint_timer_query_webgl2');
  if (clock === null || state.gl.getQuery(clock.TIME_ELAPSED_EXT, clock.QUERY_COUNTER_BITS_EXT) === 0) return null;
  // To ask for it forgets what disturbed earlier spans.
  state.gl.getParameter(clock.GPU_DISJOINT_EXT);
  return clock;
};
export const start_span = (state, clock) => {
  const query = state.gl.createQuery();
  state.gl.beginQuery(clock.TIME_ELAPSED_EXT, query);
  return query;
};
export const end_span = (state, clock) => state.gl.endQuery(clock.TIME_ELAPSED_EXT);
export const span_ready = (state, query) => state.gl.isContextLost()
  || state.gl.getQueryParameter(query, state.gl.QUERY_RESULT_AVAILABLE);
/** Milliseconds of a span that is ready, which is given back. */
export const take_span = (state, query) => {
  const time = state.gl.isContextLost() ? 0 : state.gl.getQueryParameter(query, state.gl.QUERY_RESULT) / 1e6;
  state.gl.deleteQuery(query);
  return time;
};
/** Whether something happened since the last time it was asked that makes spans meaningless. */
export const was_disturbed = (state, clock) => Boolean(state.gl.getParameter(clock.GPU_DISJOINT_EXT));
/** Wait until all is drawn, by reading one pixel of the framebuffer in use. */
export const wait_for_gpu = (state, kind) => {
  const gl = state.gl;
  gl.readBuffer(gl.COLOR_ATTACHMENT0);
  if (kind === 'f') gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.FLOAT, new Float32Array(4));
  else gl.readPixels(0, 0, 1, 1, gl.RGBA_INTEGER, gl.INT, new Int32Array(4));
};
""",
)
