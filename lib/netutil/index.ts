// Go: x/net/netutil
export type { Acceptor } from "./acceptor.js";
export { limitListener, LimitListener } from "./limit-listener.js";
export type { Closable } from "./on-close.js";
export { type GetOptions, type Lease, Pool, type PoolOptions } from "./pool.js";
export {
  type Dials,
  type HeaderConn,
  proxyDialer,
  type ProxyHeaderFields,
  writeProxyHeader,
} from "./proxy-dial.js";
export {
  formatProxyHeader,
  parseProxyHeader,
  type ProxyHeader,
  ProxyHeaderError,
  type ProxyTLV,
} from "./proxy-header.js";
export {
  type ProxiedConn,
  proxyHeaderOf,
  proxyListener,
  type ProxyListener,
  type ProxyListenerOptions,
} from "./proxy-listener.js";
export { readProxyHeader } from "./proxy-read.js";
export { type Handler, serve, type ServeOptions, type Server, type Serving } from "./serve.js";
