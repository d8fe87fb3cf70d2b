import {
  Address,
  containsAddress,
  isMapped,
  type Network,
  parseAddress,
  parseNetwork,
} from '../../../ip/index.ts';
import type { AddressScope } from './config.ts';

/**
 * Networks that are not the public Internet, from the IANA special-purpose address registries (RFC 6890 and its successors). What
 * carries an IPv4 address inside (6to4, Teredo) is among them, for where it leads is not seen.
 */
const privateNetworks = networks([
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '100.64.0.0/10',
  'fc00::/7',
  // Deprecated, and still given out here and there.
  'fec0::/10',
]);
const localNetworks = networks([
  '0.0.0.0/8',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
  // The metadata services of Alibaba Cloud and Azure: beside the ranges where one looks for them.
  '100.100.100.200/32',
  '168.63.129.16/32',
  '::/96',
  '100::/64',
  '2001::/23',
  '2001:db8::/32',
  '2002::/16',
  '3fff::/20',
  '5f00::/16',
  'fe80::/10',
  'ff00::/8',
  // The metadata service of AWS over IPv6.
  'fd00:ec2::/32',
]);
const translated = networks(['64:ff9b::/96', '64:ff9b:1::/48']);

/** In which networks an address is. What is no address is `local`: nothing is known that speaks for it. */
export function scopeOf(text: string): AddressScope {
  const zone = text.indexOf('%');
  const address = parseAddress(zone < 0 ? text : text.slice(0, zone));
  return typeof address === 'string' ? 'local' : scopeOfAddress(address);
}

/** Whether who may be in one scope may be at an address of another. */
export function withinScope(address: AddressScope, allowed: AddressScope): boolean {
  return order.indexOf(address) <= order.indexOf(allowed);
}

const order: readonly AddressScope[] = ['public', 'private', 'local'];

function scopeOfAddress(address: Address): AddressScope {
  // Mapped addresses are IPv4 to the system that connects; a NAT64 gateway makes IPv4 of its own (RFC 6052).
  if (isMapped(address) || within(translated, address))
    return scopeOfAddress(new Address(4, address.words.slice(-1)));
  if (within(localNetworks, address)) return 'local';
  return within(privateNetworks, address) ? 'private' : 'public';
}

function within(list: readonly Network[], address: Address): boolean {
  return list.some((network) => containsAddress(network, address));
}

function networks(texts: readonly string[]): readonly Network[] {
  return texts.map((text) => {
    const network = parseNetwork(text);
    if (typeof network === 'string') throw new Error(`${text}: ${network}`);
    return network;
  });
}
