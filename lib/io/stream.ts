// Go: io.Reader, io.Writer, io.WriterTo, io.ReaderFrom
import type { FileHandle } from "node:fs/promises";
import { invalidArgType } from "../errors/index.js";
import type { LimitedReader, Reader as IOReader, Writer as IOWriter } from "../limited-reader.js";
import { TCPConn } from "../tcp.js";

export { checkCount, MAX_EMPTY_READS } from "../limited-reader.js";

/** A connection, as far as this package needs one: a Conn of this library, an end of a `pipe`, or what is like them. */
export interface Stream extends IOReader, IOWriter {
  /** Ends it. */
  close(): void;
}

/** Whatever {@link copy} can copy from: a reader, an open file, or the first bytes of one of them. */
export type CopySource = IOReader | FileHandle | LimitedReader<IOReader | FileHandle>;

/**
 * What can copy itself to a writer better than by a loop of reads. A base class and not an interface, since the
 * `writeTo` of a packet connection is something else. Go: io.WriterTo.
 */
export abstract class WriterTo {
  /** Copies all that is to come to `w`; resolves the number of bytes. Go: WriterTo.WriteTo. */
  abstract writeTo(w: IOWriter): Promise<number>;
}

/** What can copy from a reader better than by a loop of writes. Go: io.ReaderFrom. */
export abstract class ReaderFrom {
  /** Copies from `r` until it ends; resolves the number of bytes. Go: ReaderFrom.ReadFrom. */
  abstract readFrom(r: CopySource): Promise<number>;
}

/** Whether it copies itself. A TCPConn does so inside the kernel where it can. */
export function isWriterTo(end: unknown): end is WriterTo | TCPConn {
  return end instanceof TCPConn || end instanceof WriterTo;
}

/** Whether it copies from others by itself. */
export function isReaderFrom(end: unknown): end is ReaderFrom | TCPConn {
  return end instanceof TCPConn || end instanceof ReaderFrom;
}

/** Throws a TypeError unless it has a method `read`. */
export function checkReader(name: string, r: unknown): void {
  if (typeof (r as Partial<IOReader> | null | undefined)?.read !== "function")
    throw invalidArgType(name, "a reader", r);
}

/** Throws a TypeError unless it has a method `write`. */
export function checkWriter(name: string, w: unknown): void {
  if (typeof (w as Partial<IOWriter> | null | undefined)?.write !== "function")
    throw invalidArgType(name, "a writer", w);
}
