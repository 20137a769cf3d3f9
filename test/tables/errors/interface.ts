// Ways for asking after an interface to fail, and what Go says of each: one row a way.

import { interfaceByIndex, interfaceByName } from "rawconn";
import { thrown } from "../../support/outcome.js";
import { sentinel, type Stage, staged } from "./scenario.js";

// Nothing is needed, and nothing has to be named.
const stage = async (): Promise<Stage> => ({ named: (text) => text, [Symbol.dispose]: () => {} });

const NAME = {
  text: "route ip+net: invalid network interface name",
  ...sentinel("ERR_INVALID_INTERFACE_NAME"),
};
const INDEX = {
  text: "route ip+net: invalid network interface index",
  ...sentinel("ERR_INVALID_INTERFACE_INDEX"),
};
const NONE = { text: "route ip+net: no such network interface", ...sentinel("ERR_NO_SUCH_INTERFACE") };

/** Every way for asking after an interface to fail. */
export const interfaces = staged(stage, {
  'InterfaceByName("")': { fail: () => thrown<Error>(() => interfaceByName("")), ...NAME },
  "InterfaceByIndex(0)": { fail: () => thrown<Error>(() => interfaceByIndex(0)), ...INDEX },
  "InterfaceByIndex(-1)": { fail: () => thrown<Error>(() => interfaceByIndex(-1)), ...INDEX },
  'InterfaceByName("no such")': { fail: () => thrown<Error>(() => interfaceByName("no such")), ...NONE },
  "InterfaceByIndex(1 << 30)": { fail: () => thrown<Error>(() => interfaceByIndex(1 << 30)), ...NONE },
});
