// Go: os.File as net's File methods return it
import { binding, constant } from "./internal/binding.js";
import { checkInt, ErrClosed } from "./errors/index.js";
import { closeAtOnce } from "./internal/poll/linger.js";

const MAX_FD = 0x7fffffff;

/**
 * A descriptor of its own on the same socket as a connection or listener: made by `file()`, taken by `fileConn`, passed to a
 * child process by its number. Either may be closed without the other. Unlike in Go, both stay
 * non-blocking; whoever changes that for one of them, a child that has it as its input say, does no harm to the other.
 */
export class File {
  #fd: number;
  /** What it was made from, such as `tcp:127.0.0.1:80->127.0.0.1:40000`. Go: File.Name. */
  readonly name: string;

  /**
   * Takes over a descriptor, which is the File's to close from now on. Throws `ERR_INVALID_ARG_TYPE` or `ERR_OUT_OF_RANGE`
   * for what is no number of one. Go: os.NewFile.
   */
  constructor(fd: number, name = "") {
    this.#fd = checkInt("fd", fd, 0, MAX_FD);
    this.name = name;
    // A number that stands for nothing tells so when it is used.
    binding.adopt(fd);
    unclosed.register(this, fd, this);
  }

  /** The descriptor's number; throws `ERR_CLOSED` after close. Go: File.Fd. */
  get fd(): number {
    if (this.#fd < 0) throw ErrClosed;
    return this.#fd;
  }

  /** Closes this descriptor, and not the one it was made from. Throws `ERR_CLOSED` the second time. Go: File.Close. */
  close(): void {
    const { fd } = this;
    this.#fd = -1;
    unclosed.unregister(this);
    closeAtOnce(fd);
  }

  /** Closes it, unless that was done before. */
  [Symbol.dispose](): void {
    if (this.#fd >= 0) this.close();
  }

  /** Closes it, unless that was done before. */
  async [Symbol.asyncDispose](): Promise<void> {
    this[Symbol.dispose]();
  }
}

// One that was forgotten is closed when it is collected, as in Go.
const unclosed = new FinalizationRegistry<number>(closeAtOnce);

const F_SETFD = constant("F_SETFD");
const FD_CLOEXEC = constant("FD_CLOEXEC");

// The protocol of systemd: descriptors from here on, and three variables that tell about them.
const FIRST = 3;
const variables = ["LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"] as const;

/**
 * The sockets that a service manager opened for this process and passed on, with the names it gave them; none if there are
 * none, or they are for another process. Make listeners of them by `fileListener`, and the like. Only the first call gets
 * them: the variables are taken out of the environment, and children do not inherit the descriptors.
 * sd_listen_fds(3).
 */
export function listenFds(): File[] {
  const { LISTEN_PID, LISTEN_FDS = "", LISTEN_FDNAMES = "" } = process.env;
  for (const name of variables) delete process.env[name];
  if (LISTEN_PID !== String(process.pid) || !/^[1-9]\d{0,3}$/.test(LISTEN_FDS)) return [];
  const names = LISTEN_FDNAMES.split(":");
  return Array.from({ length: Number(LISTEN_FDS) }, (_, i) => {
    binding.fcntl(FIRST + i, F_SETFD, FD_CLOEXEC);
    return new File(FIRST + i, names[i] || `LISTEN_FD_${FIRST + i}`);
  });
}
