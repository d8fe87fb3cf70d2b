import { describe, expect, test } from 'vitest';
import * as ip from '../../src/ip/index.ts';

// What Go's net/netip says of each text, as far as Kubernetes lets it through.
const accepted: readonly (readonly [
  text: string,
  canonical: string,
  family: number,
  is: readonly string[],
])[] = [
  ['1.2.3.4', '1.2.3.4', 4, ['isGlobalUnicast']],
  ['127.0.0.1', '127.0.0.1', 4, ['isLoopback']],
  ['127.255.255.254', '127.255.255.254', 4, ['isLoopback']],
  ['0.0.0.0', '0.0.0.0', 4, ['isUnspecified']],
  ['255.255.255.255', '255.255.255.255', 4, []],
  ['10.0.0.1', '10.0.0.1', 4, ['isGlobalUnicast']],
  ['192.168.0.1', '192.168.0.1', 4, ['isGlobalUnicast']],
  ['169.254.1.1', '169.254.1.1', 4, ['isLinkLocalUnicast']],
  ['169.255.0.1', '169.255.0.1', 4, ['isGlobalUnicast']],
  ['224.0.0.1', '224.0.0.1', 4, ['isLinkLocalMulticast']],
  ['224.0.0.255', '224.0.0.255', 4, ['isLinkLocalMulticast']],
  ['224.0.1.5', '224.0.1.5', 4, []],
  ['239.1.1.1', '239.1.1.1', 4, []],
  ['::1', '::1', 6, ['isLoopback']],
  ['::', '::', 6, ['isUnspecified']],
  ['fe80::1', 'fe80::1', 6, ['isLinkLocalUnicast']],
  ['febf::1', 'febf::1', 6, ['isLinkLocalUnicast']],
  ['fec0::1', 'fec0::1', 6, ['isGlobalUnicast']],
  ['ff02::1', 'ff02::1', 6, ['isLinkLocalMulticast']],
  ['ff12::1', 'ff12::1', 6, ['isLinkLocalMulticast']],
  ['ff05::1', 'ff05::1', 6, []],
  ['fc00::1', 'fc00::1', 6, ['isGlobalUnicast']],
  ['2001:db8::1', '2001:db8::1', 6, ['isGlobalUnicast']],
  ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1', 6, ['isGlobalUnicast']],
  ['1:0:0:2:0:0:0:3', '1:0:0:2::3', 6, ['isGlobalUnicast']],
  ['0:0:0:0:0:0:0:1', '::1', 6, ['isLoopback']],
  ['2001:DB8::1', '2001:db8::1', 6, ['isGlobalUnicast']],
  ['::1.2.3.4', '::102:304', 6, ['isGlobalUnicast']],
  ['1:2:3:4:5:6:1.2.3.4', '1:2:3:4:5:6:102:304', 6, ['isGlobalUnicast']],
  ['64:ff9b::1.2.3.4', '64:ff9b::102:304', 6, ['isGlobalUnicast']],
  ['1:2:3:4:5:6:7:8', '1:2:3:4:5:6:7:8', 6, ['isGlobalUnicast']],
  ['1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0', 6, ['isGlobalUnicast']],
  ['::2:3:4:5:6:7:8', '0:2:3:4:5:6:7:8', 6, ['isGlobalUnicast']],
  ['1::8', '1::8', 6, ['isGlobalUnicast']],
  ['::0001', '::1', 6, ['isLoopback']],
  ['0::0', '::', 6, ['isUnspecified']],
  ['0::', '::', 6, ['isUnspecified']],
  ['::0', '::', 6, ['isUnspecified']],
  ['dead:beef::', 'dead:beef::', 6, ['isGlobalUnicast']],
  [
    'abcd:ef01:2345:6789:abcd:ef01:2345:6789',
    'abcd:ef01:2345:6789:abcd:ef01:2345:6789',
    6,
    ['isGlobalUnicast'],
  ],
  ['0:0:1::', '0:0:1::', 6, ['isGlobalUnicast']],
];

const refused: readonly string[] = [
  '1:2:3:4:5:6:7:8:9',
  '1:2:3:4:5:6:7',
  '1::2::3',
  ':::',
  ':',
  '1:',
  ':1',
  '1:2:3:4:5:6:7:',
  '1.2.3',
  '1.2.3.4.5',
  '1.2.3.256',
  '01.2.3.4',
  '1.2.3.04',
  '1.2.3.',
  '.1.2.3',
  '1..2.3',
  '1.2.3.4/24',
  'fe80::1%eth0',
  'fe80::1%',
  '%',
  '12345::',
  '::g',
  '[::1]',
  '0x7f.0.0.1',
  '1.2.3.4x',
  '00.0.0.0',
  '0.0.0.00',
  '::1.2.3',
  '::1.2.3.4.5',
  '1.2.3.4::',
  '::1.2.3.4:5',
  '1:2:3:4:5:6:7:1.2.3.4',
  '::256.1.1.1',
  '::01.1.1.1',
  '::00001',
  'fe80::1%25eth0',
  '1,2,3,4',
  '١.2.3.4',
  'ff02::1%lo',
  '1:2:3:4:5:6:7::8',
  '::1:2:3:4:5:6:7:8',
  '1:2:3:4:5:6::7:8',
  '1:2:3:4::5:6:7:8',
  '',
  ' 1.2.3.4',
  '1.2.3.4 ',
  'localhost',
];

const predicates = [
  ip.isUnspecified,
  ip.isLoopback,
  ip.isLinkLocalMulticast,
  ip.isLinkLocalUnicast,
  ip.isGlobalUnicast,
];

function address(text: string): ip.Address {
  const parsed = ip.parseAddress(text);
  if (typeof parsed === 'string') throw new Error(`${text}: ${parsed}`);
  return parsed;
}

describe('parseAddress', () => {
  test.each(accepted)('%s is %s of family %d', (text, canonical, family, is) => {
    const parsed = address(text);
    expect(ip.formatAddress(parsed)).toBe(canonical);
    expect(parsed.family).toBe(family);
    expect(predicates.filter((holds) => holds(parsed)).map((holds) => holds.name)).toEqual(is);
    expect(ip.isMapped(parsed)).toBe(false);
    expect(ip.sameAddress(parsed, address(canonical))).toBe(true);
  });

  test.each(refused)('%j is refused, with a reason', (text) => {
    expect(ip.parseAddress(text)).toMatch(/^(it|a field) /);
  });

  test.each(['::ffff:1.2.3.4', '::ffff:0102:0304', '::FFFF:1.2.3.4'])('%s is mapped', (text) => {
    expect(ip.isMapped(address(text))).toBe(true);
    expect(ip.formatAddress(address(text))).toBe('::ffff:1.2.3.4');
  });

  test('addresses of different families are different', () => {
    expect(ip.sameAddress(address('0.0.0.0'), address('::'))).toBe(false);
    expect(ip.sameAddress(address('0.0.0.1'), address('0.0.0.2'))).toBe(false);
  });
});
