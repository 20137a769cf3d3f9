// Go: internal/poll/splice_linux.go (splicePipePool)
import { binding } from "../binding.js";

// As much as anybody may ask for without privileges (proc(5) pipe-max-size); the kernel begins with a sixteenth.
const SIZE = 1 << 20;

// So many that nobody uses stay open, since making one costs as much as a small transfer.
const MAX_IDLE = 8;

/** A pipe that bytes go through on their way from one socket to another. */
export interface Pipe {
  readonly from: number;
  readonly to: number;
}

const idle: Pipe[] = [];
const ends = new Int32Array(2);
const endsBytes = new Uint8Array(ends.buffer);
const { F_SETPIPE_SZ } = binding.constants;

/** An empty pipe; null where the system has no splice(2), or no descriptors left: then bytes are copied. */
export function takePipe(): Pipe | null {
  const pipe = idle.pop();
  if (pipe !== undefined) return pipe;
  if (F_SETPIPE_SZ === undefined) return null;
  if (binding.pipe(endsBytes) < 0) return null;
  const [from, to] = ends as unknown as [number, number];
  // Refused to a user who has many: then it is smaller, and slower.
  binding.fcntl(to, F_SETPIPE_SZ, SIZE);
  return { from, to };
}

/** Takes one back. What is still in it is lost with it. */
export function returnPipe(pipe: Pipe, isEmpty: boolean): void {
  if (isEmpty && idle.length < MAX_IDLE) {
    idle.push(pipe);
    return;
  }
  binding.close(pipe.from);
  binding.close(pipe.to);
}
