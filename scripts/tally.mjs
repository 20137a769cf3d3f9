// Counts the results that vitest's JSON reporter writes.

/**
 * @typedef {{ status: string }} Assertion
 * @typedef {{ status: string, assertionResults: Assertion[] }} FileResult
 * @typedef {{ success: boolean, testResults: FileResult[] }} Results
 */

/**
 * A file that fails outside its tests (an import, a hook, a leaked descriptor), or a run that fails outside its files,
 * counts as one failure: none may hide behind "0 failed".
 * @param {Results} results
 */
export function tally({ success, testResults }) {
  const count = (/** @type {FileResult} */ file, /** @type {RegExp} */ status) =>
    file.assertionResults.filter((test) => status.test(test.status)).length;
  const sum = (/** @type {number[]} */ numbers) => numbers.reduce((total, number) => total + number, 0);

  const passed = sum(testResults.map((file) => count(file, /^passed$/)));
  const skipped = sum(testResults.map((file) => count(file, /^(?:skipped|pending|todo|disabled)$/)));
  const failed = sum(
    testResults.map((file) => {
      const tests = count(file, /^failed$/);
      return file.status === "failed" ? Math.max(tests, 1) : tests;
    }),
  );
  return { passed, skipped, failed: success ? failed : Math.max(failed, 1) };
}
