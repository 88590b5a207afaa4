// `model.worker.js` of a built model. In the page it is a module that starts itself once more, as a worker; in the
// worker it loads model.js and does what the page asks.

import { connect, WORKER_NAME } from "./connect.js";
import { serve } from "./serve.js";

if (typeof document === "undefined" && globalThis.name === WORKER_NAME) serve();

export { connect };
