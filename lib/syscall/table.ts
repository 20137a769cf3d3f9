import { binding } from "../internal/binding.js";
import * as named from "./constants.js";

/** The name of a constant that some supported system has. */
export type ConstantName = keyof typeof named;

/**
 * The constants of this system by name, to ask what it has: one that it lacks is absent here, while the export of that
 * name is -1, or 0 when it is a flag.
 */
export const constants: Readonly<Partial<Record<ConstantName, number>>> = Object.freeze(
  Object.fromEntries(
    Object.keys(named)
      .filter((name) => name in binding.constants)
      .map((name) => [name, binding.constants[name]!]),
  ),
);
