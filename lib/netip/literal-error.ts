// Go: net/netip/netip.go (parseAddrError, parsePrefixError)
import { NetError } from "../errors/index.js";

/**
 * Text or bytes that are no address, address with port, or prefix. Code `ERR_PARSE`; the text is Go's,
 * such as `ParseAddr("x"): unable to parse IP` or `unexpected slice size`.
 */
export class LiteralError extends NetError {
  override readonly name = "LiteralError";
  readonly code = "ERR_PARSE";
}
