// Go: io, bufio
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
  ErrUnexpectedEOF,
  PartialError,
} from "../errors/index.js";
export { LimitedReader, type Reader as IOReader, type Writer as IOWriter } from "../limited-reader.js";
export { copy, copyBuffer, copyN } from "./copy.js";
export { type FrameOptions, FrameReader, FrameWriter } from "./frames.js";
export { readAtLeast, readFull } from "./read.js";
export { type BufferOptions, type Line, Reader } from "./reader.js";
export { Scanner, type ScannerOptions } from "./scanner.js";
export { scanBytes, scanLines, scanWords, type Split, type SplitFunc } from "./split.js";
export { type CopySource, ReaderFrom, type Stream, WriterTo } from "./stream.js";
export { Writer } from "./writer.js";
