export {
  Address,
  formatAddress,
  isGlobalUnicast,
  isLinkLocalMulticast,
  isLinkLocalUnicast,
  isLoopback,
  isMapped,
  isUnspecified,
  sameAddress,
} from './address.ts';
export {
  containsAddress,
  containsNetwork,
  formatNetwork,
  maskNetwork,
  Network,
  parseNetwork,
  sameNetwork,
} from './network.ts';
export { parseAddress } from './parse.ts';
