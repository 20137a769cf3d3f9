import { binding } from "../internal/binding.js";

/** Names of bits, which are combined with others. */
const FLAG = /^(?:MSG|SOF)_|^SOCK_(?:NONBLOCK|CLOEXEC)$/;

/**
 * What a name stands for on this system. For one that it lacks: -1, which no option has, so that using it is
 * `ENOPROTOOPT`; for a flag 0, which asks for nothing and is never found set.
 */
export function numberOf(name: string): number {
  return binding.constants[name] ?? (FLAG.test(name) ? 0 : -1);
}
