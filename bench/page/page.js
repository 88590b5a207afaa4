// The page of `make bench`: the driver calls one function of `window.bench` for each row.

import { limits } from "./limits/limits.js";
import { alternate } from "./measure.js";

/** A frame with one contestant, given as {name, peer, variant}. */
const frameOf = async ({ peer, variant }) => {
  const frame = document.createElement("iframe");
  frame.style = "position: absolute; left: 0; top: 0; width: 1px; height: 1px; border: 0";
  frame.src = `/frame.html?peer=${peer}&variant=${variant}`;
  const loaded = new Promise((resolve) => frame.addEventListener("load", resolve));
  document.body.append(frame);
  await loaded;
  return frame.contentWindow.bench;
};

/** Contestants, rotating. */
const race = ({ kind, given, contestants, budget, patience }) =>
  alternate(
    contestants.map((contestant) => ({
      name: contestant.name,
      make: async () => (await frameOf(contestant)).prepare(kind, given),
    })),
    { budget, patience, compared: given.compared },
  );

const gpu = () => {
  const gl = new OffscreenCanvas(1, 1).getContext("webgl2");
  if (!gl) return "no WebGL2";
  const names = gl.getExtension("WEBGL_debug_renderer_info");
  const renderer = gl.getParameter(names ? names.UNMASKED_RENDERER_WEBGL : gl.RENDERER);
  gl.getExtension("WEBGL_lose_context")?.loseContext();
  return renderer;
};

const about = () => ({
  agent: navigator.userAgent,
  cores: navigator.hardwareConcurrency,
  isolated: crossOriginIsolated,
  gpu: gpu(),
});

window.bench = { about, limits, race };
