import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { globSync } from 'tinyglobby';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWithControlPlane } from '../control-plane/index.ts';
import { type Recorder, startRecorder } from './recorder.ts';
import { allPolicies, register, repository, startWebhook, type Webhook } from './webhook.ts';

interface Finding {
  readonly policy: string;
  readonly rule: string;
  readonly action: string;
  readonly severity: string;
  readonly message: string;
  readonly help?: string;
  readonly path: string;
}

/** Those of policies that amend are tried in `stock-mutations.test.ts`. */
const fixtures = globSync('policies/!(mutations)/*/test/{allow,warn,deny,unmatched}.*.yaml', {
  cwd: repository,
}).sort();

describeWithControlPlane('the stock policies', {}, ({ controlPlane, itNeeds }) => {
  let webhook: Webhook;
  let recorder: Recorder;
  let checked: ReadonlyMap<string, readonly Finding[]>;
  beforeAll(async () => {
    checked = await check(fixtures);
    webhook = await startWebhook({ policies: allPolicies });
    recorder = await startRecorder(webhook);
    const count = () => recorder.exchanges.length;
    await register(controlPlane(), recorder, { name: 'stock', failurePolicy: 'Fail' }, count);
    await controlPlane().createNamespace('kube-system');
  });
  afterAll(async () => {
    await recorder?.stop();
    await webhook?.stop();
  });

  it('have fixtures', () => {
    expect(fixtures.length).toBeGreaterThan(30);
  });

  for (const fixture of fixtures) {
    const stdin = readFileSync(join(repository, fixture), 'utf8');
    itNeeds(
      oldestFor(stdin),
      `judge ${fixture} through the API server as \`abatis check\` does`,
      async () => {
        const policy = basename(dirname(dirname(fixture)));
        const promise = basename(fixture).split('.')[0] ?? '';
        const from = recorder.exchanges.length;
        const create = ['create', '--dry-run=server', '--filename=-'];
        const { code, stderr } = await controlPlane().kubectl(create, { stdin });
        // What the API server creates for itself meanwhile is no dry run.
        const reviews = recorder.exchanges.slice(from).filter(({ review }) => review.request.dryRun);
        const answers = await Promise.all(
          reviews.map(({ review }) => webhook.request('/check', { method: 'POST', body: review })),
        );
        const judged = answers.flatMap(({ body }) => (body as { findings: readonly Finding[] }).findings);
        const outcome = {
          code,
          // A fixture may meet other policies as well: what its name promises is of its own one.
          warned: stderr.includes(`Warning: ${policy}/`),
          denied: stderr.includes('denied the request'),
        };

        const refusal = refused[fixture];
        if (refusal !== undefined) {
          expect(outcome).toEqual({ code: 1, warned: false, denied: false });
          expect(stderr).toContain(refusal);
          return;
        }
        expect(outcome).toEqual(promises[promise]);
        expect(sorted(judged)).toEqual(sorted(checked.get(fixture) ?? []));
      },
    );
  }
});

/** What kubectl makes of a fixture, by the first word of its name. */
const promises: Readonly<Record<string, unknown>> = {
  allow: { code: 0, warned: false, denied: false },
  warn: { code: 0, warned: true, denied: false },
  deny: { code: 1, warned: false, denied: true },
  unmatched: { code: 0, warned: false, denied: false },
};

/** Fixtures that the API server itself refuses, before it asks anybody, and how it says so. */
const refused: Readonly<Record<string, string>> = {
  'policies/pod-security/proc-mount/test/warn.unmasked.yaml': '`hostUsers` must be false to use `Unmasked`',
};

/** The oldest API server that knows everything in a fixture. */
function oldestFor(manifest: string): string {
  if (/^ +image:\n +reference:/m.test(manifest)) return '1.35';
  if (/\b(?:hostUsers|procMount|appArmorProfile|os):/.test(manifest)) return '1.33';
  return /^kind: CronJob$/m.test(manifest) ? '1.21' : '1.19';
}

/** What `abatis check` finds, by file. */
async function check(files: readonly string[]): Promise<ReadonlyMap<string, readonly Finding[]>> {
  const args = [
    'src/cli/main.ts',
    'check',
    '--output',
    'json',
    '--fail-on',
    'never',
    ...allPolicies.flatMap((path) => ['--policies', path]),
    ...files,
  ];
  const child = spawn(process.execPath, args, { cwd: repository, stdio: ['ignore', 'pipe', 'inherit'] });
  const report = JSON.parse(await text(child.stdout)) as {
    readonly findings: readonly (Finding & { readonly file: string })[];
  };
  return Map.groupBy(report.findings, ({ file }) => file);
}

/** What makes findings the same: not where in a file they are, for a request has no file. */
function sorted(findings: readonly Finding[]): readonly Finding[] {
  return findings
    .map(({ policy, rule, action, severity, message, help, path }) => {
      return { policy, rule, action, severity, message, ...(help !== undefined && { help }), path };
    })
    .sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}
