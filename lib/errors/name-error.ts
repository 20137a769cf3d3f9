// Go: net/net.go (AddrError, ParseError, UnknownNetworkError, InvalidAddrError, DNSError)
import { NetError } from "./net-error.js";

/** An address that cannot be used. Code `ERR_ADDRESS`, text `address X: reason`. Go: net.AddrError. */
export class AddrError extends NetError {
  override readonly name = "AddrError";
  readonly code = "ERR_ADDRESS";
  /** The reason. */
  readonly err: string;
  /** The offending text, which may be empty. */
  readonly addr: string;

  constructor(err: string, addr: string) {
    super(addr === "" ? err : `address ${addr}: ${err}`);
    this.err = err;
    this.addr = addr;
  }
}

/** A literal that cannot be parsed. Code `ERR_PARSE`, text `invalid TYPE: TEXT`. Go: net.ParseError. */
export class ParseError extends NetError {
  override readonly name = "ParseError";
  readonly code = "ERR_PARSE";
  /** What was expected, such as `CIDR address`. */
  readonly type: string;
  /** The offending text. */
  readonly text: string;

  constructor(type: string, text: string) {
    super(`invalid ${type}: ${text}`);
    this.type = type;
    this.text = text;
  }
}

/** A network name that means nothing here. Code `ERR_UNKNOWN_NETWORK`. Go: net.UnknownNetworkError. */
export class UnknownNetworkError extends NetError {
  override readonly name = "UnknownNetworkError";
  readonly code = "ERR_UNKNOWN_NETWORK";
  /** The name as the caller gave it. */
  readonly network: string;

  constructor(network: string) {
    super(`unknown network ${network}`);
    this.network = network;
  }
}

/** An address of the right form that cannot be. Code `ERR_INVALID_ADDR`; Go makes none itself either. Go: net.InvalidAddrError. */
export class InvalidAddrError extends NetError {
  override readonly name = "InvalidAddrError";
  readonly code = "ERR_INVALID_ADDR";
}

/** What a {@link DNSError} tells. */
export interface DNSErrorFields {
  /** The reason, such as `no such host`. */
  err: string;
  /** The name that was looked up. */
  dnsName: string;
  /** `host:port` of the server asked; empty for answers of this machine. */
  server?: string;
  /** Whether the lookup ran out of time. */
  isTimeout?: boolean;
  /** Whether another try may succeed. */
  isTemporary?: boolean;
  /** Whether the name or record does not exist. */
  isNotFound?: boolean;
  /** The error behind it: a cancellation, or what the system resolver said. */
  cause?: Error;
  /** What was found nevertheless. */
  partial?: unknown;
}

/** A name that could not be resolved. Code `ERR_DNS`, text `lookup NAME[ on SERVER]: reason`. Go: net.DNSError. */
export class DNSError extends NetError {
  override readonly name = "DNSError";
  readonly code: string;
  /** The reason. */
  readonly err: string;
  /** The name that was looked up. (Go calls this field Name; `name` is taken in JavaScript.) */
  readonly dnsName: string;
  /** `host:port` of the server asked, or empty. */
  readonly server: string;
  /** Whether the lookup ran out of time. */
  readonly isTimeout: boolean;
  /** Whether another try may succeed. */
  readonly isTemporary: boolean;
  /** Whether the name or record does not exist. */
  readonly isNotFound: boolean;
  /** What the lookup would have resolved, without the records that are wrong; absent where there is nothing. */
  declare readonly partial?: unknown;

  constructor(fields: DNSErrorFields) {
    const where = fields.server ? ` on ${fields.server}` : "";
    super(`lookup ${fields.dnsName}${where}: ${fields.err}`, { cause: fields.cause });
    this.err = fields.err;
    this.dnsName = fields.dnsName;
    this.server = fields.server ?? "";
    this.isTimeout = fields.isTimeout ?? false;
    this.isTemporary = fields.isTemporary ?? false;
    this.isNotFound = fields.isNotFound ?? false;
    this.code = fields.cause instanceof NetError ? fields.cause.code : "ERR_DNS";
    if (fields.partial !== undefined) this.partial = fields.partial;
  }

  override timeout(): boolean {
    return this.isTimeout;
  }

  override temporary(): boolean {
    return this.isTimeout || this.isTemporary;
  }
}
