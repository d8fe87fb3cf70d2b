import { existsSync, globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Level, policyFor, Standard } from './pod-security/standard.ts';

const PATH =
  process.env['ABATIS_POD_SECURITY_FIXTURES'] ??
  new URL('../../../shared/conformance/pod-security', import.meta.url).pathname;

describe("the Kubernetes project's fixtures of the Pod Security Standards", () => {
  if (!existsSync(PATH)) {
    console.warn(`NOT RUN: there are no fixtures at ${PATH}; name a folder in ABATIS_POD_SECURITY_FIXTURES`);
    test('the fixtures are absent, so nothing was judged', () => expect(existsSync(PATH)).toBe(false));
    return;
  }
  const fixtures = globSync('{baseline,restricted}/{pass,fail}/*.yaml', { cwd: PATH }).sort();

  test('there are as many as were copied', () => expect(fixtures).toHaveLength(128));

  // They are of 1.31. Later versions say the same of them, but for an unmasked /proc in a user namespace.
  describe.each(['latest', 'v1.31', '1.31'])('at the version %s', (version) => {
    const levels = {
      baseline: new Standard('baseline', version),
      restricted: new Standard('restricted', version),
    };
    const judged = fixtures.map((fixture) => {
      const [level, promise] = fixture.split('/');
      const text = readFileSync(join(PATH, fixture), 'utf8');
      return { fixture, promise, findings: levels[level as Level].judgeText(fixture, text) };
    });

    test.each(judged.filter(({ promise }) => promise === 'pass'))('$fixture', ({ findings }) => {
      expect(findings).toEqual([]);
    });

    test.each(judged.filter(({ promise }) => promise === 'fail'))('$fixture', ({ fixture, findings }) => {
      const policies = findings.map(({ policy }) => policy);
      if (version !== 'latest' || !fixture.includes('/procmount')) {
        expect(policies).toContain(policyFor(basename(fixture, '.yaml')));
      } else {
        expect(policies).toEqual(fixture.startsWith('baseline/') ? [] : ['proc-mount-restricted']);
      }
    });
  });
});

/** What became of a pod as the standard went on: the first version that allows it, or that forbids it. */
const changes: readonly {
  readonly what: string;
  readonly level: Level;
  readonly spec: string;
  readonly from: number;
  readonly becomes: 'allowed' | 'forbidden';
  readonly policy: string;
}[] = [
  {
    what: 'a probe of another host',
    level: 'baseline',
    spec: 'containers: [{name: c, livenessProbe: {tcpSocket: {host: 10.0.0.1, port: 80}}}]',
    from: 34,
    becomes: 'forbidden',
    policy: 'host-probes',
  },
  ...(
    [
      ['net.ipv4.ip_local_reserved_ports', 27],
      ['net.ipv4.tcp_keepalive_time', 29],
      ['net.ipv4.tcp_fin_timeout', 29],
      ['net.ipv4.tcp_keepalive_intvl', 29],
      ['net.ipv4.tcp_keepalive_probes', 29],
      ['net.ipv4.tcp_rmem', 32],
      ['net.ipv4.tcp_wmem', 32],
    ] as const
  ).map(([name, from]) => ({
    what: `the sysctl ${name}`,
    level: 'baseline' as const,
    spec: `{securityContext: {sysctls: [{name: ${name}, value: "1"}]}, containers: [{name: c}]}`,
    from,
    becomes: 'allowed' as const,
    policy: 'sysctls',
  })),
  {
    what: 'the SELinux type container_engine_t of a pod',
    level: 'baseline',
    spec: '{securityContext: {seLinuxOptions: {type: container_engine_t}}, containers: [{name: c}]}',
    from: 31,
    becomes: 'allowed',
    policy: 'selinux',
  },
  {
    what: 'the SELinux type container_engine_t of an ephemeral container',
    level: 'baseline',
    spec: '{containers: [{name: c}], ephemeralContainers: [{name: e, securityContext: {seLinuxOptions: {type: container_engine_t}}}]}',
    from: 31,
    becomes: 'allowed',
    policy: 'selinux',
  },
  {
    what: 'an unmasked /proc in a user namespace',
    level: 'baseline',
    spec: '{hostUsers: false, containers: [{name: c, securityContext: {procMount: Unmasked}}]}',
    from: 35,
    becomes: 'allowed',
    policy: 'proc-mount',
  },
  {
    what: 'root in a user namespace',
    level: 'restricted',
    spec: `{hostUsers: false, securityContext: {runAsUser: 0, seccompProfile: {type: RuntimeDefault}},
      containers: [{name: c, securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}}]}`,
    from: 35,
    becomes: 'allowed',
    policy: 'run-as-user',
  },
  {
    what: 'the field of an unconfined seccomp profile',
    level: 'baseline',
    spec: '{containers: [{name: c, securityContext: {seccompProfile: {type: Unconfined}}}]}',
    from: 19,
    becomes: 'forbidden',
    policy: 'seccomp-baseline',
  },
  {
    what: 'a pod for Windows',
    level: 'restricted',
    spec: '{os: {name: windows}, securityContext: {runAsNonRoot: true}, containers: [{name: c}]}',
    from: 25,
    becomes: 'allowed',
    policy: 'capabilities-restricted',
  },
];

describe.each(changes)('$what', ({ level, spec, from, becomes, policy }) => {
  const manifest = `{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: ${spec.startsWith('{') ? spec : `{${spec}}`}}`;
  const before = becomes === 'allowed' ? 'forbidden' : 'allowed';

  test.each([
    [`v1.${from - 1}`, before],
    [`v1.${from}`, becomes],
    [`1.${from}`, becomes],
    ['v1.999', becomes],
    ['latest', becomes],
  ] as const)(`is, by ${level} at %s, %s`, (version, expected) => {
    const findings = new Standard(level, version).judgeText('pod.yaml', manifest);
    const policies = new Set(findings.map((finding) => finding.policy));
    if (expected === 'allowed') expect([...policies]).toEqual([]);
    else expect([...policies]).toContain(policy);
  });
});

test('an unmasked /proc in a user namespace is forbidden by restricted at every version, and said once', () => {
  const manifest =
    '{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {hostUsers: false, containers: [{name: c, securityContext: {procMount: Unmasked}}]}}';
  for (const [version, policy] of [
    ['v1.34', 'proc-mount'],
    ['v1.35', 'proc-mount-restricted'],
    ['latest', 'proc-mount-restricted'],
  ] as const) {
    const findings = new Standard('restricted', version).judgeText('pod.yaml', manifest);
    expect(findings.map((finding) => finding.policy).filter((name) => name.startsWith('proc-mount'))).toEqual(
      [policy],
    );
  }
});
