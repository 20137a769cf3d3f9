import { UsageError } from "./command.js";

/** A whole number in decimal, within its range; the sentence for all else names the option. */
export function integer(option: string, text: string, min: number, max: number): number {
  const value = /^\d+$/.test(text) ? Number(text) : NaN;
  if (value >= min && value <= max) return value;
  throw new UsageError(`${option} takes a whole number from ${min} to ${max}, not ${quoted(text)}`);
}

/** The same for what is a pattern of bits rather than a count: 0 to `max`, as `0xb8`, too. */
export function bits(option: string, text: string, max: number): number {
  return integer(option, /^0x[\da-f]{1,12}$/i.test(text) ? String(Number(text)) : text, 0, max);
}

// What a timer of Node can count to: 24.8 days.
const MAX_TIMER = 0x7fffffff;

/** Seconds in decimal, with any number of digits behind the point; the result is milliseconds. */
export function seconds(option: string, text: string, max: number): number {
  const value = decimal(text);
  if (value >= 0 && value <= max) return value * 1000;
  throw new UsageError(`${option} takes seconds from 0 to ${max}, such as 1 or 0.25, not ${quoted(text)}`);
}

/** Milliseconds in decimal, with any number of digits behind the point. */
export function milliseconds(option: string, text: string): number {
  const value = decimal(text);
  if (value >= 0 && value <= MAX_TIMER) return value;
  throw new UsageError(
    `${option} takes milliseconds from 0 to ${MAX_TIMER}, such as 500 or 0.1, not ${quoted(text)}`,
  );
}

function decimal(text: string): number {
  return /^(?:\d+(?:\.\d*)?|\.\d+)$/.test(text) ? Number(text) : NaN;
}

/** A word in a complaint, which stays one short line whatever was given. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}...` : text);
}
