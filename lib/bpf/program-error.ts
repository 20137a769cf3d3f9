// Go: x/net/bpf (errors)
import { NetError } from "../errors/index.js";

/** A BPF program cannot be assembled, or not be run. Code `ERR_BPF`, text such as `invalid scratch slot 16`. */
export class ProgramError extends NetError {
  override readonly name = "ProgramError";
  readonly code = "ERR_BPF";
}
