import { parseAddress } from '../ip/index.ts';
import { fromBytes } from './bytes.ts';
import { type Unescaped, unescapeBytes } from './escape.ts';

const portForm = /^(?::[0-9]*)?$/;

function badPort(port: string): Unescaped {
  return { problem: `\`${fromBytes(port)}\` is not a valid port` };
}

function parseBracketed(host: string): Unescaped {
  const close = host.lastIndexOf(']');
  if (close === -1) return { problem: 'the host lacks a `]`' };
  const port = host.slice(close + 1);
  if (!portForm.test(port)) return badPort(port);
  const literal = host.slice(1, close);
  const zoneAt = literal.indexOf('%25');
  const address = unescapeBytes(zoneAt === -1 ? literal : literal.slice(0, zoneAt), 'host');
  if ('problem' in address) return address;
  const zone: Unescaped = zoneAt === -1 ? { bytes: '' } : unescapeBytes(literal.slice(zoneAt), 'zone');
  if ('problem' in zone) return zone;
  const whole = address.bytes + zone.bytes;
  const percent = whole.indexOf('%');
  const parsed = parseAddress(percent === -1 ? whole : whole.slice(0, percent));
  const emptyZone = percent === whole.length - 1 && percent !== -1;
  if (typeof parsed === 'string' || parsed.family !== 6 || emptyZone) {
    return { problem: `\`${fromBytes(whole)}\` is not an IPv6 address` };
  }
  return { bytes: `[${whole}]${port}` };
}

/** `host[:port]`, unescaped (Go net/url, parseHost). */
export function parseHost(scheme: string, host: string): Unescaped {
  const bracket = host.lastIndexOf('[');
  if (bracket > 0) return { problem: 'the host has a `[` inside' };
  if (bracket === 0) return parseBracketed(host);
  const first = host.indexOf(':');
  if (first !== -1) {
    // Databases list several hosts with ports, so that only web addresses are held to one colon.
    const strict = scheme === 'http' || scheme === 'https';
    const port = host.slice(strict ? first : host.lastIndexOf(':'));
    if (!portForm.test(port)) return badPort(port);
  }
  return unescapeBytes(host, 'host');
}

/** Takes `host[:port]` apart; a port that is not a number belongs to the host. */
export function splitHostPort(hostPort: string): { readonly hostname: string; readonly port: string } {
  const colon = hostPort.lastIndexOf(':');
  const hasPort = colon !== -1 && portForm.test(hostPort.slice(colon));
  const host = hasPort ? hostPort.slice(0, colon) : hostPort;
  const bracketed = host.startsWith('[') && host.endsWith(']');
  return { hostname: bracketed ? host.slice(1, -1) : host, port: hasPort ? hostPort.slice(colon + 1) : '' };
}
