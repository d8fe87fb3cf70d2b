import {
  type Address,
  formatAddress,
  isGlobalUnicast,
  isLinkLocalMulticast,
  isLinkLocalUnicast,
  isLoopback,
  isMapped,
  isUnspecified,
  parseAddress,
  sameAddress,
} from '../../ip/index.ts';
import { traversal } from '../cost-size.ts';
import type { FunctionDeclaration, Library } from '../declaration.ts';
import { BOOL, INT, STRING } from '../type.ts';
import { type CelError, failure, OpaqueValue, opaqueValueType } from '../value.ts';

export const IP = opaqueValueType('net.IP');

/** An IP address as a value. */
export class IpValue extends OpaqueValue {
  readonly type = IP;
  readonly address: Address;

  constructor(address: Address) {
    super();
    this.address = address;
  }

  equals(other: OpaqueValue): boolean {
    return other instanceof IpValue && sameAddress(this.address, other.address);
  }

  describe(): string {
    return formatAddress(this.address);
  }

  /** Its bytes. */
  override costSize(): number {
    return this.address.words.length * 4;
  }
}

/** Reads an address; Kubernetes takes neither zones nor IPv4 in IPv6, so that each address has one form. */
export function parseIp(text: string): IpValue | CelError {
  const address = parseAddress(text);
  if (typeof address === 'string') return failure(`\`${text}\` is not an IP address: ${address}`);
  if (isMapped(address)) return failure(`\`${text}\` is an IPv4 address inside IPv6, which is not allowed`);
  return new IpValue(address);
}

function isCanonical(text: string): boolean | CelError {
  const ip = parseIp(text);
  return ip instanceof IpValue ? formatAddress(ip.address) === text : ip;
}

const readText = (_result: unknown, text: string): number => traversal(text);

const predicate = (name: string, id: string, holds: (address: Address) => boolean): FunctionDeclaration => ({
  name,
  member: true,
  overloads: [{ id, parameters: [IP], result: BOOL, call: (ip: IpValue) => holds(ip.address) }],
});

/** IP addresses (apiserver pkg/cel/library/ip.go). */
export const IPS: Library = {
  name: 'ip',
  since: '1.30',
  types: [IP],
  functions: [
    {
      name: 'ip',
      member: false,
      overloads: [{ id: 'string_to_ip', parameters: [STRING], result: IP, call: parseIp, cost: readText }],
    },
    {
      name: 'isIP',
      member: false,
      overloads: [
        {
          id: 'is_ip',
          parameters: [STRING],
          result: BOOL,
          call: (text: string) => parseIp(text) instanceof IpValue,
          cost: readText,
        },
      ],
    },
    {
      name: 'ip.isCanonical',
      member: false,
      overloads: [
        {
          id: 'ip_is_canonical',
          parameters: [STRING],
          result: BOOL,
          call: isCanonical,
          cost: (_result: unknown, text: string) => traversal(text, 2),
        },
      ],
    },
    {
      name: 'string',
      member: false,
      overloads: [
        {
          id: 'ip_to_string',
          parameters: [IP],
          result: STRING,
          call: (ip: IpValue) => formatAddress(ip.address),
        },
      ],
    },
    {
      name: 'family',
      member: true,
      overloads: [
        { id: 'ip_family', parameters: [IP], result: INT, call: (ip: IpValue) => ip.address.family },
      ],
    },
    predicate('isUnspecified', 'ip_is_unspecified', isUnspecified),
    predicate('isLoopback', 'ip_is_loopback', isLoopback),
    predicate('isLinkLocalMulticast', 'ip_is_link_local_multicast', isLinkLocalMulticast),
    predicate('isLinkLocalUnicast', 'ip_is_link_local_unicast', isLinkLocalUnicast),
    predicate('isGlobalUnicast', 'ip_is_global_unicast', isGlobalUnicast),
  ],
};
