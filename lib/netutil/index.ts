// Go: x/net/netutil
export { type Closable, type Limitable, limitListener, LimitListener } from "./limit-listener.js";
