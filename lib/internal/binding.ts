import addon from "./load.cjs";

/**
 * Readiness of every descriptor of one environment, told in batches.
 *
 * The callback is handed the number of events; each is three words of the shared array from
 * `constants.POLLER_EVENTS` on: slot, generation, readiness (1 readable, 2 writable, 4 no short read means "drained" from here on).
 * Slot 0 is the timer. Edge-triggered: a change is told once, and may be told in vain.
 */
export interface NativePoller {
  /** Watches a descriptor: for reading, and unless `writes` is 0 for writing too. epoll_ctl(2) ADD. */
  add(fd: number, slot: number, generation: number, writes: number): number;
  /** The same for one that is watched already; tells again what it is ready for. epoll_ctl(2) MOD. */
  modify(fd: number, slot: number, generation: number, writes: number): number;
  /**
   * Stops watching it; before close(2), always: epoll_ctl(2) DEL. `-ENOENT`, `-EBADF` or `-EPERM` tells that the number is
   * not what was watched; after any failure it is no longer closed with the environment.
   */
  remove(fd: number): number;
  /** Sets the one timer to fire in so many milliseconds; below zero stops it: timerfd_settime(2). */
  arm(milliseconds: number): number;
  /** Keeps the event loop alive. */
  ref(): void;
  /** Lets the event loop end although descriptors are open. */
  unref(): void;
}

/**
 * The waist: all that crosses between TypeScript and native code. A function is one system call, named as in
 * its manual page; it never blocks. It returns zero or more, or **minus errno**; only a wrong argument type throws.
 * Arrays belong to the caller, and no pointer into them outlives the call. Descriptors made here are
 * non-blocking and close-on-exec, and are closed with the environment if nobody did before.
 */
export interface Binding {
  /** socket(2): a new descriptor. */
  socket(domain: number, type: number, protocol: number): number;
  /** bind(2), to a whole socket address. */
  bind(fd: number, address: Uint8Array): number;
  /** connect(2): 0, or -EINPROGRESS. */
  connect(fd: number, address: Uint8Array): number;
  /** listen(2). */
  listen(fd: number, backlog: number): number;
  /** accept4(2): a new descriptor; the peer's address is written into `address`. */
  accept(fd: number, address: Uint8Array): number;
  /** shutdown(2). */
  shutdown(fd: number, how: number): number;
  /** close(2); never again on EINTR. */
  close(fd: number): number;
  /** getsockname(2): the address's length. */
  getsockname(fd: number, address: Uint8Array): number;
  /** getpeername(2): the address's length. */
  getpeername(fd: number, address: Uint8Array): number;
  /** recv(2) into `p`: the number of bytes. */
  recv(fd: number, p: Uint8Array): number;
  /** send(2) of `p` from `offset` on, without SIGPIPE: the number of bytes taken. */
  send(fd: number, p: Uint8Array, offset: number): number;
  /** writev(2) of `pieces` from `first` on, `offset` bytes into that one, at most 1024 of them: the bytes taken. */
  writev(fd: number, pieces: readonly Uint8Array[], first: number, offset: number): number;
  /** pipe(2): writes two descriptors, to read from and to write to, as ints into `ends`. */
  pipe(ends: Uint8Array): number;
  /** splice(2) of at most `length` bytes, one of both being a pipe: the number moved, 0 at the end. */
  splice(from: number, to: number, length: number): number;
  /** sendfile(2) of at most `length` bytes from `offset` of a file, or from where it stands if below zero. */
  sendfile(to: number, from: number, offset: number, length: number): number;
  /** fcntl(2) F_DUPFD_CLOEXEC: a new descriptor of the same description. */
  dup(fd: number): number;
  /** fcntl(2) F_GETFD: it is there, and from now on closed with the environment as those made here are. 0. */
  adopt(fd: number): number;
  /** No system call: the descriptor is somebody else's from now on, and stays open when the environment ends. Always 0. */
  release(fd: number): number;
  /** fcntl(2) with a command that takes an integer: F_GETFL, F_SETFL, F_GETFD, F_SETFD, F_SETPIPE_SZ; `-EINVAL` for others. */
  fcntl(fd: number, command: number, value: number): number;
  /** recvmsg(2) into `p`; `header` is the block described in message.ts. */
  recvmsg(fd: number, p: Uint8Array, header: Uint8Array, flags: number): number;
  /** sendmsg(2) of `p`; `header` likewise. */
  sendmsg(fd: number, p: Uint8Array, header: Uint8Array, flags: number): number;
  /**
   * recvmmsg(2), messages that were joined told apart again: the number of messages. `slab` and `block` are those of
   * batch-table.ts. `-ENOSYS` where there is no such call.
   */
  recvmmsg(fd: number, slab: Uint8Array, block: Uint8Array, flags: number): number;
  /** sendmmsg(2), likewise: how many of the messages went, in order. */
  sendmmsg(fd: number, slab: Uint8Array, block: Uint8Array, flags: number): number;
  /** getsockopt(2) into `value`, at most 512 bytes: the option's length. */
  getsockopt(fd: number, level: number, name: number, value: Uint8Array): number;
  /** setsockopt(2) from `value`, at most 512 bytes. */
  setsockopt(fd: number, level: number, name: number, value: Uint8Array): number;
  /** setsockopt(2) of a `struct sock_fprog` over `program`: 1 to 4096 instructions of classic BPF, 8 bytes each. */
  setsockopt_fprog(fd: number, level: number, name: number, program: Uint8Array): number;
  /** if_nametoindex(3). */
  if_nametoindex(name: string): number;
  /** if_indextoname(3): the length of the name written into `name`. */
  if_indextoname(index: number, name: Uint8Array): number;
  /** clock_gettime(2), in microseconds with a fraction of a quarter. */
  clock_gettime(clock: number): number;
  /** One per environment. `ring` is an Int32Array of `constants.POLLER_WORDS`. */
  Poller: new (callback: (count: number) => void, ring: Int32Array) => NativePoller;
  /** The platform's numbers by their C names; a name the system lacks is absent. */
  constants: Readonly<Record<string, number>>;
}

/**
 * The native code of this environment. A copy, since V8 keeps what native code filled in a hash table, and every
 * call would begin with a look-up (40 ns a message).
 */
export const binding: Binding = { ...(addon as Binding) };

/** A constant of the platform that every supported system has; asking for another is a mistake of ours. */
export function constant(name: string): number {
  const value = binding.constants[name];
  if (value === undefined) throw new Error(`rawconn: this system has no constant ${name}`);
  return value;
}
