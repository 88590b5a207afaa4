// Rows without a counterpart: what recording, compiling and calling cost us.

import { call, compile } from "./front.js";

window.bench = { compile, call };
