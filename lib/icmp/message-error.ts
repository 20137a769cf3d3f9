// Go: x/net/icmp/message.go (errors)
import { NetError } from "../errors/index.js";

/** An ICMP message or an IP header is malformed. Code `ERR_PARSE`, text such as `message too short`. */
export class MessageError extends NetError {
  override readonly name = "MessageError";
  readonly code = "ERR_PARSE";
}
