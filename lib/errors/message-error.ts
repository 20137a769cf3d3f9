// Go: x/net/icmp/message.go (errors), x/net/ipv4/helper.go (errors)
import { NetError } from "./net-error.js";

/** A message or an IP header is malformed. Code `ERR_PARSE`, text such as `message too short`, `header too short`. */
export class MessageError extends NetError {
  override readonly name = "MessageError";
  readonly code = "ERR_PARSE";
}
