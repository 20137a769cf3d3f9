export { NetError, SentinelError, CanceledError } from "./net-error.js";
export {
  ErrClosed,
  ErrClosedPipe,
  ErrDeadlineExceeded,
  ErrInvalidInterfaceIndex,
  ErrInvalidInterfaceName,
  ErrMissingAddress,
  ErrNoSuchInterface,
  ErrTimeout,
  ErrUnexpectedEOF,
  ErrWriteToConnected,
} from "./net-error.js";
export { MessageError } from "./message-error.js";
export {
  ErrAdvanceTooFar,
  ErrBadReadCount,
  ErrBufferFull,
  ErrFrameTooLong,
  ErrNegativeAdvance,
  ErrNoProgress,
  ErrShortBuffer,
  ErrShortWrite,
  ErrTooLong,
  PartialError,
} from "./io-error.js";
export { Errno, OpError, SyscallError, type OpErrorFields } from "./op-error.js";
export {
  AddrError,
  DNSError,
  InvalidAddrError,
  ParseError,
  UnknownNetworkError,
  type DNSErrorFields,
} from "./name-error.js";
export { errno, errnoMessage, errnoName, type ErrnoName } from "./errno.js";
export {
  asError,
  checkBoolean,
  checkDuration,
  checkInt,
  checkSignal,
  checkString,
  invalidArgType,
  invalidArgValue,
  outOfRange,
  withCode,
} from "./arguments.js";
export { isClosed, isTemporary, isTimeout } from "./is.js";
export {
  lowPortHint,
  optionHint,
  pingGroupCommand,
  pingSocketHint,
  rawSocketHint,
  setcapCommand,
} from "./hint.js";
