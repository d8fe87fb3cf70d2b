import { Address, formatAddress, sameAddress } from './address.ts';
import { parseAddress } from './parse.ts';

/** A network in CIDR notation. The address keeps the bits behind the prefix. */
export class Network {
  readonly address: Address;
  /** 0..32 or 0..128 */
  readonly prefixLength: number;

  constructor(address: Address, prefixLength: number) {
    this.address = address;
    this.prefixLength = prefixLength;
  }
}

const lengthForm = /^(?:0|[1-9][0-9]{0,2})$/;

/**
 * Reads CIDR notation as Go's netip.ParsePrefix does.
 * @returns the network, or why there is none
 */
export function parseNetwork(text: string): Network | string {
  const slash = text.lastIndexOf('/');
  if (slash === -1) return 'it has no `/`';
  const address = parseAddress(text.slice(0, slash));
  if (typeof address === 'string') return address;
  const bits = text.slice(slash + 1);
  if (!lengthForm.test(bits)) return 'its prefix length is not a number';
  if (Number(bits) > address.words.length * 32) return 'its prefix is longer than the address';
  return new Network(address, Number(bits));
}

/** The address and its prefix length, the bits behind the prefix included. */
export function formatNetwork(network: Network): string {
  return `${formatAddress(network.address)}/${network.prefixLength}`;
}

/** The bits of word `index` that the first `length` bits of an address reach. */
function maskOf(index: number, length: number): number {
  const bits = length - index * 32;
  return bits >= 32 ? 0xffffffff : bits <= 0 ? 0 : (0xffffffff << (32 - bits)) >>> 0;
}

function agree(a: Address, b: Address, length: number): boolean {
  if (a.family !== b.family) return false;
  for (let i = 0; i * 32 < length; i++) {
    if ((((a.words[i] ?? 0) ^ (b.words[i] ?? 0)) & maskOf(i, length)) !== 0) return false;
  }
  return true;
}

/** Never true for an address of the other family. */
export function containsAddress(network: Network, address: Address): boolean {
  return agree(network.address, address, network.prefixLength);
}

/** Whether all of `other` is inside `network`. */
export function containsNetwork(network: Network, other: Network): boolean {
  return network.prefixLength <= other.prefixLength && containsAddress(network, other.address);
}

/** The network with all bits behind the prefix cleared. */
export function maskNetwork(network: Network): Network {
  const { address, prefixLength } = network;
  const words = address.words.map((w, i) => (w & maskOf(i, prefixLength)) >>> 0);
  return new Network(new Address(address.family, words), prefixLength);
}

/** Equal in every bit, those behind the prefix included. */
export function sameNetwork(a: Network, b: Network): boolean {
  return a.prefixLength === b.prefixLength && sameAddress(a.address, b.address);
}
