import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatReference, parseReference } from '../../../../src/facts/image/index.ts';

const sha256 = `sha256:${'a'.repeat(64)}`;
const sha512 = `sha512:${'0'.repeat(128)}`;

function canonical(text: string): string {
  const parsed = parseReference(text);
  return typeof parsed === 'string' ? `! ${parsed}` : formatReference(parsed);
}

describe('the canonical form of an image name', () => {
  test.each([
    ['alpine', 'docker.io/library/alpine:latest'],
    ['alpine:3.20', 'docker.io/library/alpine:3.20'],
    ['library/alpine', 'docker.io/library/alpine:latest'],
    ['grafana/grafana:11', 'docker.io/grafana/grafana:11'],
    ['a/b/c', 'docker.io/a/b/c:latest'],
    ['docker.io/alpine', 'docker.io/library/alpine:latest'],
    ['index.docker.io/alpine', 'docker.io/library/alpine:latest'],
    ['docker.io/grafana/loki', 'docker.io/grafana/loki:latest'],
    ['registry-1.docker.io/library/alpine', 'registry-1.docker.io/library/alpine:latest'],
    ['ghcr.io/org/app:v1', 'ghcr.io/org/app:v1'],
    ['ghcr.io/app', 'ghcr.io/app:latest'],
    ['localhost/app', 'localhost/app:latest'],
    ['localhost:5000/app', 'localhost:5000/app:latest'],
    ['registry:5000/app', 'registry:5000/app:latest'],
    ['registry:5000', 'docker.io/library/registry:5000'],
    ['Registry/app', 'registry/app:latest'],
    ['GHCR.io/org/app', 'ghcr.io/org/app:latest'],
    ['192.168.0.1:5000/app', '192.168.0.1:5000/app:latest'],
    ['[::1]/app', '[::1]/app:latest'],
    ['[2001:DB8::1]:5000/app:1', '[2001:db8::1]:5000/app:1'],
    [`alpine@${sha256}`, `docker.io/library/alpine@${sha256}`],
    [`alpine@${sha512}`, `docker.io/library/alpine@${sha512}`],
    [`ghcr.io/org/app:v1@${sha256}`, `ghcr.io/org/app@${sha256}`],
    [`host:5000/app@${sha256}`, `host:5000/app@${sha256}`],
    ['a--b/c__d/e.f_g', 'docker.io/a--b/c__d/e.f_g:latest'],
    [`x:${'T'.repeat(128)}`, `docker.io/library/x:${'T'.repeat(128)}`],
    ['x:_1.2-rc', 'docker.io/library/x:_1.2-rc'],
    ['xn--n3h.com/app', 'xn--n3h.com/app:latest'],
    [`${'a'.repeat(237)}`, `docker.io/library/${'a'.repeat(237)}:latest`],
  ])('%s', (text, expected) => {
    expect(canonical(text)).toBe(expected);
  });
});

describe('what is no image name', () => {
  test.each([
    ['', 'it is empty'],
    ['a'.repeat(64), 'it is an image id'],
    ['Alpine', 'upper case'],
    ['ghcr.io/Org/app', 'upper case'],
    ['ghcr.io/', 'no repository'],
    ['/app', 'an empty segment'],
    ['a//b', 'an empty segment'],
    ['app/', 'an empty segment'],
    ['https://ghcr.io/app', 'port of its registry'],
    ['user@ghcr.io/app', 'its digest is neither'],
    ['user:password@ghcr.io/app', 'its digest is neither'],
    ['ghcr.io/../etc', 'other characters'],
    ['ghcr.io/a/..', 'other characters'],
    ['ghcr.io/a/.', 'other characters'],
    ['ghcr.io/a..b', 'other characters'],
    ['ghcr.io/a___b', 'other characters'],
    ['ghcr.io/-a', 'other characters'],
    ['ghcr.io/a-', 'other characters'],
    ['ghcr.io/a%2fb', 'other characters'],
    ['ghcr.io/a?b', 'other characters'],
    ['ghcr.io/a#b', 'other characters'],
    ['ghcr.io/a b', 'other characters'],
    ['ghcr.io/a\n', 'other characters'],
    ['ghcr.io/a\\b', 'other characters'],
    ['ghcr.io/é', 'other characters'],
    ['ghcr.io./app', 'neither a host name'],
    ['.io/app', 'neither a host name'],
    ['-a.io/app', 'neither a host name'],
    ['a_b.io/app', 'neither a host name'],
    ['ghcr.io:/app', 'port of its registry'],
    ['ghcr.io:0/app', 'port of its registry'],
    ['ghcr.io:65536/app', 'port of its registry'],
    ['ghcr.io:99999999999/app', 'port of its registry'],
    ['ghcr.io:5000:5000/app', 'port of its registry'],
    ['[::1/app', 'port of its registry'],
    ['[::1]x/app', 'port of its registry'],
    ['[127.0.0.1]/app', 'no IPv6 address'],
    ['[fe80::1%25eth0]/app', 'no IPv6 address'],
    ['[:::]/app', 'no IPv6 address'],
    ['::1/app', 'port of its registry'],
    ['x:', 'its tag is empty'],
    ['x:-1', 'its tag has other characters'],
    ['x:.1', 'its tag has other characters'],
    ['x:1:2', 'its tag has other characters'],
    [`x:${'T'.repeat(129)}`, 'longer than 128'],
    ['x@', 'its digest is neither'],
    ['x@sha256:abc', 'hexadecimal digits'],
    [`x@sha256:${'A'.repeat(64)}`, 'hexadecimal digits'],
    [`x@md5:${'a'.repeat(32)}`, 'its digest is neither'],
    [`x@${sha256}@${sha256}`, 'hexadecimal digits'],
    ['a'.repeat(300), 'longer than 255'],
    ['a/'.repeat(100_000), 'longer than 1024'],
  ])('%s', (text, problem) => {
    expect(canonical(text)).toMatch(/^! /);
    expect(canonical(text)).toContain(problem);
  });

  test('a canonical form is its own canonical form, whatever the text', () => {
    const piece = fc.constantFrom(
      'a',
      'B',
      '0',
      '.',
      '-',
      '_',
      '/',
      ':',
      '@',
      '[',
      ']',
      'localhost',
      '5000',
      sha256,
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.array(piece, { maxLength: 12 }).map((parts) => parts.join('')),
          fc.string(),
        ),
        (text) => {
          const parsed = parseReference(text);
          if (typeof parsed === 'string') return;
          expect(parseReference(formatReference(parsed))).toEqual(parsed);
          expect(new URL(`https://${parsed.host}/v2/${parsed.repository}/manifests/x`).pathname).toBe(
            `/v2/${parsed.repository}/manifests/x`,
          );
        },
      ),
    );
  });
});
