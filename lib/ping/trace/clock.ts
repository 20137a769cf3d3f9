import { binding, constant } from "../../internal/binding.js";

const CLOCK_REALTIME = constant("CLOCK_REALTIME");

/** The clock of the kernel's timestamps: microseconds since 1970. */
export const realtime = () => binding.clock_gettime(CLOCK_REALTIME);
