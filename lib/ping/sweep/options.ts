import { checkInt, invalidArgType, outOfRange } from "../../errors/index.js";
import { milliseconds, type SocketOptions, socketSettingsOf } from "../options.js";
import type { SocketSettings } from "../socket.js";

/** How to sweep. All may be left out. Times are milliseconds. */
export interface SweepOptions extends SocketOptions {
  /** Requests a second, to all hosts together: 1000 by default; Infinity for as many as this host can send. */
  rate?: number | undefined;
  /** How long to wait for each answer, 500 by default. */
  timeout?: number | undefined;
  /** How many further requests an address gets when there was no answer: 3 by default, 0 in several rounds. */
  retries?: number | undefined;
  /** How many rounds to make, each with all targets: 1 by default; Infinity for no end. */
  count?: number | undefined;
  /** From the beginning of a round to that of the next, at least: 1000 by default. */
  period?: number | undefined;
}

/** The same with every default in its place. */
export interface SweepSettings extends SocketSettings {
  readonly rate: number;
  readonly timeout: number;
  readonly retries: number;
  readonly count: number;
  readonly period: number;
  readonly size: number;
  readonly family: 0 | 4 | 6;
}

const MAX_RETRIES = 65535;

/** Throws a TypeError or a RangeError for an option that makes no sense. */
export function sweepSettingsOf(options: SweepOptions): SweepSettings {
  const socket = socketSettingsOf(options);
  const { rate = 1000, count = 1 } = options;
  if (typeof rate !== "number") throw invalidArgType("rate", "a number of requests a second", rate);
  if (!(rate > 0)) throw outOfRange("rate", "a number above 0", rate);
  if (count !== Infinity) checkInt("count", count, 1, Number.MAX_SAFE_INTEGER);
  return {
    ...socket,
    rate,
    timeout: milliseconds("timeout", options.timeout ?? 500, false),
    retries: checkInt("retries", options.retries ?? (count === 1 ? 3 : 0), 0, MAX_RETRIES),
    count,
    period: milliseconds("period", options.period ?? 1000, false),
  };
}
