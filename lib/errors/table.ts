/**
 * Every code this library makes that is not an errno, with its text. docs/errors.md has an entry for
 * each, and a test holds the two together.
 */
export const sentinelText = {
  ERR_CLOSED: "use of closed network connection",
  ERR_CLOSED_PIPE: "io: read/write on closed pipe",
  ERR_DEADLINE: "i/o timeout",
  ERR_TIMEOUT: "i/o timeout",
  ERR_MISSING_ADDRESS: "missing address",
  ERR_WRITE_TO_CONNECTED: "use of WriteTo with pre-connected connection",
  ERR_UNEXPECTED_EOF: "unexpected EOF",
  ERR_SHORT_BUFFER: "short buffer",
  ERR_SHORT_WRITE: "short write",
  ERR_NO_PROGRESS: "multiple Read calls return no data or error",
  ERR_BAD_READ_COUNT: "bufio.Scanner: Read returned impossible count",
  ERR_BUFFER_FULL: "bufio: buffer full",
  ERR_TOO_LONG: "bufio.Scanner: token too long",
  ERR_NEGATIVE_ADVANCE: "bufio.Scanner: SplitFunc returns negative advance count",
  ERR_ADVANCE_TOO_FAR: "bufio.Scanner: SplitFunc returns advance count beyond input",
  ERR_FRAME_TOO_LONG: "frame too long",
  ERR_NO_SUCH_INTERFACE: "no such network interface",
  ERR_INVALID_INTERFACE_INDEX: "invalid network interface index",
  ERR_INVALID_INTERFACE_NAME: "invalid network interface name",
} as const;

/** The code of a sentinel error. */
export type SentinelCode = keyof typeof sentinelText;

/** The remaining codes, whose text is made where they are thrown, with what each means. */
export const otherCodes = {
  ABORT_ERR: "the caller's AbortSignal ended the operation",
  ERR_ADDRESS: "an address is malformed or does not suit the network",
  ERR_PARSE: "a literal or a message could not be parsed",
  ERR_INVALID_ADDR: "an address has the right form and cannot be",
  ERR_BPF: "a BPF program cannot be assembled or run",
  ERR_UNKNOWN_NETWORK: "the network name is not one this library knows",
  ERR_DNS: "a name could not be resolved",
  ERR_HOOK: "a control hook, or a stream of Node's, failed with an error that has no code of its own",
  ERR_BUFFER_DETACHED: "a buffer was detached or shrank while an operation needed it",
  ERR_PROXY_HEADER: "a header of the PROXY protocol is malformed, missing or too long",
  ERR_UNSUPPORTED_PLATFORM: "this runtime or system cannot load the native part",
  ERR_ACCESS_DENIED: "Node's permission model does not allow network use, or native addons",
  ERR_INVALID_ARG_TYPE: "an argument has the wrong type",
  ERR_INVALID_ARG_VALUE: "an argument has the right type and a value that makes no sense",
  ERR_OUT_OF_RANGE: "a number lies outside its range",
} as const;
