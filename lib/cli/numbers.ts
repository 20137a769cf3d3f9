import { UsageError } from "./command.js";

/** A whole number in decimal, within its range; the sentence for all else names the option. */
export function integer(option: string, text: string, min: number, max: number): number {
  const value = /^\d+$/.test(text) ? Number(text) : NaN;
  if (value >= min && value <= max) return value;
  throw new UsageError(`${option} takes a whole number from ${min} to ${max}, not ${quoted(text)}`);
}

/** Seconds in decimal, with any number of digits behind the point; the result is milliseconds. */
export function seconds(option: string, text: string, max: number): number {
  const value = /^(?:\d+(?:\.\d*)?|\.\d+)$/.test(text) ? Number(text) : NaN;
  if (value >= 0 && value <= max) return value * 1000;
  throw new UsageError(`${option} takes seconds from 0 to ${max}, such as 1 or 0.25, not ${quoted(text)}`);
}

/** A word in a complaint, which stays one short line whatever was given. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}...` : text);
}
