// Go: net/tcpsock.go (KeepAliveConfig), net/tcpsockopt_unix.go
import { checkBoolean, checkDuration, checkInt, invalidArgType } from "./errors/index.js";
import { type Option, options } from "./internal/socket/options.js";

/** TCP keep-alive. A missing field is Go's zero value. Go: net.KeepAliveConfig. */
export interface KeepAliveConfig {
  /** Whether an idle peer is probed; the other fields count only then. SO_KEEPALIVE. */
  enable?: boolean | undefined;
  /** Idle time before the first probe, in milliseconds: 0 for 15 s, below zero for the system's. TCP_KEEPIDLE. */
  idle?: number | undefined;
  /** Time between probes, in milliseconds: 0 for 15 s, below zero for the system's. TCP_KEEPINTVL. */
  interval?: number | undefined;
  /** Probes without an answer before the connection ends: 0 for 9, below zero for the system's. TCP_KEEPCNT. */
  count?: number | undefined;
}

const DEFAULT_SECONDS = 15;
const DEFAULT_COUNT = 9;

/** What a dialed or accepted connection has when nothing was said. */
export const defaultKeepAlive: KeepAliveConfig = { enable: true, idle: 0, interval: 0, count: 0 };

/** Throws a TypeError or RangeError unless every field makes sense. */
export function checkKeepAlive(name: string, config: KeepAliveConfig): void {
  if (typeof config !== "object" || config === null) throw invalidArgType(name, "an object", config);
  if (config.enable !== undefined) checkBoolean(`${name}.enable`, config.enable);
  if (config.idle !== undefined) checkDuration(`${name}.idle`, config.idle);
  if (config.interval !== undefined) checkDuration(`${name}.interval`, config.interval);
  if (config.count !== undefined) checkInt(`${name}.count`, config.count, -0x80000000, 0x7fffffff);
}

/** Milliseconds as the kernel takes them: whole seconds, rounded up; null to leave the system's value. */
export function keepAliveSeconds(milliseconds: number): number | null {
  if (milliseconds === 0) return DEFAULT_SECONDS;
  if (milliseconds < 0) return null;
  // More than the kernel's own bound of 32767 is refused by it, in its own words.
  return Math.min(Math.ceil(milliseconds / 1000), 0x7fffffff);
}

/** Sets them in Go's order, by a function that throws or one that does not. */
export function applyKeepAlive(
  fd: number,
  { enable = false, idle = 0, interval = 0, count = 0 }: KeepAliveConfig,
  setInt: (fd: number, option: Option, value: number) => unknown,
): void {
  setInt(fd, options.keepAlive, enable ? 1 : 0);
  if (!enable) return;
  const idleSeconds = keepAliveSeconds(idle);
  const intervalSeconds = keepAliveSeconds(interval);
  if (idleSeconds !== null) setInt(fd, options.keepIdle, idleSeconds);
  if (intervalSeconds !== null) setInt(fd, options.keepInterval, intervalSeconds);
  if (count >= 0) setInt(fd, options.keepCount, count === 0 ? DEFAULT_COUNT : count);
}

/**
 * What `keepAlive` and `keepAliveConfig` of a Dialer or ListenConfig come to; null leaves connections alone.
 * The config wins when it is enabled; otherwise `keepAlive` below zero is off, and above zero the idle time.
 */
export function chosenKeepAlive(keepAlive: number, config: KeepAliveConfig): KeepAliveConfig | null {
  if (config.enable) return config;
  if (keepAlive < 0) return null;
  return keepAlive === 0 ? defaultKeepAlive : { ...defaultKeepAlive, idle: keepAlive };
}
