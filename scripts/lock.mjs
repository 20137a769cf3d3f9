// One builder at a time: a directory is the lock, because `mkdir` either makes it or fails, on every file system.

import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { pid } from "node:process";

/** A holder writes its number at once; a directory without one for this long was left by a killed process. */
const NUMBERLESS_MS = 10_000;

/**
 * Runs `work` while holding the lock directory; waits while another live process holds it.
 * @param {string} directory
 * @param {() => void} work
 */
export function withLock(directory, work) {
  while (!take(directory)) {
    clearWhenAbandoned(directory);
    pause(50);
  }
  try {
    writeFileSync(`${directory}/pid`, String(pid));
    work();
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** @param {string} directory */
function take(directory) {
  try {
    mkdirSync(directory);
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  }
}

/**
 * Removes what a killed holder left. Only one waiter may do so at a time (a second lock), and it looks again
 * while it may: otherwise it could remove the fresh lock of whoever was quicker.
 * @param {string} directory
 */
function clearWhenAbandoned(directory) {
  if (!isAbandoned(directory)) return;
  const guard = `${directory}.clearing`;
  if (!take(guard)) return;
  try {
    if (isAbandoned(directory)) rmSync(directory, { recursive: true, force: true });
  } finally {
    rmSync(guard, { recursive: true, force: true });
  }
}

/** @param {string} directory */
function isAbandoned(directory) {
  try {
    return !isAlive(Number(readFileSync(`${directory}/pid`, "utf8")));
  } catch (error) {
    if (codeOf(error) !== "ENOENT") throw error;
  }
  const age = Date.now() - (statSync(directory, { throwIfNoEntry: false })?.mtimeMs ?? Infinity);
  return age > NUMBERLESS_MS;
}

/** @param {number} holder */
function isAlive(holder) {
  try {
    process.kill(holder, 0);
    return true;
  } catch (error) {
    return codeOf(error) === "EPERM";
  }
}

/** @param {unknown} error */
function codeOf(error) {
  return error instanceof Error && "code" in error ? error.code : undefined;
}

/** @param {number} milliseconds */
function pause(milliseconds) {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}
