// Which formatter formats what; `check` and `fix` differ by a flag only.

import { root, tool } from "./run.mjs";
import { filesIn } from "./rules/source.mjs";

/**
 * The commands that check, or mend, the format of every file.
 * @param {"check" | "fix"} mode
 * @returns {string[][]}
 */
export function formatters(mode) {
  const native = filesIn(root, "native", /\.(?:cc|h)$/);
  const clang = mode === "check" ? ["--dry-run", "-Werror"] : ["-i"];
  const ox = mode === "check" ? ["--check"] : ["--write"];
  return [
    [tool("oxfmt"), ...ox, "."],
    [tool("clang-format"), ...clang, ...native],
  ];
}
