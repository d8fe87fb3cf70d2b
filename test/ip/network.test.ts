import { describe, expect, test } from 'vitest';
import {
  containsAddress,
  containsNetwork,
  formatNetwork,
  maskNetwork,
  type Network,
  parseNetwork,
  sameNetwork,
} from '../../src/ip/index.ts';

function network(text: string): Network {
  const parsed = parseNetwork(text);
  if (typeof parsed === 'string') throw new Error(`${text}: ${parsed}`);
  return parsed;
}

describe('parseNetwork', () => {
  test.each([
    ['10.0.0.0/8', '10.0.0.0/8', '10.0.0.0/8'],
    ['10.0.0.1/8', '10.0.0.1/8', '10.0.0.0/8'],
    ['10.1.2.3/16', '10.1.2.3/16', '10.1.0.0/16'],
    ['10.0.0.0/0', '10.0.0.0/0', '0.0.0.0/0'],
    ['0.0.0.0/0', '0.0.0.0/0', '0.0.0.0/0'],
    ['::/0', '::/0', '::/0'],
    ['::1/128', '::1/128', '::1/128'],
    ['10.0.0.0/32', '10.0.0.0/32', '10.0.0.0/32'],
    ['10.0.0.1/32', '10.0.0.1/32', '10.0.0.1/32'],
    ['2001:db8::/32', '2001:db8::/32', '2001:db8::/32'],
    ['2001:db8::5/32', '2001:db8::5/32', '2001:db8::/32'],
    ['2001:db8:1::/48', '2001:db8:1::/48', '2001:db8:1::/48'],
    ['192.168.0.0/24', '192.168.0.0/24', '192.168.0.0/24'],
    ['192.168.0.128/25', '192.168.0.128/25', '192.168.0.128/25'],
    ['192.168.1.0/24', '192.168.1.0/24', '192.168.1.0/24'],
    ['2001:DB8::/33', '2001:db8::/33', '2001:db8::/33'],
    ['2001:db8:8000::/33', '2001:db8:8000::/33', '2001:db8:8000::/33'],
    ['::/1', '::/1', '::/1'],
    ['::/63', '::/63', '::/63'],
    ['::/64', '::/64', '::/64'],
    ['::/65', '::/65', '::/65'],
    ['1:2:3:4:5:6:7:8/100', '1:2:3:4:5:6:7:8/100', '1:2:3:4:5:6::/100'],
    ['ff00::/8', 'ff00::/8', 'ff00::/8'],
  ])('%s prints as %s and is %s masked', (text, printed, masked) => {
    expect(formatNetwork(network(text))).toBe(printed);
    expect(formatNetwork(maskNetwork(network(text)))).toBe(masked);
    expect(sameNetwork(network(text), network(printed))).toBe(true);
    expect(sameNetwork(network(text), maskNetwork(network(text)))).toBe(printed === masked);
  });

  test.each([
    '::1/129',
    '10.0.0.0/33',
    '10.0.0.0',
    '10.0.0/8',
    '10.0.0.0//8',
    '10.0.0.0/08',
    '10.0.0.0/+8',
    '10.0.0.0/-8',
    '10.0.0.0/',
    '10.0.0.0/8x',
    '/8',
    '10.0.0.0/00',
    'fe80::1%eth0/64',
    '10.0.0.0/1e1',
    '10.0.0.0/999',
    '10.0.0.0/8 ',
    '',
    '1:FFff:ab:ff02:12345:0/61',
    '1.2.3.4/76',
    '1.01.256/16',
    '12345:FFff:ff02:0:ab:/27',
    'ff02:fe80:ff02:::::ab:1:ab/29',
    '0:1:12345/117',
    '1.10.169/52',
    '1:0:0:ff02:0:12345:ab/66',
    '12345::::1.2.3.4:fe80:fe80:::/110',
    '254.255.127.169/41',
    '0.01.10/72',
    'FFff:ab:1.2.3.4:0:0::::FFff/123',
    '0:ab:ff02:ff02:12345:0:fe80:FFff/6',
    '0.224.127/138',
    '127..0./3',
    '0:0:fe80/129',
    '256.1.169.127/123',
    'ab:ff02/40',
    '127.10.1/24',
  ])('%j is refused, with a reason', (text) => {
    expect(parseNetwork(text)).toMatch(/^(it|its|a field) /);
  });
});

describe('containment, as Go has it', () => {
  // The network, another, whether it contains the other's address, and whether it contains all of it.
  const facts: readonly (readonly [a: string, b: string, address: boolean, all: boolean])[] = [
    ['10.0.0.0/8', '10.0.0.1/8', true, true],
    ['10.0.0.0/8', '10.0.0.0/32', true, true],
    ['10.0.0.0/8', 'ff00::/8', false, false],
    ['10.0.0.1/8', '10.0.0.0/0', true, false],
    ['10.0.0.1/8', '2001:db8::5/32', false, false],
    ['10.1.2.3/16', '::/65', false, false],
    ['10.0.0.0/0', '10.1.2.3/16', true, true],
    ['10.0.0.0/0', '10.0.0.1/32', true, true],
    ['10.0.0.0/0', '192.168.1.0/24', true, true],
    ['0.0.0.0/0', '10.0.0.1/8', true, true],
    ['0.0.0.0/0', '10.0.0.0/32', true, true],
    ['0.0.0.0/0', '192.168.0.128/25', true, true],
    ['::/0', '::1/128', true, true],
    ['::/0', '2001:db8:1::/48', true, true],
    ['::/0', '::/1', true, true],
    ['::/0', '::/65', true, true],
    ['::1/128', '::/0', false, false],
    ['10.0.0.0/32', '10.0.0.0/0', true, false],
    ['10.0.0.1/32', '10.0.0.1/8', true, false],
    ['2001:db8::/32', '10.1.2.3/16', false, false],
    ['2001:db8::/32', '192.168.0.128/25', false, false],
    ['2001:db8::5/32', '10.0.0.1/8', false, false],
    ['2001:db8::5/32', '192.168.0.0/24', false, false],
    ['2001:db8:1::/48', '10.0.0.0/8', false, false],
    ['192.168.0.0/24', '192.168.0.128/25', true, true],
    ['192.168.0.128/25', '::/65', false, false],
    ['2001:DB8::/33', '10.0.0.0/32', false, false],
    ['2001:DB8::/33', '2001:db8:1::/48', true, true],
    ['2001:db8:8000::/33', '::/1', false, false],
    ['::/1', '2001:db8::/32', true, true],
    ['::/1', '2001:DB8::/33', true, true],
    ['::/1', '::/64', true, true],
    ['::/63', '0.0.0.0/0', false, false],
    ['::/63', '2001:DB8::/33', false, false],
    ['::/63', '::/65', true, true],
    ['::/64', '::1/128', true, true],
    ['::/64', '::/63', true, false],
    ['::/65', '::/0', true, false],
    ['::/65', '::/1', true, false],
    ['1:2:3:4:5:6:7:8/100', '10.0.0.1/8', false, false],
    ['ff00::/8', '2001:db8:1::/48', false, false],
  ];

  test.each(facts)('%s and %s', (a, b, address, all) => {
    expect(containsAddress(network(a), network(b).address)).toBe(address);
    expect(containsNetwork(network(a), network(b))).toBe(all);
  });
});
