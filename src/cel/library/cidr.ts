import {
  containsAddress,
  containsNetwork,
  formatNetwork,
  isMapped,
  maskNetwork,
  type Network,
  parseNetwork,
  sameNetwork,
} from '../../ip/index.ts';
import { costSize, TRAVERSAL, traversal } from '../cost-size.ts';
import type { Library } from '../declaration.ts';
import { BOOL, INT, STRING } from '../type.ts';
import { CelError, failure, OpaqueValue, opaqueValueType, type Value } from '../value.ts';
import { IP, IpValue, parseIp } from './ip.ts';

const CIDR = opaqueValueType('net.CIDR');

/** A network in CIDR notation as a value. */
export class CidrValue extends OpaqueValue {
  readonly type = CIDR;
  readonly network: Network;

  constructor(network: Network) {
    super();
    this.network = network;
  }

  equals(other: OpaqueValue): boolean {
    return other instanceof CidrValue && sameNetwork(this.network, other.network);
  }

  describe(): string {
    return formatNetwork(this.network);
  }

  /** The bytes its prefix reaches into. */
  override costSize(): number {
    return Math.ceil(this.network.prefixLength / 8);
  }
}

function parse(text: string): CidrValue | CelError {
  const network = parseNetwork(text);
  if (typeof network === 'string')
    return failure(`\`${text}\` is not a network in CIDR notation: ${network}`);
  if (isMapped(network.address)) {
    return failure(`\`${text}\` has an IPv4 address inside IPv6, which is not allowed`);
  }
  return new CidrValue(network);
}

function containsIpText(cidr: CidrValue, text: string): boolean | CelError {
  const ip = parseIp(text);
  return ip instanceof CelError ? ip : containsAddress(cidr.network, ip.address);
}

function containsCidrText(cidr: CidrValue, text: string): boolean | CelError {
  const other = parse(text);
  return other instanceof CelError ? other : containsNetwork(cidr.network, other.network);
}

const readText = (_result: unknown, text: string): number => traversal(text);
/** Two prefixes compared, and a text read first where there is one. */
const compared = (cidr: CidrValue, other: Value): number =>
  Math.ceil((cidr.costSize() + cidr.costSize()) * TRAVERSAL) +
  (typeof other === 'string' ? Math.ceil(costSize(other) * TRAVERSAL) : 0);
/** The same, after masking the one and comparing the prefix lengths. */
const maskedAndCompared = (cidr: CidrValue, other: Value): number =>
  compared(cidr, other) + Math.ceil(cidr.costSize() * TRAVERSAL) + 1;

/** Networks in CIDR notation (apiserver pkg/cel/library/cidr.go). */
export const CIDRS: Library = {
  name: 'cidr',
  since: '1.30',
  types: [CIDR],
  functions: [
    {
      name: 'cidr',
      member: false,
      overloads: [{ id: 'string_to_cidr', parameters: [STRING], result: CIDR, call: parse, cost: readText }],
    },
    {
      name: 'isCIDR',
      member: false,
      overloads: [
        {
          id: 'is_cidr',
          parameters: [STRING],
          result: BOOL,
          call: (text: string) => parse(text) instanceof CidrValue,
          cost: readText,
        },
      ],
    },
    {
      name: 'string',
      member: false,
      overloads: [
        {
          id: 'cidr_to_string',
          parameters: [CIDR],
          result: STRING,
          call: (cidr: CidrValue) => formatNetwork(cidr.network),
        },
      ],
    },
    {
      name: 'containsIP',
      member: true,
      overloads: [
        {
          id: 'cidr_contains_ip_string',
          parameters: [CIDR, STRING],
          result: BOOL,
          call: containsIpText,
          cost: (_result: unknown, cidr: CidrValue, text: string) => compared(cidr, text),
          // What is not known to be text is not known to be read.
          unresolvedCost: (_result: unknown, cidr: CidrValue) => compared(cidr, null),
        },
        {
          id: 'cidr_contains_ip_ip',
          parameters: [CIDR, IP],
          result: BOOL,
          call: (cidr: CidrValue, ip: IpValue) => containsAddress(cidr.network, ip.address),
          cost: (_result: unknown, cidr: CidrValue, ip: IpValue) => compared(cidr, ip),
        },
      ],
    },
    {
      name: 'containsCIDR',
      member: true,
      overloads: [
        {
          id: 'cidr_contains_cidr_string',
          parameters: [CIDR, STRING],
          result: BOOL,
          call: containsCidrText,
          cost: (_result: unknown, cidr: CidrValue, text: string) => maskedAndCompared(cidr, text),
          unresolvedCost: (_result: unknown, cidr: CidrValue) => maskedAndCompared(cidr, null),
        },
        {
          id: 'cidr_contains_cidr',
          parameters: [CIDR, CIDR],
          result: BOOL,
          call: (cidr: CidrValue, other: CidrValue) => containsNetwork(cidr.network, other.network),
          cost: (_result: unknown, cidr: CidrValue, other: CidrValue) => maskedAndCompared(cidr, other),
        },
      ],
    },
    {
      name: 'ip',
      member: true,
      overloads: [
        {
          id: 'cidr_ip',
          parameters: [CIDR],
          result: IP,
          call: (cidr: CidrValue) => new IpValue(cidr.network.address),
        },
      ],
    },
    {
      name: 'prefixLength',
      member: true,
      overloads: [
        {
          id: 'cidr_prefix_length',
          parameters: [CIDR],
          result: INT,
          call: (cidr: CidrValue) => cidr.network.prefixLength,
        },
      ],
    },
    {
      name: 'masked',
      member: true,
      overloads: [
        {
          id: 'cidr_masked',
          parameters: [CIDR],
          result: CIDR,
          call: (cidr: CidrValue) => new CidrValue(maskNetwork(cidr.network)),
        },
      ],
    },
  ],
};
